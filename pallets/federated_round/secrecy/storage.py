"""Where hidden rounds keep what they know; open rounds leave all of it empty, and read none of it."""

from __future__ import annotations

from chain.primitives import U32, AccountId
from pallets.federated_round.config import Config
from pallets.federated_round.secrecy.types import Groups, PublicKeys
from pallets.federated_round.types import Phase, RoundNumber, TaskId
from pallets.frame.pallet import Pallet
from pallets.frame.storage import StorageDoubleMap, StorageNMap, Twox64
from pallets.ml_registry.artifact import Artifact

ClientKey = tuple[Twox64[TaskId], Twox64[RoundNumber], AccountId]
ReportKey = tuple[Twox64[TaskId], Twox64[RoundNumber], Twox64[Phase], AccountId]


class SecrecyStorage(Pallet[Config]):
    """What is in the state of hidden rounds, for as long as the rounds are remembered."""

    public_keys: StorageNMap[ClientKey, PublicKeys | None]
    """The keys that clients announced."""

    dealings: StorageNMap[ClientKey, Artifact | None]
    """The shares that clients dealt, sealed."""

    missing: StorageNMap[ReportKey, U32 | None]
    """Whose shares a dealer, or whose updates an aggregator, has not got; a bit for each drawn client."""

    groups: StorageDoubleMap[Twox64[TaskId], Twox64[RoundNumber], Groups | None]
    """Who is hidden in which sum."""

    openings: StorageNMap[ClientKey, Artifact | None]
    """The shares that survivors opened."""

    def forget_hidden(self, task: TaskId, number: RoundNumber) -> None:
        """Remove what a round left."""
        key = (task, number)
        for sayings in (self.public_keys, self.dealings, self.missing, self.openings):
            sayings.clear(prefix=key)
        self.groups.remove(key)
