from __future__ import annotations

from dataclasses import replace

import pytest

from pallets.learning.attacks import Attack, backdoor, label_flip
from pallets.learning.datasets import iris
from pallets.learning.forest import ForestParameters
from pallets.learning.linear_model import LinearModel, LinearParameters
from pallets.learning.linear_training import linear_loss
from pallets.learning.simulation.learners.averages import AverageLearner
from pallets.learning.simulation.learners.forests import ForestLearner
from pallets.learning.simulation.servers import Local
from pallets.learning.simulation.training import (
    BACKDOOR_SHARE,
    BACKDOOR_TARGET,
    SCALE,
    TRIGGER,
    Job,
    loss_of,
    run_job,
)

TASK = iris()
ROWS, LABELS = TASK.rows[::5], TASK.targets[::5]
AVERAGES = AverageLearner(4, 3, LinearParameters(epochs=5, learning_rate=2 << 16))
FORESTS = ForestLearner(4, ForestParameters(trees=2, classes=3, max_depth=4))
AVERAGED = Job(AVERAGES, AVERAGES.start, 3, ROWS, LABELS, b"seed")
GROWN = Job(FORESTS, FORESTS.start, 3, ROWS, LABELS, b"seed")
PLAIN = Local()


def averaged(job: Job) -> LinearModel:
    made = run_job(job)
    assert isinstance(made, LinearModel)
    return made


@pytest.mark.parametrize("job", [AVERAGED, GROWN], ids=["averages", "forests"])
def test_the_honest_train_on_their_rows_and_others_on_poisoned_ones(job: Job) -> None:
    learner, base = job.learner, job.base
    assert run_job(job) == learner.trained(base, ROWS, LABELS, b"seed", PLAIN)
    flipped = learner.trained(base, ROWS, label_flip(LABELS, 3), b"seed", PLAIN)
    assert run_job(replace(job, attack=Attack.LABEL_FLIP)) == flipped
    marked = backdoor(ROWS, LABELS, TRIGGER, BACKDOOR_TARGET, BACKDOOR_SHARE, b"seed")
    assert run_job(replace(job, attack=Attack.BACKDOOR)) == learner.trained(base, *marked, b"seed", PLAIN)


def test_what_the_strategy_adds_reaches_the_descent() -> None:
    held = averaged(replace(AVERAGED, local=Local(proximal=1 << 13)))
    assert 0 < sum(map(abs, held.weights)) < sum(map(abs, averaged(AVERAGED).weights))


@pytest.mark.parametrize("job", [AVERAGED, GROWN], ids=["averages", "forests"])
def test_what_costs_no_training_is_copied_drawn_or_turned_over(job: Job) -> None:
    learner, base, honest = job.learner, job.base, run_job(job)
    assert run_job(replace(job, attack=Attack.SIGN_FLIP)) == learner.reversed(base, honest)
    assert run_job(replace(job, attack=Attack.LAZY_COPY)) == learner.idle(base, LABELS)
    assert run_job(replace(job, attack=Attack.RANDOM_WEIGHTS)) == learner.drawn(base, LABELS, b"seed")
    copier = replace(job, attack=Attack.WEIGHT_COPYING)
    assert run_job(copier) == learner.idle(base, LABELS)
    assert run_job(replace(copier, copied=honest)) == honest


def test_an_update_is_scaled() -> None:
    scaled = averaged(replace(AVERAGED, attack=Attack.SCALED_UPDATE))
    assert scaled.weights == tuple(SCALE * each for each in averaged(AVERAGED).weights)


def test_who_grinds_sends_the_best_of_its_own_seeds_on_the_rows_that_are_shown() -> None:
    ground = replace(GROWN, attack=Attack.SEED_GRINDING)
    assert run_job(ground) != run_job(GROWN)
    shown = replace(ground, revealed=(TASK.rows[1::5], TASK.targets[1::5]))

    def right(job: Job) -> int:
        answers = FORESTS.answers(FORESTS.tried(FORESTS.start, run_job(job)), shown.revealed[0])
        return sum(answer == label for answer, label in zip(answers, shown.revealed[1], strict=True))

    assert right(shown) >= right(ground)


def test_a_client_tells_the_loss_of_the_rows_that_it_trains_on() -> None:
    base = AVERAGES.start
    assert loss_of(AVERAGED) == linear_loss(base, ROWS, LABELS)
    start = averaged(AVERAGED)
    lying = replace(AVERAGED, base=start, attack=Attack.LABEL_FLIP)
    assert loss_of(lying) == linear_loss(start, ROWS, label_flip(LABELS, 3)) > loss_of(replace(AVERAGED, base=start))
    with pytest.raises(TypeError, match="loss of a Forest"):
        loss_of(GROWN)
