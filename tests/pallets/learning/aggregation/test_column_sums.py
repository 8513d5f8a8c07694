from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.aggregation.column_sums import (
    COLUMNS_AT_ONCE,
    check_update,
    column_sums,
    float_mean,
    mean_of_sums,
)
from pallets.learning.averaging import AveragingError, weighted_mean
from pallets.learning.fixed_point import Overflow


@given(
    st.lists(st.lists(st.integers(-(2**40), 2**40), min_size=3, max_size=3), min_size=1, max_size=5),
    st.integers(1, 2**20),
    st.data(),
)
def test_products_that_were_checked_at_the_door_give_the_weighted_mean(
    rows: list[list[int]], samples: int, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(rows))))
    products = [np.array(rows[place], dtype=np.int64) * samples for place in order]
    for product in products:
        check_update(product, 3, 2**60)
    found = mean_of_sums(column_sums(products, 2**60), samples * len(rows))
    assert found.tolist() == weighted_mean(rows, [samples] * len(rows))


def test_blocks_meet_without_a_gap() -> None:
    rows = np.arange(3 * (2 * COLUMNS_AT_ONCE + 1), dtype=np.int64).reshape(3, -1)
    assert np.array_equal(column_sums(list(rows), 2**40), rows.sum(axis=0))


def test_what_is_too_large_or_of_another_shape_stays_outside() -> None:
    check_update(np.array([-5, 5]), 2, 5)
    for update, reason in (
        (np.array([-6, 5]), "an update with a value of 6 where 5 is the most"),
        (np.array([-(2**63)]), "an update with a value of 9223372036854775808"),
    ):
        with pytest.raises(Overflow, match=reason):
            check_update(update, len(update), 5)
    for wrong in (np.zeros(3, dtype=np.int64), np.zeros(2), np.zeros((1, 2), dtype=np.int64)):
        with pytest.raises(AveragingError, match="not 2 int64"):
            check_update(wrong, 2, 5)  # type: ignore[arg-type]  # the mistake that is tested
    with pytest.raises(Overflow, match="3 updates of up to 4611686018427387904 may leave int64"):
        column_sums([np.zeros(1, dtype=np.int64)] * 3, 2**62)
    for updates in ([], [np.zeros(1, dtype=np.int64), np.zeros(2, dtype=np.int64)]):
        with pytest.raises(AveragingError, match="not of one length"):
            column_sums(updates, 1)
    with pytest.raises(AveragingError, match="a mean over 0 samples"):
        mean_of_sums(np.zeros(1, dtype=np.int64), 0)


def test_the_float_mean_is_near_the_exact_one() -> None:
    updates = np.random.default_rng(2).normal(size=(10, 1000)).astype(np.float32)
    samples = list(range(1, 11))
    exact = np.average(updates.astype(np.float64), axis=0, weights=samples)
    assert np.abs(float_mean(updates, samples) - exact).max() < 1e-6
    with pytest.raises(AveragingError, match="with 0 sample counts"):
        float_mean(updates, [])
