"""What standing enrolments weigh in the calls and transitions that go through all of a task's."""

from __future__ import annotations

from pallets.federated_round.config import Config
from pallets.frame.weight import Weight, db


def enrolling_weight(standing: int) -> Weight:
    """The most that looking at so many accounts costs as a round begins; each is charged, enrolled, and told of."""
    return db(reads=2 + 16 * standing, writes=1 + 5 * standing)


def start_weight(config: Config) -> Weight:
    """Of a round that as many stand for as can; what fewer cost less is given back."""
    return starting(config.max_enrolled)


def starting(standing: int) -> Weight:
    """Of a round that so many stand for."""
    return db(reads=6, writes=3) + enrolling_weight(standing)


def close_weight(config: Config) -> Weight:
    """Of a task that as many stand for as can; what fewer cost less is given back."""
    return closing(config.max_enrolled)


def closing(standing: int) -> Weight:
    """Of a task that so many stand for."""
    return db(reads=7 + standing, writes=6 + 2 * standing)
