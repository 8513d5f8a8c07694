"""Exact squared distances and norms of int64 vectors, as Python integers of whatever size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pallets.learning.robust.coordinates import Updates, is_roomy, table_of_updates

LIMB_BITS = 24
"""Bits of the parts that a large value is cut into."""

VALUES_AT_ONCE = 2**13
"""Values in one block; 2^13 products of two limbs stay below 2^63."""


def squared_norm(vector: NDArray[np.int64]) -> int:
    """The sum of the squares, exactly."""
    total = 0
    for first in range(0, len(vector), VALUES_AT_ONCE):
        block = vector[first : first + VALUES_AT_ONCE]
        largest = max(int(block.max()), -int(block.min()))
        if largest * largest * len(block) < 2**63:
            total += int(np.dot(block, block))
        else:
            total += _squared_by_limbs(block)
    return total


def _squared_by_limbs(block: NDArray[np.int64]) -> int:
    """As value = low + 2^24 · middle + 2^48 · high with low and middle in 0 to 2^24 - 1, high signed."""
    mask = (1 << LIMB_BITS) - 1
    limbs = [block & mask, block >> LIMB_BITS & mask, block >> 2 * LIMB_BITS]
    return sum(
        int(np.dot(one, other)) << LIMB_BITS * (i + j) for i, one in enumerate(limbs) for j, other in enumerate(limbs)
    )


def squared_distances(updates: Updates) -> list[list[int]]:
    """The squared distance of each two clients' updates."""
    clients = len(table_of_updates(updates))
    distances = [[0] * clients for _ in range(clients)]
    for one in range(clients):
        for other in range(one + 1, clients):
            distances[one][other] = distances[other][one] = squared_distance(updates[one], updates[other])
    return distances


def squared_distance(one: NDArray[np.int64], other: NDArray[np.int64]) -> int:
    """The squared distance of two vectors, exactly."""
    if is_roomy(one[None]) and is_roomy(other[None]):
        return squared_norm(one - other)
    return sum((a - b) ** 2 for a, b in zip(one.tolist(), other.tolist(), strict=True))
