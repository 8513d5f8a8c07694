"""Integers that stand for reals: value × 2^fractional_bits, with one rounding rule, toward zero.

Toward zero is what `/` on signed integers does in Rust and C, so a port needs no rounding code of its own.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import isfinite

WEIGHT_FRACTIONAL_BITS = 24
"""Model weights and updates: a step of 6e-8, and a range of ±5e11 in an int64."""

TARGET_FRACTIONAL_BITS = 16
"""Regression targets and forest leaves: a step of 1.5e-5, and a range of ±32,768 in the int32 of a leaf."""

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
INT32_MIN, INT32_MAX = -(2**31), 2**31 - 1


Real = int | float | Decimal | Fraction


class FixedPointError(ValueError):
    """A value has no fixed-point form, or a division has no quotient."""


class Overflow(ArithmeticError):
    """An exact result does not fit the integer that should hold it."""


def divide(numerator: int, divisor: int) -> int:
    """The quotient rounded toward zero; raises FixedPointError where the divisor is zero."""
    if divisor == 0:
        raise FixedPointError(f"{numerator} divided by zero")
    quotient = abs(numerator) // abs(divisor)
    return quotient if (numerator < 0) == (divisor < 0) else -quotient


def to_fixed(value: Real, fractional_bits: int) -> int:
    """The fixed-point form of a real, rounded toward zero; raises FixedPointError for NaN and infinities."""
    if not is_finite(value):
        raise FixedPointError(f"{value} has no fixed-point form")
    numerator, denominator = value.as_integer_ratio()
    return divide(numerator << fractional_bits, denominator)


def is_finite(value: Real) -> bool:
    """Whether a real is a number; integers and fractions always are, however large."""
    if isinstance(value, int | Fraction):
        return True
    return value.is_finite() if isinstance(value, Decimal) else isfinite(value)


def from_fixed(value: int, fractional_bits: int) -> Fraction:
    """The real that a fixed-point integer stands for, exactly."""
    return Fraction(value, 1 << fractional_bits)


def rescale(value: int, from_bits: int, to_bits: int) -> int:
    """The same real with other fractional bits, rounded toward zero where bits are lost."""
    if to_bits >= from_bits:
        return value << (to_bits - from_bits)
    return divide(value, 1 << (from_bits - to_bits))


def ensure_int64(value: int, what: str) -> int:
    """`value`, which must fit an int64; raises Overflow naming `what`."""
    if not INT64_MIN <= value <= INT64_MAX:
        raise Overflow(f"{what} is {value}, which leaves int64")
    return value
