"""The geometric median in integers: the point with the least sum of distances, by a fixed number of Weiszfeld's steps.

A step is the mean of the updates, each weighted by the reciprocal of its distance to the last point:

    weight = 2^20 · nearest / distance, rounded down; distances are integer square roots, at least 1

Each rounds toward zero, so the steps are the same everywhere. They come as near as weights of 20 bits allow; fewer
than half of the clients cannot move the median arbitrarily far. Source: Pillutla, Kakade, Harchaoui 2022 (RFA).
"""

from __future__ import annotations

from math import isqrt

import numpy as np
from numpy.typing import NDArray

from pallets.learning.fixed_point import divide
from pallets.learning.robust.bounds import Rule, check_adversaries
from pallets.learning.robust.coordinates import ROOM, Updates, median, quotients, table_of_updates
from pallets.learning.robust.distances import squared_distance

WEIGHT_BITS = 20
"""Bits of the weight of the update nearest to the point."""

STEPS = 32
"""Of Weiszfeld; each about halves the distance to the median where updates lie in general position."""


def geometric_median(updates: Updates, adversaries: int, steps: int = STEPS) -> NDArray[np.int64]:
    """The geometric median, begun from the median of each coordinate.

    updates: (clients, parameters) int64 fixed point
    Raises BoundExceeded unless fewer than half are adversaries.
    """
    check_adversaries(Rule.GEOMETRIC_MEDIAN, len(table_of_updates(updates)), adversaries)
    point = median(updates)
    for _ in range(steps):
        following = weighted(updates, weights_around(updates, point))
        if np.array_equal(following, point):
            break  # all later steps give the same
        point = following
    return point


def weights_around(updates: Updates, point: NDArray[np.int64]) -> list[int]:
    """What each update counts for in the step from a point."""
    distances = [max(isqrt(squared_distance(update, point)), 1) for update in updates]
    nearest = min(distances)
    return [(nearest << WEIGHT_BITS) // distance for distance in distances]


def weighted(updates: Updates, weights: list[int]) -> NDArray[np.int64]:
    """The mean with these weights, rounded toward zero."""
    total = sum(weights)
    if total * max(int(updates.max(initial=0)), -int(updates.min(initial=0))) < ROOM:
        return quotients(np.einsum("i,ij->j", np.array(weights, dtype=np.int64), updates), total)
    exact = [
        divide(sum(weight * value for weight, value in zip(weights, column, strict=True)), total)
        for column in updates.T.tolist()
    ]
    return np.array(exact, dtype=np.int64)
