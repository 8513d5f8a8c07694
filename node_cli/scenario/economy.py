"""What a play is about in tokens: stakes, rewards, penalties, and the deadlines of a round."""

from __future__ import annotations

from dataclasses import replace

from chain.primitives import Balance, BlockNumber
from node_cli.scenario.definition import Lesson
from pallets.federated_round import Penalties, Schedule, Seats, Split, Terms
from pallets.federated_round.rules import Mean
from pallets.federated_round.secrecy.choice import Open
from pallets.ml_registry import Artifact
from runtime.dev import UNIT

ENDOWMENT: Balance = 1_000 * UNIT
"""Of every player at first, and of the office besides what it pays for."""

STAKE: Balance = 100 * UNIT
MINIMUM_STAKE: Balance = 60 * UNIT
"""Of whoever enrols: an absence or two may happen, one fault is too much."""

ROUND_REWARD: Balance = 100 * UNIT

SPLIT = Split(clients=70, aggregators=15, validators=15)
ABSENCE = 100_000
"""Parts per million of the stake."""

DUTY_SEATS = 3
"""Aggregators, and validators: two who agree outvote the third."""

MAX_SAMPLES = 100_000

SCHEDULE = Schedule(enrol=2, train=6, aggregate=6, evaluate=6, reveal=6, disclose=6)
"""At most; phases end as soon as all have acted. Enrolment has no such end, so it lasts as long as one block takes."""


FEWEST_FOR_A_RULE = 3
"""Updates below which no rule that withstands anybody can work, and no sum hides what is in it."""


SPARE = 2
"""Rounds that can be done again: an erasure comes after so many."""

CHALLENGE: BlockNumber = 2
"""Blocks in which an aggregate can be challenged, where it can."""

DISPUTE: BlockNumber = 100
"""Blocks that all disputes about one aggregate take, at most."""


def terms_of(settings: Artifact, clients: int, lesson: Lesson, fault: int, challenge: BlockNumber) -> Terms:
    """The terms of every task here; its threshold is the chain's own, which the alliance can change.

    fault: parts per million of the stake that a fault costs; challenge: blocks in which an aggregate can be challenged
    """
    is_plain = isinstance(lesson.rule, Mean) and isinstance(lesson.secrecy, Open)
    fewest = 1 if is_plain else FEWEST_FOR_A_RULE
    return Terms(
        settings=settings,
        schedule=replace(SCHEDULE, challenge=challenge),
        seats=Seats(clients=clients, minimum_clients=fewest, aggregators=DUTY_SEATS, validators=DUTY_SEATS),
        split=SPLIT,
        penalties=Penalties(fault=fault, absence=ABSENCE),
        round_reward=ROUND_REWARD,
        minimum_stake=MINIMUM_STAKE,
        reward_threshold=None,
        unjudged_share=50,
        max_samples=MAX_SAMPLES,
        automatic=False,
        rule=lesson.rule,
        noise=lesson.noise,
        secrecy=lesson.secrecy,
    )
