"""Devices, data sets, permits and erasure: what is registered, what is refused, what comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import Hash
from pallets.data_registry import DataSet, Format, Status, Verdict
from pallets.data_registry.device_key import is_on_curve
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
    UnknownDataSet,
    UnknownDevice,
    UnknownPermit,
)
from pallets.data_registry.events import DataSetErased
from pallets.data_registry.pebble.simulator import Tracker
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, assert_ok, events_of
from pallets.ml_registry.artifact import artifact_of
from tests.pallets.data_registry.mock import DEPOSIT, ENDOWMENT, OWNER, PURPOSE, USER, Play, description

TRACKER, OTHER = Tracker.of(b"a tracker"), Tracker.of(b"another")
MATCHES = (Verdict.MATCHES,) * 3


@pytest.fixture
def play() -> Play:
    return Play()


def device_call(play: Play, tracker: Tracker = TRACKER) -> RuntimeCall:
    register = play.registry.register_device
    return call_of(register, device=tracker.device, key=tracker.key, proof=tracker.proof_for(OWNER))


def permit_call(play: Play, number: int, expires: int = 40, purpose: Hash = PURPOSE) -> RuntimeCall:
    return call_of(play.registry.permit, data_set=number, who=USER, purpose=purpose, expires=expires)


# Devices


def test_a_device_is_registered_by_who_has_it_and_its_deposit_comes_back(play: Play) -> None:
    play.do(OWNER, device_call(play))
    assert play.held(OWNER) == 700
    assert play.registry.device_keys.get(TRACKER.key) == TRACKER.device
    play.do(OWNER, call_of(play.registry.remove_device, device=TRACKER.device))
    assert play.held(OWNER) == 0
    assert not play.registry.device_keys.contains_key(TRACKER.key)
    play.runtime.try_state()


def test_nobody_registers_a_key_without_its_signature(play: Play) -> None:
    stolen = call_of(
        play.registry.register_device, device=TRACKER.device, key=TRACKER.key, proof=TRACKER.proof_for(OWNER)
    )
    assert_noop(play.runtime, Signed(USER), stolen, PossessionUnproven)
    bad_key = call_of(play.registry.register_device, device=TRACKER.device, key=b"\x02" * 33, proof=bytes(64))
    assert is_on_curve(TRACKER.key)
    assert_noop(
        play.runtime, Signed(OWNER), replace(bad_key, arguments=(TRACKER.device, OFF_CURVE, bytes(64))), KeyNotOnCurve
    )
    empty = call_of(play.registry.register_device, device=TRACKER.device, key=TRACKER.key, proof=bytes(64))
    assert_noop(play.runtime, Signed(OWNER), empty, PossessionUnproven)


OFF_CURVE = next(key for x in range(9) if not is_on_curve(key := b"\x02" + x.to_bytes(32, "big")))


def test_one_device_has_one_key_and_one_key_one_device(play: Play) -> None:
    play.do(OWNER, device_call(play))
    for device, key in ((TRACKER.device, OTHER.key), (OTHER.device, TRACKER.key)):
        again = call_of(play.registry.register_device, device=device, key=key, proof=bytes(64))
        assert_noop(play.runtime, Signed(OWNER), again, DeviceKnown)


def test_a_device_stays_while_data_sets_name_it(play: Play) -> None:
    play.do(OWNER, device_call(play))
    signed = description(b"batch", form=Format.PEBBLE_JSON, device=TRACKER.device)
    play.do(OWNER, call_of(play.registry.register_data_set, description=signed))
    remove = call_of(play.registry.remove_device, device=TRACKER.device)
    assert_noop(play.runtime, Signed(OWNER), remove, DeviceInUse)
    assert_noop(play.runtime, Signed(USER), remove, NotOwner)
    play.judge(0, *MATCHES)
    play.do(OWNER, call_of(play.registry.erase_data_set, data_set=0))
    play.do(OWNER, remove)
    assert_noop(play.runtime, Signed(OWNER), remove, UnknownDevice)


# Data sets


def test_a_data_set_is_cid_root_size_schema_licence_and_jurisdiction(play: Play) -> None:
    number = play.register()
    assert play.registry.data_set(number) == DataSet(OWNER, description(), Status.UNCHECKED, DEPOSIT, 0)
    assert play.registry.by_commitment.get(description().commitment) == number


def test_data_that_somebody_else_has_named_in_a_round_are_not_registered(play: Play) -> None:
    """Or an erasure could be of another's data."""
    play.runtime.erased.named[description().commitment] = USER
    register = call_of(play.registry.register_data_set, description=description())
    assert_noop(play.runtime, Signed(OWNER), register, DataSetKnown)
    assert_ok(play.runtime, Signed(USER), register)


def test_a_description_that_says_too_little_is_refused(play: Play) -> None:
    play.do(OWNER, device_call(play))
    play.register(b"known")
    good = description()
    for wrong, error in (
        (replace(good, artifact=artifact_of(b"")), EmptyArtifact),
        (replace(good, licence=b""), LicenceMissing),
        (replace(good, jurisdiction=b""), LicenceMissing),
        (replace(good, device=TRACKER.device), DeviceMissing),
        (replace(good, format=Format.PEBBLE_PROTOBUF), DeviceMissing),
        (replace(good, format=Format.PEBBLE_JSON, device=OTHER.device), UnknownDevice),
        (replace(good, commitment=description(b"known").commitment), DataSetKnown),
    ):
        refused = call_of(play.registry.register_data_set, description=wrong)
        assert_noop(play.runtime, Signed(OWNER), refused, error)
    foreign = replace(good, format=Format.PEBBLE_JSON, device=TRACKER.device)
    refused = call_of(play.registry.register_data_set, description=foreign)
    assert_noop(play.runtime, Signed(USER), refused, NotOwner)


