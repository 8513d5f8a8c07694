"""From which version an update begins when its buffered round is done again: from what took its old one's place."""

from __future__ import annotations

from chain.primitives import AccountId, Hash
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import RoundNumber, TaskId


def base_again(rounds: RoundStorage, task: TaskId, again: RoundNumber, who: AccountId) -> Hash | None:
    """What a client's update to a round begins from when that is done again; None: from before the first version.

    A version that was withdrawn is followed to the newest one after the round that was done in place of its own.
    """
    taken = rounds.taken.get((task, again, who))
    return None if taken is None else _in_use(rounds, task, taken.base)


def _in_use(rounds: RoundStorage, task: TaskId, version: Hash | None) -> Hash | None:
    models = rounds.config.models
    made = {course.version: key[1] for key, course in rounds.rounds.iter((task,)) if course is not None}
    redone = {number: key[1] for key, number in rounds.redone.iter((task,)) if number is not None}
    while version is not None and models.is_withdrawn(version):
        later = redone.get(made.get(version, -1))
        course = None if later is None else rounds.rounds.get((task, later))
        if course is None:  # its round was left out
            version = models.version(version).parent
        else:
            version = course.version or course.base
    return version
