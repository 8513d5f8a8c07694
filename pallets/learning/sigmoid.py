"""The logistic function in integers: a table over 0..12 in steps of 1/32, and straight lines between.

Argument and result have 16 fractional bits. The result is within three of their steps, 4.6e-5: the lines are 0.8 steps
from the curve at most (step² / 8 × its largest second derivative, 0.0962), and table and line are each rounded down.
From 12 on the result is the last below one.
"""

from __future__ import annotations

from decimal import Context, Decimal
from functools import cache

ONE = 1 << 16
STEP_BITS = 11
"""A table step is 2^11 of the argument's units."""

LAST_STEP = 12 * 32

_CONTEXT = Context(prec=30)
"""Decimal's exponential is correctly rounded, so the table is the same everywhere; math.exp is not promised to be."""


@cache
def table() -> tuple[int, ...]:
    """The logistic function at each step, with 16 fractional bits, rounded down."""
    return tuple(
        int(_CONTEXT.divide(Decimal(ONE), 1 + _CONTEXT.exp(Decimal(-step) / 32))) for step in range(LAST_STEP + 1)
    )


def sigmoid(argument: int) -> int:
    """1 / (1 + exp(-argument)), both with 16 fractional bits."""
    step, rest = divmod(min(abs(argument), LAST_STEP << STEP_BITS), 1 << STEP_BITS)
    values = table()
    low = values[step]
    high = values[min(step + 1, LAST_STEP)]
    value = low + ((high - low) * rest >> STEP_BITS)
    return value if argument >= 0 else ONE - value
