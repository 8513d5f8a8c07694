from __future__ import annotations

from dataclasses import replace

import pytest

from pallets.learning.attacks import Attack, label_flip
from pallets.learning.datasets import iris
from pallets.learning.forest import Forest, ForestKind, ForestParameters
from pallets.learning.forest_training import train_classifier
from pallets.learning.linear_model import LinearKind, LinearModel, LinearParameters, empty_model
from pallets.learning.linear_training import linear_loss, train_linear
from pallets.learning.simulation.servers import Local
from pallets.learning.simulation.training import SCALE, Job, loss_of, run_job

TASK = iris()
ROWS, LABELS = TASK.rows[::5], TASK.targets[::5]
BASE = empty_model(LinearKind.CLASSIFIER, 4, 3)
AVERAGED = Job(BASE, LinearParameters(epochs=5, learning_rate=2 << 16), ROWS, LABELS, b"seed")
EMPTY = Forest(ForestKind.CLASSIFIER, 4, 3, 0, ())
GROWN = Job(EMPTY, ForestParameters(trees=2, classes=3, max_depth=4), ROWS, LABELS, b"seed")


def averaged(job: Job) -> LinearModel:
    made = run_job(job)
    assert isinstance(made, LinearModel)
    return made


def test_the_honest_train_on_their_rows() -> None:
    assert isinstance(AVERAGED.parameters, LinearParameters)
    assert run_job(AVERAGED) == train_linear(BASE, ROWS, LABELS, AVERAGED.parameters)
    assert isinstance(GROWN.parameters, ForestParameters)
    assert run_job(GROWN) == train_classifier(ROWS, LABELS, GROWN.parameters, b"seed")


def test_what_the_strategy_adds_reaches_the_descent() -> None:
    held = averaged(replace(AVERAGED, local=Local(proximal=1 << 13)))
    assert 0 < sum(map(abs, held.weights)) < sum(map(abs, averaged(AVERAGED).weights))


def test_attacks_on_averages() -> None:
    honest = averaged(AVERAGED)
    flipped = replace(AVERAGED, labels=label_flip(LABELS, 3))
    assert averaged(replace(AVERAGED, attack=Attack.LABEL_FLIP)) == averaged(flipped)
    assert averaged(replace(AVERAGED, attack=Attack.SIGN_FLIP)).weights == tuple(-each for each in honest.weights)
    scaled = averaged(replace(AVERAGED, attack=Attack.SCALED_UPDATE))
    assert scaled.weights == tuple(SCALE * each for each in honest.weights)
    assert averaged(replace(AVERAGED, attack=Attack.LAZY_COPY)) == BASE
    assert averaged(replace(AVERAGED, attack=Attack.WEIGHT_COPYING, copied=honest)) == honest
    assert averaged(replace(AVERAGED, attack=Attack.RANDOM_WEIGHTS)) not in (honest, BASE)


def test_attacks_on_forests() -> None:
    honest, ground = run_job(GROWN), run_job(replace(GROWN, attack=Attack.SEED_GRINDING))
    assert isinstance(honest, Forest)
    assert isinstance(ground, Forest)
    assert ground != honest
    assert len(ground.trees) == 2
    lazy = run_job(replace(GROWN, attack=Attack.LAZY_COPY))
    assert isinstance(lazy, Forest)
    assert (len(lazy.trees), lazy.nodes) == (2, 2)


def test_a_client_tells_the_loss_of_the_rows_that_it_trains_on() -> None:
    assert loss_of(AVERAGED) == linear_loss(BASE, ROWS, LABELS)
    start = averaged(AVERAGED)
    lying = replace(AVERAGED, base=start, attack=Attack.LABEL_FLIP)
    assert loss_of(lying) == linear_loss(start, ROWS, label_flip(LABELS, 3)) > loss_of(replace(AVERAGED, base=start))
    with pytest.raises(TypeError, match="forest"):
        loss_of(GROWN)
