from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pallets.learning.robust.bounds import BoundExceeded
from pallets.learning.robust.geometric_median import geometric_median
from tests.pallets.learning.robust import oracle
from tests.pallets.learning.robust.tables import tables


@given(tables(most=6, width=3))
def test_it_takes_weiszfelds_steps_exactly(updates: NDArray[np.int64]) -> None:
    assert geometric_median(updates, 0).tolist() == oracle.geometric_median(updates.tolist())


@given(tables(least=2, most=6), st.data())
def test_the_order_of_clients_changes_nothing(updates: NDArray[np.int64], data: st.DataObject) -> None:
    shuffled = updates[data.draw(st.permutations(range(len(updates))))]
    assert geometric_median(shuffled, 0).tolist() == geometric_median(updates, 0).tolist()


def test_no_point_around_has_a_smaller_sum_of_distances() -> None:
    drawn = np.random.default_rng(3).normal(0, 2**24, (15, 2))
    updates = drawn.astype(np.int64)

    def cost(point: NDArray[np.int64]) -> float:
        return sum(sqrt(sum(float(value) ** 2 for value in row - point)) for row in updates)

    found = geometric_median(updates, 7, steps=200)
    for shift in ([2**14, 0], [-(2**14), 0], [0, 2**14], [0, -(2**14)]):
        assert cost(found) < cost(found + np.array(shift))


def test_a_minority_far_away_moves_it_little() -> None:
    honest = np.random.default_rng(5).integers(-(2**20), 2**20, (8, 50))
    updates = np.vstack([honest, np.full((4, 50), 2**50)])
    assert np.abs(geometric_median(updates, 4)).max() < 2**22
    with pytest.raises(BoundExceeded):
        geometric_median(updates, 6)
