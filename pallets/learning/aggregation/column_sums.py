"""Sums of large updates that were checked when they arrived, as fast as memory gives them.

Updates that were multiplied by their samples and bounded at the door (`check_update`) need neither a product nor a
search for their largest value when they are added: the bound alone says that no sum wraps.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pallets.learning.averaging import AveragingError
from pallets.learning.fixed_point import INT64_MAX, Overflow
from pallets.learning.robust.coordinates import quotients

COLUMNS_AT_ONCE = 2**19
"""Parameters in one block: its sums, 4 MiB, stay in the caches while updates are read in long straight runs.

A tenth faster than blocks of 8 MiB, which other programs drive out of a shared cache; below 2 MiB the runs get short.
"""


def check_update(update: NDArray[np.int64], parameters: int, largest: int) -> None:
    """Refuse an update that is no row of so many int64 within ±largest; to be called once, when it arrives."""
    if update.dtype != np.int64 or update.shape != (parameters,):
        raise AveragingError(f"an update of type {update.dtype} and shape {update.shape}, not {parameters} int64")
    found = max(int(update.max(initial=0)), -int(update.min(initial=0)))
    if found > largest:
        raise Overflow(f"an update with a value of {found} where {largest} is the most")


def column_sums(updates: Sequence[NDArray[np.int64]], largest: int) -> NDArray[np.int64]:
    """The sum of the updates, all of which `check_update` accepted with this bound; their order changes nothing."""
    if not updates or any(update.shape != updates[0].shape for update in updates):
        raise AveragingError(f"{len(updates)} updates that are not of one length")
    if len(updates) * largest > INT64_MAX:
        raise Overflow(f"{len(updates)} updates of up to {largest} may leave int64")
    if len(updates) == 1:
        return updates[0].copy()
    sums = np.empty(len(updates[0]), dtype=np.int64)
    for first in range(0, len(sums), COLUMNS_AT_ONCE):
        block = slice(first, first + COLUMNS_AT_ONCE)
        total = sums[block]
        np.add(updates[0][block], updates[1][block], out=total)
        for update in updates[2:]:
            np.add(total, update[block], out=total)
    return sums


def mean_of_sums(sums: NDArray[np.int64], samples: int) -> NDArray[np.int64]:
    """The mean of updates that were multiplied by their samples, rounded toward zero."""
    if samples < 1:
        raise AveragingError(f"a mean over {samples} samples")
    return quotients(sums, samples)


def float_mean(updates: NDArray[np.float32], samples: Sequence[int]) -> NDArray[np.float32]:
    """The weighted mean in 32-bit floats, for simulations: depends on machine and order, so nothing is agreed on it.

    updates: (participants, parameters)
    """
    if updates.ndim != 2 or len(updates) != len(samples) or not len(samples):
        raise AveragingError(f"updates of shape {updates.shape} with {len(samples)} sample counts")
    shares = np.array(samples, dtype=np.float64) / sum(samples)
    mean: NDArray[np.float32] = shares.astype(np.float32) @ updates
    return mean
