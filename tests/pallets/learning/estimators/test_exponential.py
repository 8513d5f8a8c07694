from __future__ import annotations

from math import exp

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.estimators.batch import exponentials
from pallets.learning.estimators.exponential import ERROR_STEPS, EXPONENT_BITS, LAST, ONE, exp_negative, softmax


@given(st.integers(0, 2**36))
def test_the_exponential_is_within_its_stated_error(argument: int) -> None:
    assert abs(exp_negative(argument) - exp(-argument / ONE) * ONE) <= ERROR_STEPS


def test_the_stated_error_holds_over_the_whole_range_and_is_not_far_too_large() -> None:
    arguments = np.arange(0, LAST + 2**26, 2**13 + 1, dtype=np.int64)
    errors = np.abs(exponentials(arguments) - np.exp(-arguments / ONE) * ONE)
    assert 2 <= errors.max() <= ERROR_STEPS


@given(st.lists(st.integers(0, 2**40), min_size=1))
def test_many_exponentials_equal_one_at_a_time(arguments: list[int]) -> None:
    assert exponentials(np.array(arguments)).tolist() == [exp_negative(each) for each in arguments]


def test_zero_is_exactly_one_and_from_21_on_nothing_is_left() -> None:
    assert exp_negative(0) == ONE
    assert exp_negative(LAST) == exp_negative(2**100) == 0


@given(st.lists(st.floats(-40, 40), min_size=1, max_size=256))
def test_softmax_is_within_its_stated_error(reals: list[float]) -> None:
    scores = [round(each * 2**32) for each in reals]
    weights = np.exp(np.array(scores) / 2**32 - max(scores) / 2**32)
    shares = np.array(softmax(scores, 32)) / (1 << EXPONENT_BITS)
    assert np.abs(shares - weights / weights.sum()).max() <= 2.0**-18
