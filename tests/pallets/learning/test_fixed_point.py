from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import inf, nan, trunc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.fixed_point import (
    FixedPointError,
    Overflow,
    divide,
    ensure_int64,
    from_fixed,
    rescale,
    to_fixed,
)


@given(st.integers(), st.integers().filter(bool))
def test_division_rounds_toward_zero(numerator: int, divisor: int) -> None:
    assert divide(numerator, divisor) == trunc(Fraction(numerator, divisor))


def test_division_by_zero_is_refused() -> None:
    with pytest.raises(FixedPointError, match="7 divided by zero"):
        divide(7, 0)


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 32))
def test_a_float_loses_less_than_one_step(value: float, bits: int) -> None:
    error = Fraction(value) - from_fixed(to_fixed(value, bits), bits)
    assert abs(error) < Fraction(1, 1 << bits)
    assert error * Fraction(value) >= 0  # toward zero


@given(st.integers(), st.integers(0, 64))
def test_a_fixed_point_value_survives_the_way_through_its_real(value: int, bits: int) -> None:
    assert to_fixed(from_fixed(value, bits), bits) == value


def test_decimals_are_taken_exactly() -> None:
    assert to_fixed(Decimal("-2.6"), 16) == -170393  # -170393.6
    assert to_fixed(3, 4) == 48


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_no_number_has_no_fixed_point_form(value: float) -> None:
    with pytest.raises(FixedPointError, match="has no fixed-point form"):
        to_fixed(value, 16)


@given(st.integers(), st.integers(0, 40), st.integers(0, 40))
def test_rescaling_changes_the_real_by_less_than_one_step(value: int, before: int, after: int) -> None:
    error = from_fixed(value, before) - from_fixed(rescale(value, before, after), after)
    assert abs(error) < Fraction(1, 1 << after)
    assert after < before or error == 0


def test_int64_ends_where_it_ends() -> None:
    assert ensure_int64(2**63 - 1, "sum") == 2**63 - 1
    assert ensure_int64(-(2**63), "sum") == -(2**63)
    with pytest.raises(Overflow, match=f"the sum is {2**63}, which leaves int64"):
        ensure_int64(2**63, "the sum")
