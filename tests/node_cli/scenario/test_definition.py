"""What a person's figures mean."""

from __future__ import annotations

import pytest

from node_cli.scenario.definition import Measure

SHARES = Measure("right answers", "%", 1)
ERRORS = Measure("root mean squared error", "mg", 2, fractional_bits=16)


def test_right_answers_count_each_class_equally() -> None:
    assert SHARES.of([0, 0, 0, 1, 1], [0, 0, 0, 0, 1]) == pytest.approx(100 * (3 / 4 + 1) / 2)
    assert SHARES.of([1, 1, 1, 1, 1], [0, 0, 0, 0, 1]) == 50
    assert SHARES.of([2, 2], [2, 2]) == 100


def test_errors_are_in_the_unit_of_the_targets() -> None:
    one = 1 << 16
    assert ERRORS.of([0, 7 * one], [3 * one, 3 * one]) == pytest.approx(((9 + 16) / 2) ** 0.5)
    assert ERRORS.of([one], [one]) == 0


def test_more_right_answers_are_better_and_fewer_errors_are() -> None:
    assert SHARES.is_better(2, 1)
    assert not SHARES.is_better(1, 1)
    assert ERRORS.is_better(1, 2)
    assert not ERRORS.is_better(1, 1)
    assert (SHARES.best([1, 3, 2]), ERRORS.best([1, 3, 2])) == (3, 1)


def test_figures_are_shown_with_their_unit() -> None:
    assert (SHARES.show(91.25), ERRORS.show(0.3349)) == ("91.2 %", "0.33 mg")
