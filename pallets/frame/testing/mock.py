"""A runtime of System and the pallet that is tested."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from chain.runtime_api import RuntimeVersion
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets import system
from pallets.frame.composition import Composition
from pallets.frame.declaration import require_types
from pallets.frame.pallet import Host, Pallet
from pallets.frame.pallet_layout import PalletLayout
from pallets.frame.testing.isolation import isolated

C = TypeVar("C", contravariant=True)
P = TypeVar("P", bound=Pallet[Any], covariant=True)

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
        isolated(self)

    def register(self, pallet: Pallet[Any], index: int, name: str) -> PalletLayout:
        require_types(type(pallet))
        return super().register(pallet, index, name)


class PalletClass(Protocol[C, P]):
    """A pallet's class, called as a runtime calls it: so a checker knows whose config is given."""

    def __call__(self, host: Host, config: C, /, *, index: int) -> P: ...


_MOCKS: dict[object, type[MockRuntime]] = {}
"""Compiled layouts belong to a runtime class: each pallet class is mounted in one of its own."""


def mount(pallet: PalletClass[C, P], config: C, *, genesis: object = None, index: int = 8) -> P:
    """The pallet in a runtime of its own with System; the runtime is the pallet's `host`."""
    mock = _MOCKS.setdefault(pallet, type("Mock", (MockRuntime,), {}))
    made = pallet(mock(), config, index=index)
    if genesis is not None:
        made.build_genesis(genesis)
    return made


def composition_of(runtime: Host) -> Composition:
    """The runtime as what it is beyond what pallets see of it."""
    if not isinstance(runtime, Composition):
        raise TypeError(f"{runtime!r} composes no pallets")
    return runtime


def system_of(runtime: Host) -> system.System:
    """The runtime's System, its first pallet."""
    first = composition_of(runtime).pallets[0]
    if not isinstance(first, system.System):
        raise TypeError(f"the first pallet is {first.name}, not System")
    return first
