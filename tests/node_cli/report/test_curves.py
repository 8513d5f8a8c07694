"""A drawing shows every line that has a figure, and says which models were published."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from node_cli.report.curves import curves
from node_cli.scenario.telling import Run
from tests.node_cli.report.outcomes import LIAR, outcome

SHOWN = outcome()


def drawing(lesson: int) -> Element:
    return ElementTree.fromstring(curves(SHOWN, SHOWN.lessons[lesson]))


def of_class(root: Element, name: str, tag: str) -> list[Element]:
    return [each for each in root.iter(tag) if each.get("class") == name]


def test_every_line_is_drawn_and_labelled_with_its_last_figure() -> None:
    root = drawing(0)
    assert len(of_class(root, "alone", "polyline")) == 2
    assert len(of_class(root, "pooled", "polyline")) == 1
    labels = {text.text for text in root.iter("text")}
    assert {"Alpha alone 72.0", "Beta alone 71.9", "all rows 95.0", "together 91.2"} <= labels


def test_a_liar_far_below_is_named_with_an_arrow_and_does_not_flatten_the_others() -> None:
    root = drawing(0)
    assert of_class(root, "liar", "polyline") == []
    assert f"{LIAR} alone 8.0 ↓" in {text.text for text in root.iter("text")}


def test_published_models_are_full_dots_and_others_hollow_ones() -> None:
    assert (len(of_class(drawing(0), "dot", "circle")), len(of_class(drawing(0), "refused", "circle"))) == (1, 0)
    assert (len(of_class(drawing(1), "dot", "circle")), len(of_class(drawing(1), "refused", "circle"))) == (0, 1)


def test_a_line_of_one_round_can_be_seen() -> None:
    assert of_class(drawing(0), "shared", "line") != []


def test_the_vote_stands_between_the_rounds() -> None:
    assert len(of_class(drawing(0), "vote", "line")) == 1


def test_no_vote_is_drawn_where_no_round_came_after_it() -> None:
    late = replace(SHOWN, referendum=replace(SHOWN.referendum, enacted=99))
    root = ElementTree.fromstring(curves(late, late.lessons[0]))
    assert of_class(root, "vote", "line") == []


def test_everything_lies_within_the_drawing(played: Run) -> None:
    for lesson in played.outcome.lessons:
        root = ElementTree.fromstring(curves(played.outcome, lesson))
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        for each in root.iter():
            for name, limit in {"x": width, "cx": width, "x1": width, "y": height, "cy": height, "y1": height}.items():
                assert 0 <= float(each.get(name, 0)) <= limit
