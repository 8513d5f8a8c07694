"""Where rounds of other shapes keep what they know; synchronous rounds leave all of it empty, and read none of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from chain.primitives import U8, AccountId
from pallets.federated_round.config import Config
from pallets.federated_round.shapes.types import Taken, Tiers, Turns, Waiting
from pallets.federated_round.types import Aggregate, RoundNumber, TaskId
from pallets.frame.pallet import Pallet
from pallets.frame.storage import StorageDoubleMap, StorageMap, StorageNMap, Twox64

ClientKey = tuple[Twox64[TaskId], Twox64[RoundNumber], AccountId]
GroupKey = tuple[Twox64[TaskId], Twox64[RoundNumber], Twox64[U8]]


class ShapeStorage(Pallet[Config]):
    """What is in the state of cyclic, hierarchical and buffered rounds."""

    turns: StorageMap[Twox64[TaskId], Turns | None]
    """Whose turns there were in the cycle of a cyclic task."""

    tiers: StorageDoubleMap[Twox64[TaskId], Twox64[RoundNumber], Tiers | None]
    """The groups of a hierarchical round."""

    group_aggregates: StorageNMap[ClientKey, Aggregate | None]
    """What aggregators made of their group's updates."""

    agreed_groups: StorageNMap[GroupKey, Aggregate | None]
    """What a majority of a group's aggregators made of its updates."""

    inbox: StorageMap[Twox64[TaskId], Waiting]
    """Updates that wait for a buffered task's next round."""

    taken: StorageNMap[ClientKey, Taken | None]
    """The updates in a round's buffer."""

    def groups_of_round(self, task: TaskId, number: RoundNumber) -> Mapping[int, Aggregate]:
        """What the groups of a round agreed on, by number; without those that agreed on nothing."""
        found = self.agreed_groups.iter(prefix=(task, number))
        return {key[2]: aggregate for key, aggregate in sorted(found, key=lambda pair: pair[0][2]) if aggregate}

    def clients_of_groups(self, task: TaskId, number: RoundNumber, groups: Collection[int]) -> frozenset[AccountId]:
        """The clients of some groups of a hierarchical round; nobody in another."""
        tiers = self.tiers.get((task, number)) or ()
        return frozenset(who for group, tier in enumerate(tiers) if group in groups for who in tier.clients)

    def forget_shaped(self, task: TaskId, number: RoundNumber) -> None:
        """Remove what a round left."""
        self.tiers.remove((task, number))
        for sayings in (self.group_aggregates, self.agreed_groups, self.taken):
            sayings.clear(prefix=(task, number))

    def drop_shaped(self, task: TaskId) -> None:
        """Remove what belongs to a task and to no round of it: the task is closed."""
        self.turns.remove(task)
        self.inbox.remove(task)
