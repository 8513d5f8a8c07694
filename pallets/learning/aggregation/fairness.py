"""qFedAvg: clients with a higher loss count for more, by a power q of it; 0 is the plain mean.

    Δ = L · (weights - update), L = 1 / rate;   h = q · loss^(q-1) · |Δ|² + L · loss^q
    weights ← weights - Σ loss^q · Δ / Σ h

Powers are roots of integers, rounded down at 64 fractional bits, so q is a fraction. A loss of zero counts as 2^-24.
Source: Li et al. 2020.
"""

from __future__ import annotations

from collections.abc import Sequence

from pallets.learning.aggregation.rates import ONE, OptimiserError, check_lengths, check_rate
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS, divide, ensure_int64

POWER_BITS = 64
"""Fractional bits of a power of the loss."""

LARGEST_Q, LARGEST_DENOMINATOR = 16, 16
LARGEST_LOSS = 2**48


def fair_step(
    weights: Sequence[int],
    updates: Sequence[Sequence[int]],
    losses: Sequence[int],
    *,
    q: tuple[int, int],
    learning_rate: int,
) -> list[int]:
    """The weights after a round, each rounded toward zero once.

    losses: of `weights` on each client's rows, 24 fractional bits
    q: numerator and denominator, as (1, 5) for 0.2
    learning_rate: of the clients, 32 fractional bits
    """
    numerator, denominator = q
    if not 1 <= denominator <= LARGEST_DENOMINATOR or not 0 <= numerator <= LARGEST_Q * denominator:
        raise OptimiserError(f"q is {numerator}/{denominator}, not 0 to {LARGEST_Q} by a denominator to 16")
    if not updates or len(updates) != len(losses):
        raise OptimiserError(f"{len(updates)} updates with {len(losses)} losses")
    check_rate(learning_rate, "learning_rate", low=1)
    moves, total = [0] * len(weights), 0
    for client, (update, loss) in enumerate(zip(updates, losses, strict=True)):
        check_lengths(weights, **{f"update {client}": update})
        if not 0 <= loss <= LARGEST_LOSS:
            raise OptimiserError(f"the loss of update {client} is {loss}, not 0 to {LARGEST_LOSS}")
        away = [weight - value for weight, value in zip(weights, update, strict=True)]
        counted = power(max(loss, 1), numerator, denominator)
        # both sides of the fraction are divided by L
        moves = [move + counted * distance for move, distance in zip(moves, away, strict=True)]
        total += counted
        if numerator:
            slope = power(max(loss, 1), numerator - denominator, denominator)
            squared = sum(distance * distance for distance in away)
            scale = denominator * learning_rate << 2 * WEIGHT_FRACTIONAL_BITS
            total += numerator * slope * squared * ONE // scale
    if total == 0:
        raise OptimiserError("losses whose powers are all too small to count")
    return [
        ensure_int64(weight - divide(move, total), f"weight {index}")
        for index, (weight, move) in enumerate(zip(weights, moves, strict=True))
    ]


def power(loss: int, numerator: int, denominator: int) -> int:
    """(loss / 2^24) to the power numerator / denominator, with 64 fractional bits, rounded down."""
    size = abs(numerator)
    shift = POWER_BITS * denominator
    if numerator >= 0:
        inner = (loss**size << shift) >> WEIGHT_FRACTIONAL_BITS * size
    else:
        inner = (1 << (shift + WEIGHT_FRACTIONAL_BITS * size)) // loss**size
    return root(inner, denominator)


def root(value: int, degree: int) -> int:
    """The largest integer whose power is at most `value`, by Newton from above."""
    if value < 2 or degree == 1:
        return value
    guess = 1 << -(-value.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + value // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better
