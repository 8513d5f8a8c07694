"""Confusion counts every row of the final test set once, where it belongs."""

from __future__ import annotations

import pytest

from node_cli.scenario.confusion import Confusion, confusion_of
from node_cli.scenario.telling import Run


class Always:
    """Answers the same to everything."""

    def __init__(self, answer: int) -> None:
        self.answer = answer

    def predict(self, row: object) -> int:
        return self.answer


def test_shares_are_of_the_actual_class_and_the_worst_is_no_right_answer() -> None:
    found = Confusion(((9, 1, 0), (2, 2, 4), (0, 0, 0)))
    assert [found.share(0, 0), found.share(1, 2), found.share(2, 0)] == pytest.approx([0.9, 0.5, 0])
    assert found.worst() == (1, 2)


def test_a_model_that_always_says_the_same_fills_one_column(readers: Run) -> None:
    final = readers.stage.scenario.final
    found = confusion_of(readers.stage.scenario, Always(3))
    assert found is not None
    assert [row[3] for row in found.counts] == [final.targets.count(digit) for digit in range(10)]
    assert sum(map(sum, found.counts)) == len(final.rows)


def test_values_are_not_confused(stations: Run) -> None:
    assert confusion_of(stations.stage.scenario, Always(3)) is None
    assert all(lesson.confusion is None for lesson in stations.outcome.lessons)


def test_the_diagonal_of_the_shared_model_is_its_figure(readers: Run) -> None:
    for lesson in readers.outcome.lessons:
        assert lesson.confusion is not None
        shares = [lesson.confusion.share(digit, digit) for digit in range(10)]
        assert 100 * sum(shares) / 10 == pytest.approx(lesson.shared)


def test_every_party_alone_has_its_confusion(hospitals: Run) -> None:
    for lesson in hospitals.outcome.lessons:
        for each in lesson.baselines.alone:
            assert each.confusion is not None
            shares = [each.confusion.share(label, label) for label in range(2)]
            assert 100 * sum(shares) / 2 == pytest.approx(each.figures[-1])
