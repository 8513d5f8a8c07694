"""What every kind of model owes a federation, whichever it is."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from pallets.learning.metrics import correct
from pallets.learning.simulation.judging import constant_value
from pallets.learning.simulation.learners.learner import Learner, WrongKind
from tests.pallets.learning.simulation.learners.kinds import (
    ARRIVED,
    AVERAGES,
    BOOSTING,
    FORESTS,
    KINDS,
    LABELS,
    NETWORKS,
    ROWS,
    SAMPLES,
    server_for,
    updates_of,
)

EVERYBODY = np.ones((1, 3), dtype=np.int64)
NAMES = [type(learner).__name__ for learner in KINDS]


@pytest.mark.parametrize("learner", KINDS, ids=NAMES)
def test_a_round_of_the_honest_is_better_than_the_best_constant_and_goes_on_from_there(learner: Learner) -> None:
    joined = learner.joined(learner.start, updates_of(learner), ARRIVED, server_for(learner))
    right = correct(learner.answers(joined, ROWS), LABELS)
    assert right > constant_value(LABELS)
    assert learner.base(joined) == (learner.start if learner in (FORESTS, KINDS[2]) else joined)


@pytest.mark.parametrize("learner", KINDS, ids=NAMES)
def test_all_together_are_worth_what_the_joined_model_gets_right(learner: Learner) -> None:
    updates = updates_of(learner)
    joined = learner.joined(learner.start, updates, ARRIVED, server_for(learner))
    worth = learner.worth(learner.start, updates, SAMPLES, ROWS, LABELS)
    (value,) = worth.values(EVERYBODY)
    right = correct(learner.answers(joined, ROWS), LABELS)
    # averages are judged with steps cut to the middle one's length, which the joined model's are not
    assert value == right or (learner is AVERAGES and abs(value - right) <= 2)
    alone = [correct(learner.answers(learner.tried(learner.start, each), ROWS), LABELS) for each in updates]
    if learner in (FORESTS, BOOSTING):
        assert list(worth.alone) == alone


@pytest.mark.parametrize("learner", KINDS, ids=NAMES)
def test_the_dishonest_send_what_has_the_shape_of_an_update_and_is_none(learner: Learner) -> None:
    honest, base = updates_of(learner)[0], learner.base(learner.start)
    found = {
        "idle": learner.idle(base, LABELS),
        "drawn": learner.drawn(base, LABELS, b"seed"),
        "reversed": learner.reversed(base, honest),
    }
    for name, update in found.items():
        assert update != honest, name
        joined = learner.joined(learner.start, [update] * 3, ARRIVED, server_for(learner))
        assert len(learner.answers(joined, ROWS)) == len(ROWS), name
        values = learner.worth(learner.start, [update], [17], ROWS, LABELS)
        assert len(values.alone) == 1, name
    assert learner.drawn(base, LABELS, b"seed") == found["drawn"] != learner.drawn(base, LABELS, b"other")


@pytest.mark.parametrize("learner", KINDS, ids=NAMES)
def test_a_learner_goes_to_other_processes(learner: Learner) -> None:
    assert pickle.loads(pickle.dumps(learner)) == learner


@pytest.mark.parametrize("learner", KINDS, ids=NAMES)
def test_models_of_another_kind_are_refused(learner: Learner) -> None:
    other = NETWORKS.start if learner is not NETWORKS else AVERAGES.start
    with pytest.raises(WrongKind):
        learner.answers(other, ROWS)
    with pytest.raises(WrongKind):
        learner.reversed(learner.start, other)
