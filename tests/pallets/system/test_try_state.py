"""Records of System that contradict each other are found."""

from __future__ import annotations

import pytest

from chain.primitives import AccountId
from pallets.frame.call import call_of
from pallets.frame.error import DispatchError, NoProviders, TooManyConsumers
from pallets.frame.guard import TryStateError
from pallets.frame.origin import Signed
from pallets.frame.testing import MockRuntime, assert_ok
from pallets.system import AccountInfo

ALICE = AccountId(b"a" * 32)


class Runtime(MockRuntime):
    pass


def test_a_sound_state_passes() -> None:
    runtime = Runtime()
    runtime.system.inc_providers(ALICE)
    runtime.system.inc_consumers(ALICE)
    assert_ok(runtime, Signed(ALICE), call_of(runtime.system.remark_with_event, b"hello"))
    runtime.try_state()


def test_a_consumer_without_a_provider_is_found() -> None:
    runtime = Runtime()
    runtime.system.account.insert(ALICE, AccountInfo(consumers=2, sufficients=1))
    with pytest.raises(TryStateError, match=f"0x{ALICE.hex()}: 2 consumers and no provider"):
        runtime.try_state()


def test_events_that_are_not_counted_are_found() -> None:
    runtime = Runtime()
    runtime.system.event_count.put(3)
    with pytest.raises(TryStateError, match="0 events, and 3 are counted"):
        runtime.try_state()


def test_consumers_need_a_provider_and_room() -> None:
    system = Runtime().system
    system.inc_sufficients(ALICE)
    with pytest.raises(DispatchError) as refused:
        system.inc_consumers(ALICE)
    assert refused.value.failure == NoProviders()
    assert not system.can_accrue_consumers(ALICE, 1)
    system.inc_providers(ALICE)
    assert (system.can_accrue_consumers(ALICE, 16), system.can_accrue_consumers(ALICE, 17)) == (True, False)
    for _ in range(16):
        system.inc_consumers(ALICE)
    with pytest.raises(DispatchError) as refused:
        system.inc_consumers(ALICE)
    assert refused.value.failure == TooManyConsumers()
