"""The runtimes that a chain has had while its node runs: which one a state is for, its `:code` says.

    generations = Generations(lambda storage: DevRuntime(storage, signatures))
    node = dev_node(make_runtime=generations)
    generations.add(new_code, make_new)            # from the block on that puts this code into the state

As in Substrate, old blocks are read by the code that they were made with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import new_class
from typing import Any, Generic, TypeVar, cast

from chain.state.overlay import Overlay
from pallets.frame.pallet import Pallet
from pallets.frame.pallet_layout import PalletLayout
from pallets.system.calls import CODE
from runtime.construct import Runtime

R = TypeVar("R", bound=Runtime)


class Generations(Generic[R]):
    """Makes the runtime that a state is for.

    first: makes that of every state whose code nobody added
    """

    def __init__(self, first: Callable[[Overlay], R]) -> None:
        self._first = first
        self._by_code: dict[bytes, Callable[[Overlay], R]] = {}

    def __call__(self, storage: Overlay) -> R:
        # not through the overlay: nobody who traces a block shall find the choice of its runtime in it
        return self._by_code.get(storage.base.get(CODE) or b"", self._first)(storage)

    def add(self, code: bytes, make: Callable[[Overlay], R]) -> None:
        """States with this code are for another runtime."""
        self._by_code[code] = make

    def remove(self, code: bytes) -> None:
        """No state has this code."""
        del self._by_code[code]


def with_spec_version(runtime: type[R], spec_version: int) -> type[R]:
    """The same runtime, whose version says otherwise."""

    def register(self: R, pallet: Pallet[Any], index: int, name: str) -> PalletLayout:
        if not self.pallets:  # System, which has the version
            pallet.config = replace(pallet.config, version=replace(pallet.config.version, spec_version=spec_version))
        return runtime.register(self, pallet, index, name)

    names = {"register": register, "__module__": runtime.__module__, "__doc__": runtime.__doc__}
    return cast(type[R], new_class(runtime.__name__, (runtime,), exec_body=lambda body: body.update(names)))
