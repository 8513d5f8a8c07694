"""Which roots a hierarchical round can have: those of the groups that agreed on something."""

from __future__ import annotations

from pallets.federated_round.errors import EmptyArtifact, UnknownClient
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import Aggregate, RoundNumber, TaskId
from pallets.frame.error import ensure


def check_root(rounds: RoundStorage, task: TaskId, number: RoundNumber, aggregate: Aggregate) -> None:
    """Raises UnknownClient or EmptyArtifact where a root is not of the groups that agreed on something.

    Its aggregators may leave out a group more, whose aggregate nobody can read.
    """
    count, agreed = len(rounds.tiers.get((task, number)) or ()), rounds.groups_of_round(task, number)
    left_out = aggregate.unsummed
    ensure(left_out == tuple(group for group in range(count) if group in left_out), UnknownClient)
    ensure(all(group in agreed or group in left_out for group in range(count)), UnknownClient)
    joined = [found for group, found in agreed.items() if group not in left_out]
    ensure(aggregate.invalid == tuple(sorted(who for found in joined for who in found.invalid)), UnknownClient)
    ensure((aggregate.model is None) == all(found.model is None for found in joined), EmptyArtifact)
