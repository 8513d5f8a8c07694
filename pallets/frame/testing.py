"""A runtime in one line for a pallet's own tests, and the assertions that FRAME's authors know.

    forecast = mount(Forecast, Config(model=LastValue()))
    assert_ok(forecast.host, Signed(ALICE), call_of(forecast.submit, value=3))
    assert_noop(forecast.host, Signed(ALICE), call_of(forecast.submit, value=4), AlreadySubmitted)
    run_to_block(forecast.host, 7)

A pallet that needs others gets its own mock, a subclass of `MockRuntime` that makes them in `__init__`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from chain.primitives import BlockNumber, Hash
from chain.runtime_api import RuntimeVersion
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets import system
from pallets.frame.call import RuntimeCall
from pallets.frame.composition import Composition
from pallets.frame.declaration import require_types
from pallets.frame.error import DispatchError, DispatchFailure
from pallets.frame.event import PalletEvent
from pallets.frame.origin import Origin
from pallets.frame.pallet import Host, Pallet
from pallets.frame.pallet_layout import PalletLayout
from pallets.frame.weight import PostDispatchInfo

E = TypeVar("E", bound=PalletEvent)
P = TypeVar("P", bound=Pallet[Any])

MOCK_VERSION = RuntimeVersion("mock", "mock", 1, 1, 1, (), 1, 1)


class MockRuntime(Composition):
    """System over an empty state, in block 1 (no events are kept in block 0).

    Every pallet that is registered has all its types checked.
    """

    def __init__(self, storage: Overlay | None = None) -> None:
        super().__init__(storage or Overlay(Trie.empty(version=1)))
        self.system = system.System(self, system.Config(version=MOCK_VERSION), index=0)
        self.system.build_genesis(system.Genesis())
        self.system.number.put(1)

    def register(self, pallet: Pallet[Any], index: int, name: str) -> PalletLayout:
        require_types(type(pallet))
        return super().register(pallet, index, name)


_MOCKS: dict[type, type[MockRuntime]] = {}
"""Compiled layouts belong to a runtime class: each pallet class is mounted in one of its own."""


def mount(pallet: type[P], config: object, *, genesis: object = None, index: int = 8) -> P:
    """The pallet in a runtime of its own with System; the runtime is the pallet's `host`."""
    mock = _MOCKS.setdefault(pallet, type("Mock", (MockRuntime,), {}))
    made = pallet(mock(), config, index=index)
    if genesis is not None:
        made.build_genesis(genesis)
    return made


def assert_ok(runtime: Host, origin: Origin, call: RuntimeCall) -> PostDispatchInfo:
    """Dispatch a call that must succeed."""
    try:
        return _composition(runtime).dispatch(call, origin)
    except DispatchError as error:
        raise AssertionError(f"{call} was refused: {type(error).__name__}: {error}") from error


def assert_noop(
    runtime: Host, origin: Origin, call: RuntimeCall, expected: type[DispatchError] | DispatchFailure
) -> None:
    """Dispatch a call that must fail with this error and leave every storage key as it was."""
    before = dict(runtime.storage.changes)
    try:
        _composition(runtime).dispatch(call, origin)
    except DispatchError as error:
        _assert_error(runtime, error, expected)
    else:
        raise AssertionError(f"{call} succeeded; expected {expected}")
    assert_unchanged(before, runtime.storage.changes)


def assert_unchanged(before: Mapping[bytes, bytes | None], after: Mapping[bytes, bytes | None]) -> None:
    """Both change sets are the same; otherwise the differing keys are named."""
    keys = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    if keys:
        lines = [f"  0x{key.hex()}: {_shown(before.get(key))} became {_shown(after.get(key))}" for key in keys]
        raise AssertionError("the failed call left storage changed:\n" + "\n".join(lines))


def run_to_block(runtime: Host, number: BlockNumber) -> None:
    """End the block, and begin and end blocks up to the beginning of block `number`; checks every pallet's state."""
    composition = _composition(runtime)
    own_system = system_of(runtime)
    while (now := own_system.number.get()) < number:
        composition.on_finalize(now)
        composition.try_state()
        own_system.reset_events()
        own_system.initialize(now + 1, Hash(now.to_bytes(32, "big")), [])
        composition.on_initialize(now + 1)
        own_system.note_finished_initialize()


def events_of(runtime: Host, kind: type[E]) -> list[E]:
    """The block's events of one class, or of all variants of an enum, in order."""
    events = system_of(runtime).events.get()
    return [record.event.event for record in events if isinstance(record.event.event, kind)]


def last_event(runtime: Host) -> PalletEvent:
    """The newest event of the block."""
    return system_of(runtime).events.get()[-1].event.event


def system_of(runtime: Host) -> system.System:
    """The runtime's System, its first pallet."""
    first = _composition(runtime).pallets[0]
    if not isinstance(first, system.System):
        raise TypeError(f"the first pallet is {first.name}, not System")
    return first


def _composition(runtime: Host) -> Composition:
    if not isinstance(runtime, Composition):
        raise TypeError(f"{runtime!r} composes no pallets")
    return runtime


def _assert_error(runtime: Host, error: DispatchError, expected: type[DispatchError] | DispatchFailure) -> None:
    matches = (
        _composition(runtime).failure_of(error) == expected
        if isinstance(expected, DispatchFailure)
        else isinstance(error, expected)
    )
    if not matches:
        raise AssertionError(f"failed with {type(error).__name__} ({error}), not with {expected}") from error


def _shown(value: bytes | None) -> str:
    return "nothing" if value is None else f"0x{value.hex()}"
