"""Checked arithmetic fails as Rust's does; parts round as Perbill does."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.primitives import I8, U8
from pallets.frame.arithmetic import (
    PERBILL,
    ensure_add,
    ensure_div,
    ensure_mul,
    ensure_sub,
    perbill_of,
    saturating_add,
    saturating_sub,
)
from pallets.frame.error import ArithmeticProblem


def test_the_limits_are_those_of_the_type() -> None:
    assert ensure_add(U8, 250, 5) == 255
    assert ensure_sub(I8, -120, 8) == -128
    for function, left, right, error in (
        (ensure_add, 250, 6, "Arithmetic(Overflow)"),
        (ensure_mul, 16, 16, "Arithmetic(Overflow)"),
        (ensure_sub, 5, 6, "Arithmetic(Underflow)"),
    ):
        with pytest.raises(ArithmeticProblem) as caught:
            function(U8, left, right)
        assert str(caught.value) == error
    with pytest.raises(ArithmeticProblem, match="DivisionByZero"):
        ensure_div(1, 0)
    assert (saturating_add(U8, 250, 6), saturating_sub(U8, 5, 6)) == (255, 0)


@given(st.integers(-1000, 1000), st.integers(-1000, 1000).filter(bool))
def test_division_rounds_toward_zero(left: int, right: int) -> None:
    assert ensure_div(left, right) == int(Fraction(left, right))


@given(st.integers(0, PERBILL), st.integers(0, 2**128 - 1))
def test_a_part_is_the_nearest_integer_ties_down(parts: int, whole: int) -> None:
    exact = Fraction(parts * whole, PERBILL)
    found = perbill_of(parts, whole)
    assert abs(exact - found) <= Fraction(1, 2)
    assert found - exact < Fraction(1, 2)
