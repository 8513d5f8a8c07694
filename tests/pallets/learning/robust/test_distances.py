from __future__ import annotations

import numpy as np
from hypothesis import given
from numpy.typing import NDArray

from pallets.learning.robust.distances import VALUES_AT_ONCE, squared_distances, squared_norm
from tests.pallets.learning.robust.tables import tables


@given(tables())
def test_distances_are_exact_whatever_the_size(updates: NDArray[np.int64]) -> None:
    rows = updates.tolist()
    expected = [[sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) for other in rows] for one in rows]
    assert squared_distances(updates) == expected
    assert [squared_norm(update) for update in updates] == [sum(value * value for value in row) for row in rows]


def test_full_blocks_of_the_largest_values_do_not_wrap() -> None:
    width = VALUES_AT_ONCE + 1
    assert squared_norm(np.full(width, -(2**63), dtype=np.int64)) == width * 2**126
    assert squared_norm(np.full(width, 2**25, dtype=np.int64)) == width * 2**50
