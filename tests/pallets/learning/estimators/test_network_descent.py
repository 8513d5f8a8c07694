from __future__ import annotations

import numpy as np
import pytest

from pallets.learning.estimators.artifact import Task
from pallets.learning.estimators.network import starting_network
from pallets.learning.estimators.network_arrays import NetworkShape, answers, starting_weights
from pallets.learning.estimators.network_descent import descended, fixed
from pallets.learning.estimators.network_fitting import descend
from pallets.learning.training_rows import TrainingError

SHAPE = NetworkShape(Task.CLASSIFIER, 2, 8, 3)
ROWS = np.random.default_rng(0).integers(0, 65_536, (60, 2))
LABELS = np.minimum(ROWS[:, 0] // 21_846, 2)


def test_a_descent_learns_and_depends_on_its_seed_alone() -> None:
    start = starting_weights(SHAPE, b"start")
    one, again, other = (
        descended(SHAPE, start, ROWS, LABELS, epochs=60, rate=1 << 14, batch=10, seed=seed)
        for seed in (b"1", b"1", b"2")
    )
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    right = sum(found == wanted for found, wanted in zip(answers(SHAPE, one, ROWS), LABELS.tolist(), strict=True))
    assert right > 50
    assert np.array_equal(start, starting_weights(SHAPE, b"start"))


def test_networks_of_records_descend_to_the_same_weights() -> None:
    start = starting_network(Task.CLASSIFIER, 2, 8, 3, b"start")
    found = descend(start, ROWS, LABELS, epochs=3, seed=b"1")
    assert list(found.weights) == descended(
        SHAPE, starting_weights(SHAPE, b"start"), ROWS, LABELS, epochs=3, seed=b"1"
    ).tolist()  # fmt: skip


def test_weights_become_their_nearest_fixed_point_numbers() -> None:
    assert fixed(np.array([0.0, 1.0, -(2.0**-24), 2.0**-26, 3 * 2.0**-26])).tolist() == [0, 1 << 24, -1, 0, 1]
    for wrong in (float("nan"), float("inf"), 2.0**20):
        with pytest.raises(TrainingError, match="no numbers within"):
            fixed(np.array([0.0, wrong]))
