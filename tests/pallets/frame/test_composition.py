"""Dispatch keeps or undoes a call as a whole; errors and events know their pallet."""

from __future__ import annotations

import pytest

from chain.primitives import U32
from pallets.frame.call import RuntimeCall, call, call_of
from pallets.frame.composition import MAX_STORAGE_LAYERS
from pallets.frame.error import (
    ArithmeticCode,
    ArithmeticFailure,
    DispatchError,
    ModuleFailure,
    PalletError,
    TransactionalError,
    TransactionalFailure,
)
from pallets.frame.event import ApplyExtrinsic, EventRecord, PalletEvent, RuntimeEvent
from pallets.frame.origin import ROOT, Origin
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue
from pallets.frame.testing import MockRuntime, assert_noop, assert_ok, system_of
from pallets.frame.weight import Weight


@config
class Config:
    """Nothing."""


class Event(PalletEvent):
    """What happened."""


class Noted(Event):
    """A value was noted."""

    value: U32


class Error(PalletError):
    """Why a call failed."""


class First(Error):
    """Index 0."""


class Second(Error):
    """Index 1."""


class Notes(Pallet[Config]):
    value: StorageValue[U32]

    @call(0, weight=Weight())
    def note(self, origin: Origin, value: U32) -> None:
        """Write, tell, and fail above 99."""
        self.value.put(value)
        self.deposit_event(Noted(value))
        if value > 99:
            raise Second

    @call(1, weight=Weight())
    def attempt(self, origin: Origin, inner: RuntimeCall) -> None:
        """Run another call; its failure is not this one's."""
        self.value.put(1)
        try:
            self.host.dispatch(inner, origin)
        except DispatchError:
            return


class Mock(MockRuntime):
    def __init__(self) -> None:
        super().__init__()
        self.notes = Notes(self, Config(), index=5)
        self.other = Notes(self, Config(), index=6, name="Other")
        self.system.note_finished_initialize()


def test_a_failed_call_leaves_neither_writes_nor_events() -> None:
    runtime = Mock()
    assert_noop(runtime, ROOT, call_of(runtime.notes.note, 100), Second)


def test_a_failed_inner_call_is_undone_and_the_outer_one_stays() -> None:
    runtime = Mock()
    assert_ok(runtime, ROOT, call_of(runtime.notes.attempt, call_of(runtime.notes.note, 100)))
    assert (runtime.notes.value.get(), runtime.system.events.get()) == (1, [])


def test_events_carry_phase_and_pallet() -> None:
    runtime = Mock()
    assert_ok(runtime, ROOT, call_of(runtime.other.note, 3))
    assert runtime.system.events.get() == [EventRecord(ApplyExtrinsic(0), RuntimeEvent("Other", 6, Noted(3)), ())]
    raw = runtime.storage.get(runtime.system.events.storage_key())
    assert raw == bytes.fromhex("04000000000006000300000000")


@pytest.mark.parametrize("name", ["notes", "other"])
def test_an_error_has_the_index_of_the_instance_that_raised_it(name: str) -> None:
    runtime = Mock()
    pallet: Notes = getattr(runtime, name)
    with pytest.raises(Second) as caught:
        runtime.dispatch(call_of(pallet.note, 100), ROOT)
    assert runtime.failure_of(caught.value) == ModuleFailure(pallet.index, b"\1\0\0\0")


def test_an_error_of_the_chain_has_no_pallet() -> None:
    failure = ArithmeticFailure(ArithmeticCode.OVERFLOW)
    assert Mock().failure_of(DispatchError(failure)) == failure
    assert str(DispatchError(failure)) == "Arithmetic(Overflow)"


def test_storage_layers_nest_to_the_limit_of_frame() -> None:
    runtime = Mock()
    for _ in range(MAX_STORAGE_LAYERS - 1):
        runtime.storage.begin()
    runtime.dispatch(call_of(runtime.notes.note, 1), ROOT)
    runtime.storage.begin()
    with pytest.raises(DispatchError) as caught:
        runtime.dispatch(call_of(runtime.notes.note, 1), ROOT)
    assert caught.value.failure == TransactionalFailure(TransactionalError.LIMIT_REACHED)


def test_no_events_are_kept_in_block_zero() -> None:
    runtime = MockRuntime()
    notes = Notes(runtime, Config(), index=5)
    runtime.system.number.put(0)
    assert_ok(runtime, ROOT, call_of(notes.note, 3))
    assert system_of(runtime).events.get() == []
