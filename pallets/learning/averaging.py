"""Federated averaging in integers: exact sums, whatever the order, then one division.

Pure Python, for the runtime; `array_averaging` gives the same numbers for large updates off chain.
Groups may add first and be added later: sums and counts of groups are the sums and counts of all.
"""

from __future__ import annotations

from collections.abc import Sequence

from pallets.learning.fixed_point import INT64_MAX, Overflow, divide, ensure_int64


class AveragingError(ValueError):
    """Updates that cannot be averaged: none, of different lengths, or without samples."""


def weighted_mean(updates: Sequence[Sequence[int]], samples: Sequence[int]) -> list[int]:
    """Mean of the updates, each counted by its samples.

    updates: participants × parameters, int64 fixed point
    samples: one an update, each at least 1
    Returns one value a parameter in the unit of the updates, rounded toward zero.
    Raises Overflow where a column sum leaves int64. Source: McMahan et al. 2017, algorithm 1.
    """
    total = sum(samples)
    return [divide(column, total) for column in weighted_sums(updates, samples)]


def weighted_sums(updates: Sequence[Sequence[int]], samples: Sequence[int]) -> list[int]:
    """Sum of the updates, each times its samples; what `weighted_mean` divides."""
    check_counts(len(updates), samples)
    width = len(updates[0])
    sums = [0] * width
    for participant, (update, count) in enumerate(zip(updates, samples, strict=True)):
        if len(update) != width:
            raise AveragingError(f"update {participant} has {len(update)} parameters, update 0 has {width}")
        sums = [done + count * value for done, value in zip(sums, update, strict=True)]
    return [ensure_int64(value, f"the sum of parameter {index}") for index, value in enumerate(sums)]


def check_counts(participants: int, samples: Sequence[int]) -> None:
    """Refuse updates without their samples; raises AveragingError, or Overflow where the total leaves int64."""
    if participants == 0 or participants != len(samples):
        raise AveragingError(f"{participants} updates with {len(samples)} sample counts")
    for participant, count in enumerate(samples):
        if count < 1:
            raise AveragingError(f"update {participant} counts {count} samples")
    if sum(samples) > INT64_MAX:
        raise Overflow(f"{sum(samples)} samples leave int64")
