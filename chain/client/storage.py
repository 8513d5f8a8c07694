"""Storage by name: `net.query.System.Account(alice)`, at any block, one entry or all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, Protocol

from chain.client.blocks import BlockView
from chain.client.endpoint import Endpoint
from chain.client.rows import Rows
from chain.client.runtimes import KnownRuntime
from chain.metadata.portable import CompositeType
from chain.metadata.storage import HashedKey
from chain.metadata.view import StorageItem
from chain.primitives import Hash
from chain.record import record
from chain.rpc.hexadecimal import to_hex
from chain.scale import EncodeError

BlockLike = int | Hash | bytes | str | BlockView | None
"""A block by its number, its hash, or itself; None for the best block."""


class Reader(Protocol):
    """What storage needs of a chain."""

    endpoint: Endpoint

    def hash_of(self, block: BlockLike) -> Hash:
        """The hash of the block that is meant; raises UnknownBlock."""
        ...

    def runtime_after(self, block_hash: Hash) -> KnownRuntime:
        """The runtime that the state after a block is for."""
        ...


@record
class Entry:
    """An entry of a map.

    keys: as many as the map has; `HashedKey` where the state does not keep it
    key: the storage key
    """

    keys: tuple[Any, ...]
    value: Any
    key: bytes


class StorageReader:
    """One storage item: call it with its keys."""

    def __init__(self, chain: Reader, pallet: str, name: str) -> None:
        """Raises NotInMetadata."""
        item = chain.runtime_after(chain.hash_of(None)).metadata.storage.item(pallet, name)
        self._chain, self._pallet, self._name = chain, pallet, name
        self.__name__ = name
        self.__doc__ = "\n".join(item.docs).strip() or f"{pallet}.{name}"

    def __call__(self, *keys: Any, at: BlockLike = None) -> Any:
        """The value, or the item's default; None of an option that is not there.

        at: the block after which, the best one unless given
        Raises EncodeError for keys that are not the item's, UnknownBlock.
        """
        [value] = self.many([keys], at=at)
        return value

    def many(self, entries: Iterable[Sequence[Any]], at: BlockLike = None) -> list[Any]:
        """The values of several entries, each given by its keys."""
        block_hash = self._chain.hash_of(at)
        runtime = self._chain.runtime_after(block_hash)
        item = self._item(runtime)
        storage_keys = list[bytes]()
        for keys in entries:
            if len(keys) != len(item.hashers):
                wanted = f"{len(item.hashers)} keys, not {len(keys)}" if item.hashers else "no keys"
                raise EncodeError(f"{item.pallet}.{item.name}", f"it has {wanted}")
            storage_keys.append(self._key(runtime, item, keys))
        found = self._chain.endpoint.values(storage_keys, block_hash)
        return [self._decoded(runtime, data) for data in found]

    def key(self, *keys: Any) -> bytes:
        """The storage key; with fewer keys than the map has, what those of all entries begin with."""
        runtime = self._chain.runtime_after(self._chain.hash_of(None))
        return self._key(runtime, self._item(runtime), keys)

    def entries(self, *keys: Any, at: BlockLike = None) -> Rows[Entry]:
        """The entries of a map, in the order of their storage keys; with keys, those that begin with them."""
        block_hash = self._chain.hash_of(at)
        runtime = self._chain.runtime_after(block_hash)
        item = self._item(runtime)
        storage_keys = list(self._chain.endpoint.keys(self._key(runtime, item, keys), block_hash))
        values = self._chain.endpoint.values(storage_keys, block_hash)
        found = [
            Entry(runtime.metadata.storage.decode_key(key)[1], self._decoded(runtime, data), key)
            for key, data in zip(storage_keys, values, strict=True)
        ]
        return Rows(f"entries of {self._pallet}.{self._name}", found, lambda each: _row(runtime, item, each))

    def _key(self, runtime: KnownRuntime, item: StorageItem, keys: Sequence[Any]) -> bytes:
        taken = [runtime.values.taken(type_id, key) for type_id, key in zip(item.key_types, keys, strict=False)]
        return runtime.metadata.storage.key(self._pallet, self._name, *taken, *keys[len(taken) :])

    def _item(self, runtime: KnownRuntime) -> StorageItem:
        return runtime.metadata.storage.item(self._pallet, self._name)

    def _decoded(self, runtime: KnownRuntime, data: bytes | None) -> Any:
        return runtime.metadata.storage.decode(self._pallet, self._name, data)

    def __repr__(self) -> str:
        runtime = self._chain.runtime_after(self._chain.hash_of(None))
        item, names = self._item(runtime), runtime.metadata.registry
        keys = ", ".join(names.name(each) for each in item.key_types)
        return f"<storage {item.pallet}.{item.name}{f'({keys})' if keys else ''} -> {names.name(item.value_type)}>"

    def _repr_html_(self) -> str:
        return f"<p><code>{escape(repr(self))}</code><br>{escape(str(self.__doc__))}</p>"


def _row(runtime: KnownRuntime, item: StorageItem, entry: Entry) -> dict[str, Any]:
    names = ["key"] if len(entry.keys) == 1 else [f"key_{place}" for place in range(1, len(entry.keys) + 1)]
    row = {
        name: to_hex(key.digest) if isinstance(key, HashedKey) else runtime.values.shown(type_id, key)
        for name, type_id, key in zip(names, item.key_types, entry.keys, strict=True)
    }
    value = runtime.values.shown(item.value_type, entry.value)
    is_struct = isinstance(runtime.metadata.registry.definition(item.value_type), CompositeType)
    return {**row, **(value if is_struct and isinstance(value, dict) else {"value": value})}
