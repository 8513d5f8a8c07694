from __future__ import annotations

from fractions import Fraction

import pytest

from pallets.learning.aggregation.rates import ONE, OptimiserError, check_lengths, check_rate, rate


def test_a_rate_is_off_by_less_than_its_last_place() -> None:
    assert rate(1) == ONE
    assert rate(Fraction(9, 10)) == ONE * 9 // 10
    assert rate(-0.5) == -ONE // 2


def test_both_ends_of_a_range_are_in_it() -> None:
    for value in (0, 1 << 48):
        check_rate(value, "rate")
    for value in (-1, (1 << 48) + 1):
        with pytest.raises(OptimiserError, match=f"rate is {value}, not 0 to"):
            check_rate(value, "rate")
    with pytest.raises(OptimiserError, match="beta1 is 0, not 1 to 5"):
        check_rate(0, "beta1", low=1, high=5)


def test_a_vector_of_another_length_is_named() -> None:
    check_lengths([1, 2], mean=[3, 4], state=(5, 6))
    with pytest.raises(OptimiserError, match="state has 1 values for 2 weights"):
        check_lengths([1, 2], mean=[3, 4], state=[5])
