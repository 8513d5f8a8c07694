"""What models of weights have in common: the same ways to spoil an update, whichever the kind."""

from __future__ import annotations

import pytest

from pallets.learning.estimators.network import Network
from pallets.learning.linear_model import LinearModel
from pallets.learning.simulation.learners.averages import AverageLearner
from pallets.learning.simulation.learners.networks import NetworkLearner
from tests.pallets.learning.simulation.learners.kinds import AVERAGES, LABELS, NETWORKS, updates_of

Learners = AverageLearner | NetworkLearner


@pytest.mark.parametrize("learner", [AVERAGES, NETWORKS], ids=["averages", "networks"])
def test_each_weight_is_turned_over_scaled_or_drawn(learner: Learners) -> None:
    honest, base = learner.own(updates_of(learner)[0]), learner.base(learner.start)
    moves = [after - before for after, before in zip(honest.weights, base.weights, strict=True)]
    assert any(moves)
    assert moved(learner.reversed(base, honest), base) == [-move for move in moves]
    assert moved(learner.scaled(base, honest, 10), base) == [10 * move for move in moves]
    assert learner.idle(base, LABELS) == base == learner.tried(base, base)
    drawn = learner.drawn(base, LABELS, b"seed").weights
    assert len(set(drawn)) > len(drawn) // 2
    assert max(map(abs, drawn)) <= 1 << 24


def moved(update: LinearModel | Network, base: LinearModel | Network) -> list[int]:
    return [after - before for after, before in zip(update.weights, base.weights, strict=True)]
