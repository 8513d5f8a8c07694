from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.metrics import (
    MetricError,
    accuracy_ppm,
    confusion,
    correct,
    mean_absolute_error,
    mean_squared_error,
    r_squared_ppm,
)

pairs = st.lists(st.tuples(st.integers(-(2**31), 2**31), st.integers(-(2**31), 2**31)), min_size=1, max_size=20)


def test_accuracy_counts_what_is_right() -> None:
    assert correct([0, 1, 2, 1], [0, 1, 1, 0]) == 2
    assert accuracy_ppm([0, 1, 1], [0, 1, 0]) == 666_666


def test_confusion_has_a_row_for_each_actual_class() -> None:
    assert confusion([0, 1, 1, 2], [0, 0, 1, 1], 3) == ((1, 1, 0), (0, 1, 1), (0, 0, 0))


@given(pairs)
def test_errors_are_the_exact_ones_rounded_down(values: list[tuple[int, int]]) -> None:
    predicted, actual = zip(*values, strict=True)
    distances = [guess - truth for guess, truth in values]
    assert mean_absolute_error(predicted, actual) == floor(Fraction(sum(map(abs, distances)), len(values)))
    squares = Fraction(sum(distance**2 for distance in distances), len(values))
    assert mean_squared_error(predicted, actual, 16) == floor(squares / 2**16)


def test_r_squared_is_one_for_the_truth_and_zero_for_its_mean() -> None:
    actual = [1, 2, 3, 6]
    assert r_squared_ppm(actual, actual) == 1_000_000
    assert r_squared_ppm([3, 3, 3, 3], actual) == 0
    assert r_squared_ppm([0, 0, 0, 0], actual) == -2_571_428  # 1 - 50/14


@pytest.mark.parametrize("measure", [correct, accuracy_ppm, mean_absolute_error, r_squared_ppm])
def test_predictions_for_other_rows_are_refused(measure: object) -> None:
    assert callable(measure)
    for predicted, actual in (([], []), ([1], [1, 2])):
        with pytest.raises(MetricError, match="predictions for"):
            measure(predicted, actual)


def test_classes_outside_the_table_are_refused() -> None:
    with pytest.raises(MetricError, match="row 1 has class 2 predicted and 0 actual, of 2"):
        confusion([0, 2], [0, 0], 2)


def test_equal_values_leave_nothing_to_explain() -> None:
    with pytest.raises(MetricError, match="all equal"):
        r_squared_ppm([1, 2], [3, 3])
