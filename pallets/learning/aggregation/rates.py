"""Hyperparameters as integers with 32 fractional bits, and what every step checks of its vectors."""

from __future__ import annotations

from collections.abc import Sequence

from pallets.learning.fixed_point import Real, to_fixed

RATE_BITS = 32
"""Fractional bits of rates and of decay factors: 0.9 is off by less than 3e-10."""

ONE = 1 << RATE_BITS


class OptimiserError(ValueError):
    """Vectors of different lengths, or numbers that no step can be made with."""


def rate(value: Real) -> int:
    """A rate, rounded toward zero."""
    return to_fixed(value, RATE_BITS)


def check_lengths(weights: Sequence[int], **others: Sequence[int]) -> None:
    """Refuse vectors that do not have one value a weight."""
    for name, vector in others.items():
        if len(vector) != len(weights):
            raise OptimiserError(f"{name} has {len(vector)} values for {len(weights)} weights")


def check_rate(value: int, name: str, *, low: int = 0, high: int = 1 << 48) -> None:
    """Refuse a rate outside its range, both ends allowed."""
    if not low <= value <= high:
        raise OptimiserError(f"{name} is {value}, not {low} to {high}")
