"""exp(-t) and softmax in integers: a table in steps of 1/32, one in steps of 1/1,024, and a parabola between.

Argument and result have 30 fractional bits. The result is within ten of their steps (1e-8): at most one step each for
two table entries and three products rounded down, one for the parabola's square, and r³/6 < 0.2 for what it leaves
out. From 21 on the result is zero; there the function is below one step.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from functools import cache

EXPONENT_BITS = 30
ONE = 1 << EXPONENT_BITS
LAST = 21 << EXPONENT_BITS
"""The first argument whose result is zero."""

ERROR_STEPS = 10
"""Bound on the distance from the real function, in steps of 2^-30."""

COARSE_SHIFT, FINE_SHIFT = 25, 20
FINE_MASK = 31
REST_MASK = (1 << FINE_SHIFT) - 1

_CONTEXT = Context(prec=30)
"""Decimal's exponential is correctly rounded, so the tables are the same everywhere."""


@cache
def coarse_table() -> tuple[int, ...]:
    """exp(-i / 32) for i below 21 × 32, rounded down."""
    return tuple(_entry(Decimal(-step) / 32) for step in range(LAST >> COARSE_SHIFT))


@cache
def fine_table() -> tuple[int, ...]:
    """exp(-i / 1,024) for i below 32, rounded down."""
    return tuple(_entry(Decimal(-step) / 1024) for step in range(FINE_MASK + 1))


def exp_negative(argument: int) -> int:
    """exp(-argument) of an argument from zero on, both with 30 fractional bits."""
    if argument >= LAST:
        return 0
    rest = argument & REST_MASK
    value = coarse_table()[argument >> COARSE_SHIFT]
    value = value * fine_table()[argument >> FINE_SHIFT & FINE_MASK] >> EXPONENT_BITS
    return value * (ONE - rest + (rest * rest >> EXPONENT_BITS + 1)) >> EXPONENT_BITS


def softmax(scores: Sequence[int], fractional_bits: int) -> list[int]:
    """The share of each score's exponential in their sum, with 30 fractional bits, each within 2^-18 of the real."""
    top = max(scores)
    weights = [exp_negative((top - score << EXPONENT_BITS) >> fractional_bits) for score in scores]
    total = sum(weights)
    return [(weight << EXPONENT_BITS) // total for weight in weights]


def _entry(exponent: Decimal) -> int:
    return int(_CONTEXT.multiply(Decimal(ONE), _CONTEXT.exp(exponent)))
