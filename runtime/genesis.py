"""Block zero: the state that pallets build from their genesis records, and its header."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chain.block import Header
from chain.node.collector import collected_after
from chain.primitives import Hash
from chain.state.overlay import Overlay
from chain.trie.ordered import ordered_root
from chain.trie.trie import Trie
from pallets.frame.error import DispatchError
from pallets.frame.migration import put_storage_version
from pallets.frame.pallet import Pallet
from runtime.construct import Runtime


class GenesisError(ValueError):
    """A genesis that the runtime cannot build: an unknown pallet, a record of another type, or one that is refused."""


@collected_after()
def build_genesis(make_runtime: Callable[[Overlay], Runtime], genesis: Mapping[str, Any], version: int = 1) -> Trie:
    """The state of block zero.

    genesis: each pallet's `Genesis` record by pallet name; a pallet that is not named gets its own default
    version: state version of the trie, 0 or 1
    Raises GenesisError; where a pallet's `integrity_test` fails, its AssertionError.
    """
    overlay = Overlay(Trie.empty(version))
    write_genesis(make_runtime(overlay), genesis)
    state = overlay.committed()
    overlay.release()
    return state


def write_genesis(runtime: Runtime, genesis: Mapping[str, Any]) -> None:
    """Write block zero into the runtime's own, empty state; arguments and errors as of `build_genesis`."""
    unknown = genesis.keys() - {pallet.name for pallet in runtime.pallets}
    if unknown:
        raise GenesisError(f"this runtime has no pallet {', '.join(sorted(unknown))}")
    for pallet in runtime.pallets:
        pallet.integrity_test()
        put_storage_version(pallet, pallet.storage_version)
        _build(pallet, genesis.get(pallet.name))


def _build(pallet: Pallet[Any], record: Any) -> None:
    kind = pallet.declaration.genesis
    if kind is None:
        if record is not None:
            raise GenesisError(f"{pallet.name} has no genesis")
        return
    if record is None:
        record = kind()
    if not isinstance(record, kind):
        raise GenesisError(f"the genesis of {pallet.name} is a {kind.__qualname__}, not {type(record).__qualname__}")
    try:
        pallet.build_genesis(record)
    except (ValueError, DispatchError) as error:
        raise GenesisError(f"{pallet.name}: {error}") from error


def genesis_header(state: Trie) -> Header:
    """The header of block zero, whose hash names the chain."""
    return Header(Hash(bytes(32)), 0, Hash(state.root), Hash(ordered_root([], 0)), ())
