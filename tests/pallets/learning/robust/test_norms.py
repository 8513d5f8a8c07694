from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pallets.learning.robust.bounds import RobustError
from pallets.learning.robust.norms import clipped, clipped_mean
from tests.pallets.learning.robust.tables import tables


@given(tables(), st.integers(0, 2**44))
def test_a_clipped_update_is_never_longer_and_points_the_same_way(updates: NDArray[np.int64], clip: int) -> None:
    for update in updates:
        exact = update.tolist()
        norm = sum(value * value for value in exact) ** 0.5
        result = clipped(update, clip).tolist()
        assert sum(value * value for value in result) <= clip * clip
        if norm > clip:
            for value, was in zip(result, exact, strict=True):
                wanted = was * clip / norm
                assert abs(value - wanted) <= abs(wanted) * 1e-9 + 2


def test_a_short_update_stays_as_it_is() -> None:
    update = np.array([3, -4], dtype=np.int64)
    assert clipped(update, 5).tolist() == [3, -4]
    assert clipped(update, 4).tolist() == [2, -3]
    with pytest.raises(RobustError, match="a clip of -1"):
        clipped(update, -1)


def test_an_adversary_moves_the_clipped_mean_by_twice_the_clip_at_most() -> None:
    honest = np.random.default_rng(1).integers(-100, 100, (9, 20))
    for loud in (np.full((1, 20), 2**62), np.full((1, 20), -(2**63))):
        moved = clipped_mean(np.vstack([honest, loud]), 500) - clipped_mean(np.vstack([honest, honest[:1]]), 500)
        assert np.abs(moved).max() <= 2 * 500 / 10 + 1
