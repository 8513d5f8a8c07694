"""The calls of the data registry for owners: devices, data sets, permits, erasure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from chain.primitives import U32, AccountId, BlockNumber, Bytes64
from pallets.data_registry.checks import open_check
from pallets.data_registry.config import Config
from pallets.data_registry.device_key import CHECK_REF_TIME, is_on_curve, proves_possession
from pallets.data_registry.errors import (
    DataSetKnown,
    DeviceInUse,
    DeviceKnown,
    DeviceMissing,
    EmptyArtifact,
    KeyNotOnCurve,
    LicenceMissing,
    NotOwner,
    PermitExpired,
    PermitHolds,
    PossessionUnproven,
    TooManyPermits,
    UnknownDevice,
    UnknownPermit,
)
from pallets.data_registry.events import (
    DataSetErased,
    DataSetRegistered,
    DeviceRegistered,
    DeviceRemoved,
    PermitEnded,
    Permitted,
)
from pallets.data_registry.storage import HoldReason, RegistryStorage
from pallets.data_registry.types import (
    DataSet,
    DataSetId,
    Description,
    Device,
    DeviceId,
    DeviceKey,
    Format,
    Permit,
    Purpose,
    Status,
)
from pallets.frame.arithmetic import ensure_add
from pallets.frame.call import call
from pallets.frame.error import ensure
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.weight import Weight, db

TOLD_OF_ERASURE: Final = db(reads=256, writes=256)
"""What an erasure may cost those who are told of it: taking the data out of sixty-four standing enrolments, say."""


def erasure_weight(config: Config) -> Weight:
    """Of a data set with as many permits as it may have."""
    return db(reads=8 + config.max_permits, writes=8 + 4 * config.max_permits) + TOLD_OF_ERASURE


class OwnerCalls(RegistryStorage):
    """What owners of devices and data do."""

    @call(0, weight=db(reads=3, writes=3, ref_time=CHECK_REF_TIME))
    def register_device(self, origin: Origin, device: DeviceId, key: DeviceKey, proof: Bytes64) -> None:
        """Make a tracker's key known; its owner leaves a deposit.

        device: Blake2b-256 of a salt and the IMEI; proof: the device's signature for this owner (`device_key`)
        """
        owner = ensure_signed(origin)
        ensure(not self.devices.contains_key(device) and not self.device_keys.contains_key(key), DeviceKnown)
        ensure(is_on_curve(key), KeyNotOnCurve)
        ensure(proves_possession(key, owner, device, proof), PossessionUnproven)
        deposit = self.config.device_deposit
        self.config.currency.hold(self.reason(HoldReason.DEVICE), owner, deposit)
        self.devices.insert(device, Device(owner, key, 0, deposit))
        self.device_keys.insert(key, device)
        self.deposit_event(DeviceRegistered(device, owner))

    @call(1, weight=db(reads=2, writes=3))
    def remove_device(self, origin: Origin, device: DeviceId) -> None:
        """Forget a tracker of which no data set is left; its owner gets the deposit back."""
        owner = ensure_signed(origin)
        found = self._device(device)
        ensure(found.owner == owner, NotOwner)
        ensure(found.data_sets == 0, DeviceInUse)
        self.config.currency.release(self.reason(HoldReason.DEVICE), owner, found.deposit)
        self.devices.remove(device)
        self.device_keys.remove(found.key)
        self.deposit_event(DeviceRemoved(device))

    @call(2, weight=db(reads=7, writes=8))
    def register_data_set(self, origin: Origin, description: Description) -> None:
        """Name a data set by CID, root, size, schema, licence and jurisdiction; checkers look at it next.

        The caller leaves a deposit, which is lost where the bytes do not match, and the fee of the check.
        """
        owner = ensure_signed(origin)
        self._check_description(owner, description)
        number, deposit = self.data_set_count.get(), self.config.data_set_deposit
        self.config.currency.hold(self.reason(HoldReason.DATA_SET), owner, deposit)
        self.data_set_count.put(ensure_add(U32, number, 1))
        self.data_sets.insert(number, DataSet(owner, description, Status.UNCHECKED, deposit, 0))
        self.by_commitment.insert(description.commitment, number)
        if description.device is not None:
            self._count_data_sets(description.device, 1)
        open_check(self, number, owner, None, self.config.check_fee)
        self.deposit_event(DataSetRegistered(number, owner))

    @call(3, weight=db(reads=3, writes=3))
    def permit(
        self, origin: Origin, data_set: DataSetId, who: AccountId, purpose: Purpose, expires: BlockNumber
    ) -> None:
        """Let an account use a data set for one purpose until a block; again, to change the block."""
        owner = ensure_signed(origin)
        found = self.data_set(data_set)
        ensure(found.owner == owner, NotOwner)
        ensure(expires > self.block_number(), PermitExpired)
        before = self.permits.get((data_set, who, purpose))
        if before is None:
            ensure(found.permits < self.config.max_permits, TooManyPermits)
            self.config.currency.hold(self.reason(HoldReason.PERMIT), owner, self.config.permit_deposit)
            self.data_sets.insert(data_set, replace(found, permits=found.permits + 1))
        deposit = self.config.permit_deposit if before is None else before.deposit
        self.permits.insert((data_set, who, purpose), Permit(expires, deposit))
        self.deposit_event(Permitted(data_set, who, purpose, expires))

    @call(4, weight=db(reads=3, writes=5))
    def end_permit(self, origin: Origin, data_set: DataSetId, who: AccountId, purpose: Purpose) -> None:
        """Revoke a permit; anybody may clear one away whose time is over. The owner gets the deposit back."""
        caller = ensure_signed(origin)
        found = self.data_set(data_set)
        permit = self.permits.get((data_set, who, purpose))
        if permit is None:
            raise UnknownPermit
        ensure(caller == found.owner or permit.expires <= self.block_number(), PermitHolds)
        self.config.currency.release(self.reason(HoldReason.PERMIT), found.owner, permit.deposit)
        for items in (self.permits, self.asked_keys, self.released_keys):
            items.remove((data_set, who, purpose))
        self.data_sets.insert(data_set, replace(found, permits=found.permits - 1))
        self.deposit_event(PermitEnded(data_set, who, purpose))

    @call(5, weight=erasure_weight)
    def erase_data_set(self, origin: Origin, data_set: DataSetId) -> None:
        """Forget a data set: only the block in which that was is kept. Deposits are given back.

        A check that is under way goes on, and the deposit waits for its verdict.
        """
        owner = ensure_signed(origin)
        found = self.data_set(data_set)
        ensure(found.owner == owner, NotOwner)
        self._drop_permits(data_set, owner)
        check = self.checks.get(data_set)
        if check is None:
            self.config.currency.release(self.reason(HoldReason.DATA_SET), owner, found.deposit)
        else:
            self.checks.insert(data_set, replace(check, orphaned=found.deposit))
        if found.description.device is not None:
            self._count_data_sets(found.description.device, -1)
        self.by_commitment.remove(found.description.commitment)
        self.data_sets.remove(data_set)
        self.tombstones.insert(data_set, self.block_number())
        self.deposit_event(DataSetErased(data_set))
        if self.config.erasures is not None:
            self.config.erasures.data_erased(found.description.commitment)

    # Parts

    def _device(self, device: DeviceId) -> Device:
        found = self.devices.get(device)
        if found is None:
            raise UnknownDevice
        return found

    def _check_description(self, owner: AccountId, description: Description) -> None:
        ensure(description.artifact.size > 0 and len(description.artifact.cid) > 0, EmptyArtifact)
        ensure(len(description.licence) > 0 and len(description.jurisdiction) > 0, LicenceMissing)
        ensure((description.device is None) == (description.format is Format.OPAQUE), DeviceMissing)
        if description.device is not None:
            ensure(self._device(description.device).owner == owner, NotOwner)
        ensure(not self.by_commitment.contains_key(description.commitment), DataSetKnown)
        users = self.config.erasures
        ensure(users is None or users.may_register(description.commitment, owner), DataSetKnown)

    def _count_data_sets(self, device: DeviceId, change: int) -> None:
        found = self._device(device)
        self.devices.insert(device, replace(found, data_sets=found.data_sets + change))

    def _drop_permits(self, data_set: DataSetId, owner: AccountId) -> None:
        for _, permit in self.permits.drain((data_set,)):
            if permit is not None:
                self.config.currency.release(self.reason(HoldReason.PERMIT), owner, permit.deposit)
        for keys in (self.asked_keys, self.released_keys):
            keys.clear(prefix=(data_set,))
