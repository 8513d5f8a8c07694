from __future__ import annotations

import numpy as np
import pytest

from pallets.learning.averaging import weighted_mean
from pallets.learning.estimators.artifact import Task
from pallets.learning.estimators.network_arrays import NetworkShape
from pallets.learning.fixed_point import Overflow
from pallets.learning.linear_model import WEIGHT_LIMIT
from pallets.learning.network_rounds import Descent, NetworkRounds
from pallets.learning.training_rows import TrainingError

ROUNDS = NetworkRounds(NetworkShape(Task.CLASSIFIER, 2, 8, 2), 32, b"start")
ROWS = [[20_000, 40_000], [50_000, 10_000], [10_000, 60_000], [60_000, 5_000]] * 5
LABELS = [1, 0, 1, 0] * 5
DESCENT = Descent(epochs=20, rate=1 << 14, batch=4)


def test_a_round_of_descents_learns_and_is_the_weighted_mean_of_what_was_sent() -> None:
    start = ROUNDS.began(None)
    sent = [ROUNDS.descended(start, ROWS, LABELS, DESCENT, bytes([number])) for number in range(3)]
    moves = [ROUNDS.read(update) for update in sent]
    joined = ROUNDS.joined(start, moves, [1, 2, 3])
    expected = weighted_mean([each.values.tolist() for each in moves], [1, 2, 3])
    assert (joined - start).tolist() == expected
    assert ROUNDS.answers(joined, ROWS) == LABELS
    assert ROUNDS.began(ROUNDS.model(joined)).tolist() == joined.tolist()
    assert start.tolist() == ROUNDS.began(None).tolist()


def test_training_of_ones_own_sends_how_far_it_went() -> None:
    start = ROUNDS.began(None)
    began = ROUNDS.as_reals(start)
    assert began.dtype == np.float32
    update = ROUNDS.moved(began, began + np.float32(0.25))
    assert np.abs(ROUNDS.read(update).values - (1 << 22)).max() <= 2  # a float's last bit of a weight near one


@pytest.mark.parametrize("trained", [np.zeros(3, dtype=np.float32), [1, 2], "none", None])
def test_training_that_gives_no_weights_is_refused(trained: object) -> None:
    began = ROUNDS.as_reals(ROUNDS.began(None))
    with pytest.raises(TrainingError, match="weights of shape"):
        ROUNDS.moved(began, trained)


def test_training_that_ends_nowhere_is_refused() -> None:
    began = ROUNDS.as_reals(ROUNDS.began(None))
    for wrong in (np.float32("nan"), np.float32(2.0**23)):
        with pytest.raises(Overflow, match="lower the learning rate"):
            ROUNDS.moved(began, began + wrong)


def test_no_round_leaves_what_weights_may_be() -> None:
    start = np.full(ROUNDS.shape.parameters, WEIGHT_LIMIT - 1)
    far = ROUNDS.read(ROUNDS.moved(ROUNDS.as_reals(start), ROUNDS.as_reals(start) + np.float32(100)))
    assert set(ROUNDS.joined(start, [far], [1]).tolist()) == {WEIGHT_LIMIT - 1}
