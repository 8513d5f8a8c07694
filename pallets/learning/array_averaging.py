"""`averaging` for large updates, in numpy: the same numbers and the same refusals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pallets.learning.averaging import AveragingError, check_counts
from pallets.learning.fixed_point import INT64_MAX, ensure_int64

COLUMNS_AT_ONCE = 2**13
"""Parameters in one block: rows of 64 KiB, few enough to be checked and added while the cache holds them."""


def weighted_mean(updates: NDArray[np.int64], samples: Sequence[int]) -> NDArray[np.int64]:
    """Mean of the updates, each counted by its samples.

    updates: (participants, parameters) int64, fixed point
    samples: (participants,), each at least 1
    Returns (parameters,), rounded toward zero, the same bytes on every machine.
    Raises Overflow where a column sum leaves int64. Source: McMahan et al. 2017, algorithm 1.
    """
    sums = weighted_sums(updates, samples)
    total = sum(int(count) for count in samples)
    quotient = sums // total
    # floor is one too low where the sum is negative and does not divide
    quotient += (sums < 0) & (quotient * total != sums)
    return quotient


def weighted_sums(updates: NDArray[np.int64], samples: Sequence[int]) -> NDArray[np.int64]:
    """Sum of the updates, each times its samples; what `weighted_mean` divides."""
    if updates.ndim != 2 or updates.dtype != np.int64:
        raise AveragingError(f"updates of shape {updates.shape} and type {updates.dtype}, not a table of int64")
    counts = [int(count) for count in samples]
    check_counts(len(updates), counts)
    sums = np.zeros(updates.shape[1], dtype=np.int64)
    for first in range(0, updates.shape[1], COLUMNS_AT_ONCE):
        block = slice(first, first + COLUMNS_AT_ONCE)
        sums[block] = _block_sums(updates[:, block], counts, first)
    return sums


def _block_sums(updates: NDArray[np.int64], counts: list[int], first: int) -> NDArray[np.int64]:
    """The sums of a block of columns; `first` is the number of its first parameter."""
    ends = zip(updates.max(axis=1).tolist(), updates.min(axis=1).tolist(), counts, strict=True)
    largest = sum(max(high, -low) * count for high, low, count in ends)
    if largest <= INT64_MAX:  # no partial sum is further from zero, so nothing wraps
        sums: NDArray[np.int64] = np.einsum("i,ij->j", np.array(counts, dtype=np.int64), updates)
        return sums
    exact = [sum(count * value for count, value in zip(counts, column, strict=True)) for column in updates.T.tolist()]
    checked = [ensure_int64(value, f"the sum of parameter {first + place}") for place, value in enumerate(exact)]
    return np.array(checked, dtype=np.int64)
