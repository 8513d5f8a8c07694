"""The picture has every count once, and is as strong as it is frequent."""

from __future__ import annotations

from xml.etree import ElementTree

from node_cli.report.confusions import confusion_picture
from node_cli.scenario.confusion import Confusion
from node_cli.scenario.telling import Run

NAMES = ("cold", "<warm>")
PICTURE = ElementTree.fromstring(confusion_picture(Confusion(((9, 1), (0, 10))), NAMES, "of cold & warm"))


def test_every_count_but_nothing_stands_in_its_cell() -> None:
    texts = [text.text for text in PICTURE.iter("text")]
    assert sorted(text for text in texts if text is not None and text.isdigit()) == ["1", "10", "9"]
    assert all(texts.count(name) == 2 for name in NAMES)


def test_right_answers_have_one_colour_and_wrong_ones_another() -> None:
    kinds = [(rect.get("class"), rect.get("fill-opacity")) for rect in PICTURE.iter("rect")]
    assert [kind for kind in kinds if kind[0] != "cell"] == [("right", "0.9"), ("wrong", "0.1"), ("right", "1")]


def test_everything_lies_within_the_drawing(readers: Run) -> None:
    confusion, names = readers.outcome.lessons[0].confusion, readers.outcome.class_names
    assert confusion is not None
    root = ElementTree.fromstring(confusion_picture(confusion, names, "digits"))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for rect in root.iter("rect"):
        assert float(rect.get("x", 0)) + float(rect.get("width", 0)) <= width
        assert float(rect.get("y", 0)) + float(rect.get("height", 0)) <= height
