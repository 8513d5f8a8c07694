"""The course of the play stands along its blocks."""

from __future__ import annotations

from xml.etree import ElementTree

from node_cli.report.timeline import timeline
from node_cli.scenario.telling import Run
from tests.node_cli.report.outcomes import outcome


def test_every_chapter_is_a_band_as_long_as_its_blocks() -> None:
    shown = outcome()
    root = ElementTree.fromstring(timeline(shown))
    widths = [float(rect.get("width", 0)) for rect in root.iter("rect")]
    assert len(widths) == len(shown.chapters)
    blocks = [chapter.last - chapter.first + 1 for chapter in shown.chapters]
    assert sorted(range(4), key=lambda index: widths[index]) == sorted(range(4), key=lambda index: blocks[index])


def test_every_round_of_every_model_ends_in_a_dot(played: Run) -> None:
    root = ElementTree.fromstring(timeline(played.outcome))
    kinds = [circle.get("class") for circle in root.iter("circle")]
    expected = [
        "dot" if each.is_published else "refused" for lesson in played.outcome.lessons for each in lesson.all_rounds
    ]
    assert kinds == expected


def test_labels_that_do_not_fit_their_band_are_left_to_the_tooltip() -> None:
    root = ElementTree.fromstring(timeline(outcome()))
    labels = {text.text for text in root.iter("text")}
    assert "Round 2" in labels
    assert "Stake" not in labels
    assert any("Stake, blocks 1 to 1" in (title.text or "") for title in root.iter("title"))
