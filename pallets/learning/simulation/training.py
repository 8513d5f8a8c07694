"""What one client makes in one round, honest or not: a job with all that it needs, to be run in any process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from pallets.learning.attacks import (
    Attack,
    backdoor,
    constant_forest,
    ground_forest,
    label_flip,
    random_forest,
    random_weights,
    reversed_forest,
    reversed_update,
    scaled_update,
)
from pallets.learning.batch_prediction import BatchPredictor
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS
from pallets.learning.forest import Forest, ForestParameters
from pallets.learning.forest_training import train_classifier
from pallets.learning.linear_model import LinearModel, LinearParameters
from pallets.learning.linear_training import linear_loss, train_linear
from pallets.learning.metrics import correct
from pallets.learning.quantise import STEP_LIMIT
from pallets.learning.simulation.servers import Local
from pallets.learning.stream import seed_for

SCALE: Final = 10
"""How many times its honest update a client sends that scales it."""

SEEDS_GROUND: Final = 8
"""Forests that are grown and compared by a client that grinds seeds."""

BACKDOOR_SHARE: Final = Fraction(1, 3)
BACKDOOR_TARGET: Final = 0
TRIGGER: Final[Mapping[int, int]] = dict.fromkeys((0, 1, 2), STEP_LIMIT - 1)
"""Three features at the end of their ranges, which honest rows hardly show together."""

PLAIN_DESCENT: Final = Local()

Rows = tuple[tuple[int, ...], ...]
Model = LinearModel | Forest


@dataclass(frozen=True, slots=True)
class Job:
    """One client's work in one round.

    parameters: of a forest, or of the descent from `base`
    base: the model that the round began from
    seed: of this client and this round
    copied: what the client can read of others' updates, None where there is nothing yet
    revealed: rows and labels of test sets that are public by now
    local: what the strategy adds to the descent
    """

    base: Model
    parameters: ForestParameters | LinearParameters
    rows: Rows
    labels: tuple[int, ...]
    seed: bytes
    attack: Attack | None = None
    local: Local = PLAIN_DESCENT
    copied: Model | None = None
    revealed: tuple[Rows, tuple[int, ...]] = ((), ())


def run_job(job: Job) -> Model:
    """The update that the client sends."""
    if job.attack in (Attack.LAZY_COPY, Attack.WEIGHT_COPYING):
        return _copied(job)
    if job.attack is Attack.RANDOM_WEIGHTS:
        return _drawn(job)
    if job.attack is Attack.SEED_GRINDING and isinstance(job.base, Forest):
        return _ground(job)
    honest = _trained(_poisoned(job))
    if job.attack is Attack.SIGN_FLIP:
        return _reversed(job.base, honest)
    if job.attack is Attack.SCALED_UPDATE and isinstance(honest, LinearModel) and isinstance(job.base, LinearModel):
        return replace(honest, weights=scaled_update(job.base.weights, honest.weights, SCALE))
    return honest


def loss_of(job: Job) -> int:
    """The loss of the model that the client begins with, on the rows that it trains on; 24 fractional bits."""
    if not isinstance(job.base, LinearModel):
        raise TypeError("the loss of a forest")
    poisoned = _poisoned(job)
    return linear_loss(job.base, poisoned.rows, poisoned.labels)


def _poisoned(job: Job) -> Job:
    """The job with the rows that the client trains on."""
    if job.attack is Attack.LABEL_FLIP:
        return replace(job, labels=label_flip(job.labels, job.base.classes))
    if job.attack is Attack.BACKDOOR:
        rows, labels = backdoor(job.rows, job.labels, TRIGGER, BACKDOOR_TARGET, BACKDOOR_SHARE, job.seed)
        return replace(job, rows=rows, labels=labels)
    return job


def _trained(job: Job) -> Model:
    if isinstance(job.parameters, ForestParameters):
        return train_classifier(job.rows, job.labels, job.parameters, job.seed)
    if not isinstance(job.base, LinearModel):
        raise TypeError("a descent from a forest")
    return train_linear(job.base, job.rows, job.labels, job.parameters, job.local.correction(job.base))


def _copied(job: Job) -> Model:
    """Another's update, or what costs nothing: the model that is there, or trees of one leaf."""
    if job.attack is Attack.WEIGHT_COPYING and job.copied is not None:
        return job.copied
    if isinstance(job.parameters, LinearParameters):
        return job.base
    most_frequent = max(sorted(set(job.labels)), key=job.labels.count)
    return constant_forest(job.base.features, job.base.classes, job.parameters.trees, most_frequent)


def _drawn(job: Job) -> Model:
    if isinstance(job.parameters, ForestParameters):
        return random_forest(job.base.features, job.base.classes, job.parameters.trees, job.seed)
    if not isinstance(job.base, LinearModel):
        raise TypeError("random weights for a forest")
    one = 1 << WEIGHT_FRACTIONAL_BITS
    return replace(job.base, weights=random_weights(len(job.base.weights), one, job.seed))


def _reversed(base: Model, honest: Model) -> Model:
    if isinstance(honest, Forest):
        return reversed_forest(honest)
    if not isinstance(base, LinearModel):
        raise TypeError("a linear update of a forest")
    return replace(honest, weights=reversed_update(base.weights, honest.weights, 1))


def _ground(job: Job) -> Forest:
    """The best on the rows that are public, or on the client's own before any are."""
    rows, labels = job.revealed if job.revealed[1] else (job.rows, job.labels)
    parameters = job.parameters
    if not isinstance(parameters, ForestParameters):
        raise TypeError("seeds are ground for forests only")

    def value(forest: Forest) -> int:
        return correct(BatchPredictor(forest).predict(rows).tolist(), labels)

    seeds = [seed_for("ground", job.seed, number) for number in range(SEEDS_GROUND)]
    return ground_forest(lambda seed: train_classifier(job.rows, job.labels, parameters, seed), value, seeds)
