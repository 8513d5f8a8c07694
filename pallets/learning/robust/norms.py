"""Norm clipping: no update counts for more than a stated length. Exact, rounded toward zero.

f adversaries of n then move the mean by at most f/n of twice the clip, whatever they send.
"""

from __future__ import annotations

from math import isqrt

import numpy as np
from numpy.typing import NDArray

from pallets.learning.fixed_point import INT64_MAX, divide
from pallets.learning.robust.bounds import RobustError
from pallets.learning.robust.coordinates import Updates, mean, quotients, table_of_updates
from pallets.learning.robust.distances import squared_norm


def clipped(update: NDArray[np.int64], clip: int) -> NDArray[np.int64]:
    """The update, shortened to an L2 norm of at most `clip`, which has the unit of the update.

    Each value times clip / norm, with the norm rounded up, rounded toward zero: so never longer than `clip`.
    """
    if clip < 0:
        raise RobustError(f"a clip of {clip}")
    squared = squared_norm(update)
    if squared <= clip * clip:
        return update.copy()
    norm = isqrt(squared - 1) + 1
    if norm * max(clip, 1) <= INT64_MAX:  # no value is larger than the norm
        return quotients(update * clip, norm)
    return np.array([divide(value * clip, norm) for value in update.tolist()], dtype=np.int64)


def clipped_mean(updates: Updates, clip: int) -> NDArray[np.int64]:
    """The mean of the updates, each clipped; rounded toward zero."""
    return mean(np.stack([clipped(update, clip) for update in table_of_updates(updates)]))
