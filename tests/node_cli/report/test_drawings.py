"""Drawings of acts say what their figures are, within their bounds."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from node_cli.report.drawings import bisection, spent
from node_cli.scenario.outcome import DisputeResult, Narrowing, Spending
from node_cli.scenario.telling import Run
from tests.node_cli.report.outcomes import outcome

(SHOWN,) = outcome().exhibits
(DISPUTE,) = SHOWN.disputes


def texts(root: Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iter("text")]


def parts(root: Element) -> list[tuple[float, float]]:
    """Start and width of what is disputed in each lane."""
    rects = [rect for rect in root.iter("rect") if rect.get("class") == "disputed"]
    return [(float(rect.get("x", 0)), float(rect.get("width", 0))) for rect in rects]


def test_each_move_has_its_lane_and_the_executed_step_a_dot() -> None:
    root = ElementTree.fromstring(bisection(DISPUTE))
    assert texts(root) == ["8 steps, block 3", "1 step, block 4", "executed, block 6"]
    assert [circle.get("class") for circle in root.iter("circle")] == ["dot"]


def test_the_disputed_part_lies_within_the_one_before() -> None:
    (start, width), (inner_start, inner_width) = parts(ElementTree.fromstring(bisection(DISPUTE)))
    assert inner_width == pytest.approx(width / 8, abs=0.02)
    assert inner_start == pytest.approx(start + 5 * width / 8, abs=0.02)


def test_one_step_of_many_can_still_be_seen() -> None:
    last = DisputeResult("of many", (Narrowing(1, 20, 20, 0), Narrowing(2, 20, 0, 2**20 - 1)), None)
    root = ElementTree.fromstring(bisection(last))
    (start, width), (inner_start, inner_width) = parts(root)
    assert inner_width >= 2
    assert inner_start + inner_width <= start + width + 4
    assert texts(root) == ["1,048,576 steps, block 1", "1 step, block 2"]


def test_curves_of_equal_spending_share_a_label() -> None:
    root = ElementTree.fromstring(spent(SHOWN.spendings))
    assert len(list(root.iter("polyline"))) == 3
    assert {"2 parties 2.5", f"{SHOWN.spendings[2].name} 1.5"} <= set(texts(root))


def test_nothing_spent_is_a_flat_line() -> None:
    root = ElementTree.fromstring(spent((Spending("Alpha", (0.0,)),)))
    (line,) = root.iter("polyline")
    heights = {point.split(",")[1] for point in line.get("points", "").split()}
    assert len(heights) == 1


def test_everything_lies_within_the_drawings(hospitals: Run) -> None:
    for exhibit in hospitals.outcome.exhibits:
        drawings = [bisection(dispute) for dispute in exhibit.disputes]
        drawings += [spent(exhibit.spendings)] if exhibit.spendings else []
        for drawing in drawings:
            root = ElementTree.fromstring(drawing)
            _, _, width, height = map(float, root.attrib["viewBox"].split())
            for each in root.iter():
                assert 0 <= float(each.get("x", 0)) <= width
                assert 0 <= float(each.get("y", 0)) <= height
