"""No key is asked for or released without a permit in force, and none is kept without one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import AccountId, Hash
from pallets.data_registry.errors import EmptyArtifact, KeyNotAsked, NotOwner, NotPermitted, UnknownDataSet
from pallets.data_registry.events import KeyAsked, KeyReleased
from pallets.data_registry.types import Status
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, assert_ok, events_of, run_to_block
from pallets.ml_registry.artifact import Artifact, artifact_of
from tests.pallets.data_registry.mock import DOUBTER, OWNER, PURPOSE, USER, RegistryRuntime, description, new_runtime

KEY = b"k" * 32
SEALED = artifact_of(b"sealed")
DEAL = (0, USER, PURPOSE)


@pytest.fixture
def runtime() -> RegistryRuntime:
    """A confirmed data set, and a permit until block 100."""
    found = new_runtime()
    registry = found.data_registry
    assert_ok(found, Signed(OWNER), call_of(registry.register_data_set, description=description()))

    registry.data_sets.insert(0, replace(registry.data_set(0), status=Status.CONFIRMED))
    permit = call_of(registry.permit, data_set=0, who=USER, purpose=PURPOSE, expires=100)
    assert_ok(found, Signed(OWNER), permit)
    return found


def ask(runtime: RegistryRuntime, *, data_set: int = 0, purpose: Hash = PURPOSE) -> RuntimeCall:
    return call_of(runtime.data_registry.ask_for_key, data_set=data_set, purpose=purpose, key=KEY)


def release(runtime: RegistryRuntime, who: AccountId = USER, sealed: Artifact = SEALED) -> RuntimeCall:
    return call_of(runtime.data_registry.release_key, data_set=0, who=who, purpose=PURPOSE, sealed=sealed)


def test_a_permits_holder_asks_and_the_owner_releases(runtime: RegistryRuntime) -> None:
    registry = runtime.data_registry
    assert_noop(runtime, Signed(OWNER), release(runtime), KeyNotAsked)
    assert_ok(runtime, Signed(USER), ask(runtime))
    assert_noop(runtime, Signed(DOUBTER), release(runtime), NotOwner)
    assert_noop(runtime, Signed(OWNER), release(runtime, sealed=Artifact(b"", Hash(bytes(32)), 0)), EmptyArtifact)
    assert_ok(runtime, Signed(OWNER), release(runtime))
    assert (registry.asked_keys.get(DEAL), registry.released_keys.get(DEAL)) == (KEY, SEALED)
    assert events_of(runtime, KeyAsked) == [KeyAsked(*DEAL)]
    assert events_of(runtime, KeyReleased) == [KeyReleased(*DEAL)]
    assert_ok(runtime, Signed(USER), ask(runtime))  # another key: what was sealed to the old one is of no use
    assert registry.released_keys.get(DEAL) is None
    runtime.try_state()


def test_without_a_deal_there_is_no_key(runtime: RegistryRuntime) -> None:
    assert_noop(runtime, Signed(DOUBTER), ask(runtime), NotPermitted)
    assert_noop(runtime, Signed(USER), ask(runtime, purpose=Hash(bytes(32))), NotPermitted)
    assert_noop(runtime, Signed(USER), ask(runtime, data_set=9), UnknownDataSet)
    assert_ok(runtime, Signed(USER), ask(runtime))
    run_to_block(runtime, 100)
    assert_noop(runtime, Signed(OWNER), release(runtime), NotPermitted)


def test_the_end_of_a_permit_and_an_erasure_forget_the_keys(runtime: RegistryRuntime) -> None:
    registry = runtime.data_registry
    for end in (
        call_of(registry.end_permit, data_set=0, who=USER, purpose=PURPOSE),
        call_of(registry.erase_data_set, data_set=0),
    ):
        permit = call_of(registry.permit, data_set=0, who=USER, purpose=PURPOSE, expires=100)
        assert_ok(runtime, Signed(OWNER), permit)
        assert_ok(runtime, Signed(USER), ask(runtime))
        assert_ok(runtime, Signed(OWNER), release(runtime))
        assert_ok(runtime, Signed(OWNER), end)
        assert (registry.asked_keys.get(DEAL), registry.released_keys.get(DEAL)) == (None, None)
        runtime.try_state()
