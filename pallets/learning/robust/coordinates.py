"""`columns` for tables of updates, in numpy: the same numbers, coordinate by coordinate."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from pallets.learning.robust import columns
from pallets.learning.robust.bounds import RobustError, check_trim

Updates = NDArray[np.int64]

COLUMNS_AT_ONCE = 2**12
"""Parameters in one block, so that the block is sorted within the cache."""

ROOM = 2**62
"""Sums below this, on either side of zero, cannot have wrapped, and neither can a difference of two such values."""


def table_of_updates(updates: Updates) -> Updates:
    """The updates, which must be a table of int64 with a row a client; raises RobustError."""
    if updates.ndim != 2 or updates.dtype != np.int64 or not len(updates):
        raise RobustError(f"updates of shape {updates.shape} and type {updates.dtype}, not a table of int64")
    return updates


def median(updates: Updates) -> NDArray[np.int64]:
    """The median of each coordinate, rounded toward zero.

    updates: (clients, parameters) int64 fixed point
    Fewer than half of the clients cannot move a coordinate out of the range of the honest ones' values.
    """
    clients = len(table_of_updates(updates))
    middle = clients // 2
    if clients % 2:
        return _by_blocks(updates, lambda block: np.partition(block, middle, axis=0)[middle], columns.median)

    def mean_of_middle(block: Updates) -> NDArray[np.int64]:
        both = np.partition(block, (middle - 1, middle), axis=0)
        return quotients(both[middle - 1] + both[middle], 2)

    return _by_blocks(updates, mean_of_middle, columns.median)


def trimmed_mean(updates: Updates, trim: int, adversaries: int) -> NDArray[np.int64]:
    """The mean of each coordinate without its `trim` lowest and highest values, rounded toward zero.

    Raises BoundExceeded where `trim` does not protect against so many adversaries.
    """
    clients = len(table_of_updates(updates))
    check_trim(clients, adversaries, trim)

    def mean_of_kept(block: Updates) -> NDArray[np.int64]:
        kept = np.sort(block, axis=0)[trim : clients - trim]
        return quotients(kept.sum(axis=0), len(kept))

    return _by_blocks(updates, mean_of_kept, lambda values: columns.trimmed_mean(values, trim))


def mean_around_median(updates: Updates, count: int) -> NDArray[np.int64]:
    """The mean, in each coordinate, of the `count` values nearest to its median, rounded toward zero."""
    clients = len(table_of_updates(updates))

    def mean_of_nearest(block: Updates) -> NDArray[np.int64]:
        ordered = np.sort(block, axis=0)
        centre = median(ordered)
        # stable, so that the lower of two as near comes first
        nearest = np.argsort(np.abs(ordered - centre), axis=0, kind="stable")[:count]
        return quotients(np.take_along_axis(ordered, nearest, axis=0).sum(axis=0), count)

    if not 1 <= count <= clients:
        raise RobustError(f"the {count} nearest of {clients} values")
    return _by_blocks(updates, mean_of_nearest, lambda values: columns.mean_around_median(values, count))


def mean(updates: Updates) -> NDArray[np.int64]:
    """The plain mean of each coordinate, rounded toward zero."""
    clients = len(table_of_updates(updates))
    return _by_blocks(
        updates, lambda block: quotients(block.sum(axis=0), clients), lambda values: columns.trimmed_mean(values, 0)
    )


def quotients(values: NDArray[np.int64], divisor: int) -> NDArray[np.int64]:
    """Each value divided, rounded toward zero."""
    rounded = values // divisor
    # floor is one too low where the value is negative and does not divide
    rounded += (values < 0) & (rounded * divisor != values)
    return rounded


def is_roomy(block: Updates) -> bool:
    """Whether no sum over the clients, and no difference, can leave int64."""
    return len(block) * max(int(block.max(initial=0)), -int(block.min(initial=0))) < ROOM


def _by_blocks(
    updates: Updates, fast: Callable[[Updates], NDArray[np.int64]], exact: Callable[[Sequence[int]], int]
) -> NDArray[np.int64]:
    """The fast way for blocks in which nothing can wrap, the exact one for the others."""
    result = np.empty(updates.shape[1], dtype=np.int64)
    for first in range(0, updates.shape[1], COLUMNS_AT_ONCE):
        block = updates[:, first : first + COLUMNS_AT_ONCE]
        place = slice(first, first + block.shape[1])
        result[place] = fast(block) if is_roomy(block) else [exact(column) for column in block.T.tolist()]
    return result
