"""`averaging` for large updates, in numpy: the same numbers and the same refusals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pallets.learning.averaging import AveragingError, check_counts
from pallets.learning.fixed_point import INT64_MAX, ensure_int64

COLUMNS_AT_ONCE = 2**13
"""Parameters in one block: its 64 KiB rows stay in the cache while they are checked, multiplied and added."""


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
        _add_block(updates[:, block], counts, sums[block], first)
    return sums


def _add_block(updates: NDArray[np.int64], counts: list[int], sums: NDArray[np.int64], first: int) -> None:
    """Add a block of columns into `sums`; `first` is the number of its first parameter."""
    largest = 0  # no partial sum of the block is further from zero
    product = np.empty_like(sums)
    for update, count in zip(updates, counts, strict=True):
        largest += count * max(int(update.max()), -int(update.min()))
        np.multiply(update, count, out=product)
        sums += product
    if largest > INT64_MAX:
        # something may have wrapped on the way: once more in integers without end
        for column in range(len(sums)):
            exact = sum(count * int(value) for count, value in zip(counts, updates[:, column], strict=True))
            sums[column] = ensure_int64(exact, f"the sum of parameter {first + column}")
