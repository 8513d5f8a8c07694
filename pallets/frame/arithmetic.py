"""Checked and saturating arithmetic on integers of a declared width, and parts of a whole."""

from __future__ import annotations

from typing import Any, Final, get_args

from chain.bounds import Interval
from pallets.frame.error import ArithmeticCode, ArithmeticProblem

PERBILL: Final = 10**9
"""Parts in a whole of a Perbill."""


def _limits(integer: Any) -> tuple[int, int]:
    found = _LIMITS.get(integer)
    if found is None:
        interval = next(mark for mark in get_args(integer) if isinstance(mark, Interval))
        found = _LIMITS[integer] = (int(str(interval.ge)), int(str(interval.le)))
    return found


_LIMITS: dict[Any, tuple[int, int]] = {}


def ensure_add(integer: object, left: int, right: int) -> int:
    """left + right as a value of the type `integer` (`U32`, `Balance`); raises the Overflow dispatch error."""
    total = left + right
    if total > _limits(integer)[1]:
        raise ArithmeticProblem(ArithmeticCode.OVERFLOW)
    return total


def ensure_sub(integer: object, left: int, right: int) -> int:
    """left - right as a value of the type `integer`; raises the Underflow dispatch error."""
    rest = left - right
    if rest < _limits(integer)[0]:
        raise ArithmeticProblem(ArithmeticCode.UNDERFLOW)
    return rest


def ensure_mul(integer: object, left: int, right: int) -> int:
    """left × right as a value of the type `integer`; raises the Overflow dispatch error."""
    product = left * right
    if product > _limits(integer)[1]:
        raise ArithmeticProblem(ArithmeticCode.OVERFLOW)
    return product


def ensure_div(left: int, right: int) -> int:
    """left ÷ right rounded toward zero; raises the DivisionByZero dispatch error."""
    if right == 0:
        raise ArithmeticProblem(ArithmeticCode.DIVISION_BY_ZERO)
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def saturating_add(integer: object, left: int, right: int) -> int:
    """left + right, held at the largest value of the type."""
    return min(left + right, _limits(integer)[1])


def saturating_sub(integer: object, left: int, right: int) -> int:
    """left - right, held at the smallest value of the type."""
    return max(left - right, _limits(integer)[0])


def perbill_of(parts: int, whole: int) -> int:
    """`parts` billionths of `whole`, rounded to the nearest, ties down (sp_arithmetic::Perbill)."""
    quotient, rest = divmod(parts * whole, PERBILL)
    return quotient + (1 if rest * 2 > PERBILL else 0)
