from __future__ import annotations

from fractions import Fraction
from math import trunc
from statistics import median as exact_median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pallets.learning.robust import columns, coordinates
from pallets.learning.robust.bounds import BoundExceeded, RobustError
from tests.pallets.learning.robust.tables import tables


@given(tables())
def test_the_median_is_the_exact_one_rounded_toward_zero(updates: NDArray[np.int64]) -> None:
    expected = [trunc(exact_median([Fraction(value) for value in column])) for column in updates.T.tolist()]
    assert coordinates.median(updates).tolist() == expected


@given(tables(), st.data())
def test_the_trimmed_mean_is_the_exact_one_rounded_toward_zero(updates: NDArray[np.int64], data: st.DataObject) -> None:
    clients = len(updates)
    trim = data.draw(st.integers(0, (clients - 1) // 2))
    expected = []
    for column in updates.T.tolist():
        kept = list(column)
        for _ in range(trim):
            kept.remove(min(kept))
            kept.remove(max(kept))
        expected.append(trunc(Fraction(sum(kept), len(kept))))
    assert coordinates.trimmed_mean(updates, trim, adversaries=trim).tolist() == expected


@given(tables(), st.data())
def test_the_mean_around_the_median_takes_the_nearest_one_by_one(
    updates: NDArray[np.int64], data: st.DataObject
) -> None:
    count = data.draw(st.integers(1, len(updates)))
    expected = []
    for column in updates.T.tolist():
        centre, left, taken = columns.median(column), list(column), []
        for _ in range(count):
            nearest = min(left, key=lambda value: (abs(value - centre), value))
            left.remove(nearest)
            taken.append(nearest)
        expected.append(trunc(Fraction(sum(taken), count)))
    assert coordinates.mean_around_median(updates, count).tolist() == expected


@given(tables(least=2), st.data())
def test_the_order_of_clients_changes_nothing(updates: NDArray[np.int64], data: st.DataObject) -> None:
    shuffled = updates[data.draw(st.permutations(range(len(updates))))]
    for rule in (coordinates.median, coordinates.mean, lambda table: coordinates.mean_around_median(table, 2)):
        assert rule(shuffled).tolist() == rule(updates).tolist()


def test_a_minority_cannot_move_a_coordinate_out_of_the_honest_range() -> None:
    honest = np.arange(6 * 5000, dtype=np.int64).reshape(6, 5000)
    attack = np.full((5, 5000), 2**62, dtype=np.int64)
    attack[::2] *= -1
    updates = np.vstack([honest, attack])
    for result in (coordinates.median(updates), coordinates.trimmed_mean(updates, 5, 5)):
        assert (result >= honest.min(axis=0)).all()
        assert (result <= honest.max(axis=0)).all()


def test_updates_that_are_no_table_are_refused() -> None:
    with pytest.raises(RobustError, match="type float64, not a table of int64"):
        coordinates.median(np.zeros((2, 2)))  # type: ignore[arg-type]  # the mistake that is tested
    with pytest.raises(RobustError, match=r"shape \(0, 3\)"):
        coordinates.median(np.zeros((0, 3), dtype=np.int64))
    with pytest.raises(BoundExceeded):
        coordinates.trimmed_mean(np.zeros((4, 1), dtype=np.int64), 1, adversaries=2)
    with pytest.raises(RobustError, match=r"^the 3 nearest of 2 values$"):
        coordinates.mean_around_median(np.zeros((2, 1), dtype=np.int64), 3)
