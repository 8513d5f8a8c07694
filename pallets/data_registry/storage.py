"""Where the data registry keeps what it knows, and the questions that need no more than a look at it."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from chain.primitives import U32, AccountId, BlockNumber, Bytes32, Hash, MaxLen
from pallets.data_registry.config import Config
from pallets.data_registry.errors import UnknownCheck, UnknownDataSet
from pallets.data_registry.types import (
    Check,
    DataSet,
    DataSetId,
    Device,
    DeviceId,
    DeviceKey,
    Permit,
    Purpose,
    Status,
    VerdictBallot,
)
from pallets.frame.pallet import Pallet
from pallets.frame.storage import Identity, StorageDoubleMap, StorageMap, StorageNMap, StorageValue, Twox64
from pallets.frame.traits import RuntimeHoldReason, hold_reason
from pallets.frame.view import view_function
from pallets.ml_registry.artifact import Artifact

PermitKey = tuple[Twox64[DataSetId], AccountId, Purpose]


class HoldReason(IntEnum):
    """Why funds are held."""

    DEVICE = 0
    DATA_SET = 1
    PERMIT = 2
    PLEDGE = 3


class RegistryStorage(Pallet[Config]):
    """The pallet's storage."""

    devices: StorageMap[DeviceId, Device | None]
    """Registered trackers."""

    device_keys: StorageMap[DeviceKey, DeviceId | None]
    """The tracker of each key."""

    data_sets: StorageMap[Twox64[DataSetId], DataSet | None]
    """Registered data sets."""

    data_set_count: StorageValue[U32]
    """The id of the next data set."""

    by_commitment: StorageMap[Identity[Hash], DataSetId | None]
    """The data set that rounds know by a root."""

    tombstones: StorageMap[Twox64[DataSetId], BlockNumber | None]
    """When data sets were erased: all that stays of them."""

    permits: StorageNMap[PermitKey, Permit | None]
    """Who may use what for which purpose."""

    asked_keys: StorageNMap[PermitKey, Bytes32 | None]
    """X25519 keys that holders of permits want the data's key sealed to."""

    released_keys: StorageNMap[PermitKey, Artifact | None]
    """Where the data's key lies, sealed for a permit's holder."""

    checkers: StorageValue[Annotated[tuple[AccountId, ...], MaxLen(Config.max_checkers)]]
    """Accounts that check data sets, in the order in which they joined."""

    open_checks: StorageValue[Annotated[tuple[DataSetId, ...], MaxLen(Config.max_checks)]]
    """Data sets that are being checked, oldest check first."""

    checks: StorageMap[Twox64[DataSetId], Check | None]
    """The course of each check."""

    ballots: StorageDoubleMap[Twox64[DataSetId], AccountId, VerdictBallot | None]
    """Verdicts of the checks under way."""

    # Questions

    def data_set(self, data_set: DataSetId) -> DataSet:
        """The data set; raises UnknownDataSet."""
        found = self.data_sets.get(data_set)
        if found is None:
            raise UnknownDataSet
        return found

    def check(self, data_set: DataSetId) -> Check:
        """The check of a data set; raises UnknownCheck."""
        found = self.checks.get(data_set)
        if found is None:
            raise UnknownCheck
        return found

    def owner_of(self, commitment: Hash) -> AccountId | None:
        """Whose data a root names; None where they are not registered, or erased."""
        number = self.by_commitment.get(commitment)
        found = None if number is None else self.data_sets.get(number)
        return None if found is None else found.owner

    @view_function
    def permits_use(self, commitment: Hash, who: AccountId, purpose: Hash) -> bool:
        """Whether an account may now use the data of a root for a purpose: confirmed, and permitted by their owner."""
        number = self.by_commitment.get(commitment)
        found = None if number is None else self.data_sets.get(number)
        if number is None or found is None or found.status is not Status.CONFIRMED:
            return False
        permit = self.permits.get((number, who, purpose))
        return permit is not None and permit.expires > self.block_number()

    @view_function
    def is_erased(self, data_set: U32) -> bool:
        """Whether there was such a data set and is no more."""
        return self.tombstones.contains_key(data_set)

    def reason(self, reason: HoldReason) -> RuntimeHoldReason:
        """One of the pallet's reasons as the runtime names it."""
        return hold_reason(self, reason)
