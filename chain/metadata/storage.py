"""Storage by the names of pallet and item: keys, and values.

key = twox128(prefix of the pallet) ‖ twox128(item) ‖ for each key of a map, its hash
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from chain.crypto import hashing
from chain.metadata.codecs import Codecs
from chain.metadata.errors import NotInMetadata
from chain.metadata.v14 import StorageHasher, StorageModifier
from chain.metadata.view import StorageItem, View
from chain.record import record
from chain.scale import DecodeError, EncodeError

HASHERS: Final[Mapping[StorageHasher, Callable[[bytes], bytes]]] = {
    StorageHasher.BLAKE2_128: hashing.blake2_128,
    StorageHasher.BLAKE2_256: hashing.blake2_256,
    StorageHasher.BLAKE2_128_CONCAT: hashing.blake2_128_concat,
    StorageHasher.TWOX_128: hashing.twox_128,
    StorageHasher.TWOX_256: hashing.twox_256,
    StorageHasher.TWOX_64_CONCAT: hashing.twox_64_concat,
    StorageHasher.IDENTITY: hashing.identity,
}

KEY_BEFORE: Final = {StorageHasher.BLAKE2_128_CONCAT: 16, StorageHasher.TWOX_64_CONCAT: 8, StorageHasher.IDENTITY: 0}
"""Bytes of hash before the key itself, of the hashers that keep it."""

HASH_SIZES: Final = {
    StorageHasher.BLAKE2_128: 16,
    StorageHasher.BLAKE2_256: 32,
    StorageHasher.TWOX_128: 16,
    StorageHasher.TWOX_256: 32,
}


@record
class HashedKey:
    """A key of which only the hash is known."""

    digest: bytes


class Storage:
    """The storage items of one runtime."""

    def __init__(self, view: View, codecs: Codecs) -> None:
        self._codecs = codecs
        self._items = {(item.pallet, item.name): item for pallet in view.pallets for item in pallet.storage}
        self._starts = {prefix_of(item): item for item in self._items.values()}

    def item(self, pallet: str, name: str) -> StorageItem:
        """What the metadata says of an item; raises NotInMetadata."""
        found = self._items.get((pallet, name))
        if found is None:
            known = [f"{each.pallet}.{each.name}" for each in self._items.values()]
            raise NotInMetadata("storage item", f"{pallet}.{name}", known)
        return found

    def key(self, pallet: str, name: str, *keys: Any) -> bytes:
        """The storage key of a value, or of the entry of a map; with fewer keys, what those of all entries begin with.

        Raises EncodeError for keys that are not of the item's types, or too many.
        """
        item = self.item(pallet, name)
        if len(keys) > len(item.hashers):
            raise EncodeError(f"{pallet}.{name}", f"{len(keys)} keys, and the item has {len(item.hashers)}")
        parts = [
            HASHERS[hasher](self._codecs[type_id].encode(key))
            for hasher, type_id, key in zip(item.hashers, item.key_types, keys, strict=False)
        ]
        return b"".join([prefix_of(item), *parts])

    def find(self, key: bytes) -> StorageItem | None:
        """The item that a storage key belongs to."""
        return self._starts.get(key[:32])

    def decode_key(self, key: bytes) -> tuple[StorageItem, tuple[Any, ...]]:
        """The item and the keys of a storage key; `HashedKey` where a hasher does not keep the key.

        Raises NotInMetadata where no item has such keys, DecodeError where the item has but this is none.
        """
        item = self.find(key)
        if item is None:
            raise NotInMetadata("storage item with the key", f"0x{key[:32].hex()}")
        what, offset = f"key of {item.pallet}.{item.name}", 32
        keys = list[Any]()
        for hasher, type_id in zip(item.hashers, item.key_types, strict=True):
            start = offset
            if hasher in KEY_BEFORE:
                begin = offset + KEY_BEFORE[hasher]
                value, offset = self._codecs[type_id].read(key, begin)
                if HASHERS[hasher](key[begin:offset]) != key[start:offset]:
                    raise DecodeError(what, start, "the hash is not that of the key behind it")
                keys.append(value)
                continue
            offset += HASH_SIZES[hasher]
            if offset > len(key):
                raise DecodeError(what, start, f"the hash takes {HASH_SIZES[hasher]} bytes, {len(key) - start} left")
            keys.append(HashedKey(key[start:offset]))
        if offset != len(key):
            raise DecodeError(what, offset, f"{len(key) - offset} bytes are left over")
        return item, tuple(keys)

    def decode(self, pallet: str, name: str, data: bytes | None) -> Any:
        """The value that is stored as the bytes; of None, the item's default, or None where it has none.

        Raises DecodeError.
        """
        item = self.item(pallet, name)
        if data is None:
            if item.modifier is StorageModifier.OPTIONAL:
                return None
            data = item.default
        return self._codecs[item.value_type].decode(data)

    def encode(self, pallet: str, name: str, value: Any) -> bytes:
        """The bytes that a value is stored as; raises EncodeError."""
        return self._codecs[self.item(pallet, name).value_type].encode(value)


def prefix_of(item: StorageItem) -> bytes:
    """What all storage keys of the item begin with: 32 bytes."""
    return hashing.twox_128(item.prefix.encode()) + hashing.twox_128(item.name.encode())
