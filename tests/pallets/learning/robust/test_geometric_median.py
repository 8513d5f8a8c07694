from __future__ import annotations

from fractions import Fraction
from math import isqrt, sqrt, trunc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pallets.learning.robust.bounds import BoundExceeded
from pallets.learning.robust.geometric_median import STEPS, geometric_median
from tests.pallets.learning.robust.tables import tables


def slow(rows: list[list[int]]) -> list[int]:
    """Weiszfeld's steps in Python integers, all of them."""
    point = []
    for column in zip(*rows, strict=True):
        ordered, middle = sorted(column), len(column) // 2
        point.append(ordered[middle] if len(column) % 2 else trunc(Fraction(ordered[middle - 1] + ordered[middle], 2)))
    for _ in range(STEPS):
        distances = [max(isqrt(sum((a - b) ** 2 for a, b in zip(row, point, strict=True))), 1) for row in rows]
        weights = [2**20 * min(distances) // distance for distance in distances]
        point = [
            trunc(Fraction(sum(w * value for w, value in zip(weights, column, strict=True)), sum(weights)))
            for column in zip(*rows, strict=True)
        ]
    return point


@given(tables(most=6, width=3))
def test_it_takes_weiszfelds_steps_exactly(updates: NDArray[np.int64]) -> None:
    assert geometric_median(updates, 0).tolist() == slow(updates.tolist())


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
