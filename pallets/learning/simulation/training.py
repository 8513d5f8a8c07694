"""What one client makes in one round, honest or not: a job with all that it needs, to be run in any process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from pallets.learning.attacks import Attack, backdoor, ground, label_flip
from pallets.learning.linear_model import LinearModel
from pallets.learning.linear_training import linear_loss
from pallets.learning.metrics import correct
from pallets.learning.quantise import STEP_LIMIT
from pallets.learning.simulation.learners.learner import Labels, Learner, Model, Rows, Update
from pallets.learning.simulation.servers import Local
from pallets.learning.stream import seed_for

SCALE: Final = 10
"""How many times its honest update a client sends that scales it."""

SEEDS_GROUND: Final = 8
"""Updates that are trained and compared by a client that grinds seeds."""

BACKDOOR_SHARE: Final = Fraction(1, 3)
BACKDOOR_TARGET: Final = 0
TRIGGER: Final[Mapping[int, int]] = dict.fromkeys((0, 1, 2), STEP_LIMIT - 1)
"""Three features at the end of their ranges, which honest rows hardly show together."""

PLAIN_DESCENT: Final = Local()


@dataclass(frozen=True, slots=True)
class Job:
    """One client's work in one round.

    base: the model that the round began from; classes: of the labels
    seed: of this client and this round
    copied: what the client can read of others' updates, None where there is nothing yet
    revealed: rows and labels of test sets that are public by now
    local: what the strategy adds to the descent
    """

    learner: Learner
    base: Model
    classes: int
    rows: Rows
    labels: Labels
    seed: bytes
    attack: Attack | None = None
    local: Local = PLAIN_DESCENT
    copied: Update | None = None
    revealed: tuple[Rows, Labels] = ((), ())


def run_job(job: Job) -> Update:
    """The update that the client sends."""
    learner, base = job.learner, job.base
    match job.attack:
        case Attack.WEIGHT_COPYING if job.copied is not None:
            return job.copied
        case Attack.LAZY_COPY | Attack.WEIGHT_COPYING:
            return learner.idle(base, job.labels)
        case Attack.RANDOM_WEIGHTS:
            return learner.drawn(base, job.labels, job.seed)
        case Attack.SEED_GRINDING:
            return _ground(job)
        case Attack.SIGN_FLIP:
            return learner.reversed(base, _trained(job))
        case Attack.SCALED_UPDATE:
            return learner.scaled(base, _trained(job), SCALE)
    return _trained(_poisoned(job))


def loss_of(job: Job) -> int:
    """The loss of the model that the client begins with, on the rows that it trains on; 24 fractional bits."""
    if not isinstance(job.base, LinearModel):
        raise TypeError(f"the loss of a {type(job.base).__name__}")
    poisoned = _poisoned(job)
    return linear_loss(job.base, poisoned.rows, poisoned.labels)


def _poisoned(job: Job) -> Job:
    """The job with the rows that the client trains on."""
    if job.attack is Attack.LABEL_FLIP:
        return replace(job, labels=label_flip(job.labels, job.classes))
    if job.attack is Attack.BACKDOOR:
        rows, labels = backdoor(job.rows, job.labels, TRIGGER, BACKDOOR_TARGET, BACKDOOR_SHARE, job.seed)
        return replace(job, rows=rows, labels=labels)
    return job


def _trained(job: Job) -> Update:
    return job.learner.trained(job.base, job.rows, job.labels, job.seed, job.local)


def _ground(job: Job) -> Update:
    """The best on the rows that are public, or on the client's own before any are."""
    rows, labels = job.revealed if job.revealed[1] else (job.rows, job.labels)

    def value(update: Update) -> int:
        return correct(job.learner.answers(job.learner.tried(job.base, update), rows), labels)

    seeds = [seed_for("ground", job.seed, number) for number in range(SEEDS_GROUND)]
    return ground(lambda seed: _trained(replace(job, seed=seed)), value, seeds)
