from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.estimators.fitting import centred, labels_of, nearest, nearest_rows, values_of
from pallets.learning.training_rows import TrainingError


@given(st.integers(0, 65535))
def test_a_step_becomes_exactly_the_real_that_it_stands_for(step: int) -> None:
    assert centred([[step]])[0, 0] * 32768 == step - 32768


@given(st.floats(-(2.0**28), 2.0**28))
def test_the_nearest_number_is_half_a_step_away_at_most(value: float) -> None:
    (found,) = nearest(np.array([value]), 24)
    assert abs(found / 2**24 - value) <= 2**-25


def test_rows_of_numbers_keep_their_rows() -> None:
    assert nearest_rows(np.array([[0.5, 1.0], [-0.25, 0.0]]), 2) == ((2, 4), (-1, 0))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(TrainingError, match="no finite numbers"):
        nearest(np.array([1.0, value]), 24)


def test_targets_are_reals_of_16_fractional_bits() -> None:
    assert values_of([1 << 15, -(1 << 16)], 2).tolist() == [0.5, -1.0]
    with pytest.raises(TrainingError, match="a target outside"):
        values_of([1 << 31], 1)


def test_absent_classes_are_refused_where_they_are_asked_for() -> None:
    assert labels_of([0, 2], 2, 3, all_present=False).tolist() == [0, 2]
    with pytest.raises(TrainingError, match="class 1 of 3 has no row to learn from"):
        labels_of([0, 2], 2, 3)
