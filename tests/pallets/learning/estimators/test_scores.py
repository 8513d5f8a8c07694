from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from pallets.learning.estimators.scores import (
    accuracy,
    area_under_curve,
    f1,
    macro_f1,
    mean_absolute_error,
    mean_squared_error,
    precision,
    r_squared,
    recall,
)
from pallets.learning.metrics import MetricError

QUIETLY: dict[str, Any] = {"zero_division": 0}
PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30)
VALUES = st.lists(st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000)), min_size=2, max_size=30)


@given(PAIRS)
def test_shares_of_classes_are_those_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    guessed, truth = ([pair[side] for pair in pairs] for side in (0, 1))
    assert float(accuracy(guessed, truth)) == pytest.approx(metrics.accuracy_score(truth, guessed))
    for ours, theirs in (
        (precision, metrics.precision_score),
        (recall, metrics.recall_score),
        (f1, metrics.f1_score),
    ):
        expected = theirs(truth, guessed, labels=[2], average="macro", **QUIETLY)
        assert float(ours(guessed, truth, 2)) == pytest.approx(expected)
    expected = metrics.f1_score(truth, guessed, average="macro", **QUIETLY)
    assert float(macro_f1(guessed, truth)) == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1)), min_size=2, max_size=40))
def test_the_area_under_the_curve_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    scores, truth = ([pair[side] for pair in pairs] for side in (0, 1))
    if set(truth) != {0, 1}:
        with pytest.raises(MetricError, match="rows of class 0 and of class 1"):
            area_under_curve(scores, truth)
    else:
        assert float(area_under_curve(scores, truth)) == pytest.approx(metrics.roc_auc_score(truth, scores))


@given(VALUES)
def test_errors_of_values_are_those_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    guessed, truth = ([pair[side] for pair in pairs] for side in (0, 1))
    assert float(mean_squared_error(guessed, truth)) == pytest.approx(metrics.mean_squared_error(truth, guessed))
    assert float(mean_absolute_error(guessed, truth)) == pytest.approx(metrics.mean_absolute_error(truth, guessed))
    if len(set(truth)) == 1:
        with pytest.raises(MetricError, match="all equal"):
            r_squared(guessed, truth)
    else:
        assert float(r_squared(guessed, truth)) == pytest.approx(metrics.r2_score(truth, guessed))


def test_fractional_bits_give_real_units() -> None:
    assert mean_squared_error([3], [0], 1) == Fraction(9, 4)
    assert mean_absolute_error([3], [0], 1) == Fraction(3, 2)


def test_predictions_without_their_rows_are_refused() -> None:
    for score in (precision, mean_squared_error, mean_absolute_error, r_squared):
        with pytest.raises(MetricError, match="1 predictions for 2 rows"):
            score([1], [1, 2])