# Permits


def test_a_permit_holds_for_its_purpose_and_its_time_and_for_confirmed_data(play: Play) -> None:
    number = play.register()
    play.do(OWNER, permit_call(play, number, expires=30))
    commitment = description().commitment
    assert not play.registry.permits_use(commitment, USER, PURPOSE)  # not checked yet
    play.judge(number, *MATCHES)
    assert play.registry.permits_use(commitment, USER, PURPOSE)
    assert not play.registry.permits_use(commitment, USER, Hash(bytes(32)))
    assert not play.registry.permits_use(commitment, OWNER, PURPOSE)
    assert not play.registry.permits_use(Hash(bytes(32)), USER, PURPOSE)
    play.wait(30 - play.registry.block_number())
    assert not play.registry.permits_use(commitment, USER, PURPOSE)


def test_a_permit_is_revoked_by_its_owner_and_cleared_by_anybody_after_its_time(play: Play) -> None:
    number = play.register()
    play.do(OWNER, permit_call(play, number))
    before = play.held(OWNER)
    end = call_of(play.registry.end_permit, data_set=number, who=USER, purpose=PURPOSE)
    assert_noop(play.runtime, Signed(USER), end, PermitHolds)
    play.do(OWNER, end)
    assert play.held(OWNER) == before - 50
    assert_noop(play.runtime, Signed(OWNER), end, UnknownPermit)
    play.do(OWNER, permit_call(play, number, expires=3))
    play.do(OWNER, permit_call(play, number, expires=2))  # the same permit, shorter
    assert play.held(OWNER) == before
    play.wait(1)
    play.do(USER, end)
    assert play.registry.data_set(number).permits == 0


def test_permits_that_make_no_sense_are_refused(play: Play) -> None:
    number = play.register()
    assert_noop(play.runtime, Signed(USER), permit_call(play, number), NotOwner)
    assert_noop(play.runtime, Signed(OWNER), permit_call(play, number, expires=1), PermitExpired)
    assert_noop(play.runtime, Signed(OWNER), permit_call(play, 7), UnknownDataSet)
    for place in range(2):
        play.do(OWNER, permit_call(play, number, purpose=Hash(bytes([place]) * 32)))
    assert_noop(play.runtime, Signed(OWNER), permit_call(play, number), TooManyPermits)


# Erasure


def test_an_erasure_leaves_the_number_of_a_block_and_nothing_else(play: Play) -> None:
    empty = dict(play.runtime.storage.changes)
    number = play.register()
    play.judge(number, *MATCHES)
    play.do(OWNER, permit_call(play, number))
    play.do(OWNER, call_of(play.registry.erase_data_set, data_set=number))
    assert play.held(OWNER) == 0
    assert events_of(play.runtime, DataSetErased) == [DataSetErased(number)]
    assert play.runtime.erased.commitments == [description().commitment]
    play.wait(1)  # events of the block are gone
    prefix = play.registry.data_set_count.storage_key()[:16]
    left = {
        key: value
        for key, value in play.runtime.storage.changes.items()
        if key.startswith(prefix) and value is not None and empty.get(key) != value
    }
    assert set(left) - {play.registry.open_checks.storage_key()} == {
        play.registry.data_set_count.storage_key(),
        play.registry.tombstones.storage_key(number),
    }
    assert left[play.registry.tombstones.storage_key(number)] == (play.registry.block_number() - 1).to_bytes(
        4, "little"
    )
    for secret in (description().commitment, description().artifact.root, description().artifact.cid, OWNER):
        assert not any(secret in value for value in left.values())
    assert play.registry.is_erased(number)
    assert not play.registry.permits_use(description().commitment, USER, PURPOSE)


def test_only_the_owner_erases_and_only_once(play: Play) -> None:
    number = play.register()
    erase = call_of(play.registry.erase_data_set, data_set=number)
    assert_noop(play.runtime, Signed(USER), erase, NotOwner)
    play.do(OWNER, erase)
    assert_noop(play.runtime, Signed(OWNER), erase, UnknownDataSet)
    assert not play.registry.is_erased(number + 1)


def test_erased_data_may_be_registered_again_under_a_new_number(play: Play) -> None:
    first = play.register()
    play.do(OWNER, call_of(play.registry.erase_data_set, data_set=first))
    assert play.register() == first + 1


def test_a_refuted_data_set_has_no_deposit_to_give_back(play: Play) -> None:
    number = play.register()
    play.judge(number, *[Verdict.DIFFERS] * 3)
    before = play.total(OWNER)
    play.do(OWNER, call_of(play.registry.erase_data_set, data_set=number))
    assert play.total(OWNER) == before < ENDOWMENT
    assert play.held(OWNER) == 0
    play.runtime.try_state()
