"""Typed storage items over the overlay, with FRAME's keys, query kinds and operations.

    count: StorageValue[U32]                                    # ValueQuery: absent reads as 0
    last: StorageMap[AccountId, BlockNumber | None]             # OptionQuery: absent reads as None
    votes: StorageDoubleMap[Twox64[U32], AccountId, Vote]       # a key of several parts is a tuple: votes.get((3, who))
    limit: StorageValue[U32] = item(name="TheLimit", default=7) # another name on chain, another default

A plain key part is hashed with Blake2_128Concat; `Twox64[…]`, `Identity[…]` and `Annotated[K, Hasher.…]` choose
another hasher. The layout of an item (keys, codecs, defaults) is compiled once per runtime class (`layout.py`);
the objects here only join it to one state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, Any, Generic, TypeVar, overload

from chain.crypto.hashing import Hasher
from chain.record import record
from chain.state.overlay import Overlay, Unencoded
from pallets.frame.error import PalletError
from pallets.frame.layout import ItemLayout, Remembered

K = TypeVar("K")
K1 = TypeVar("K1")
K2 = TypeVar("K2")
V = TypeVar("V")
T = TypeVar("T")

Twox64 = Annotated[K, Hasher.TWOX_64_CONCAT]
"""A key part hashed with Twox64Concat: for keys that nobody can choose freely."""

Identity = Annotated[K, Hasher.IDENTITY]
"""A key part that is its own hash."""

MEMO_LIMIT = 8192
"""Storage keys remembered per item before the memo starts anew."""


@record
class ItemOptions:
    """What `item()` says of a storage item beyond its annotation."""

    name: str | None
    default: object
    missing: type[PalletError] | None
    has_default: bool
    deprecated: str | None = None
    encoded_late: bool = False


def item(
    *,
    name: str | None = None,
    default: Any = ...,
    missing: type[PalletError] | None = None,
    deprecated: str | None = None,
    encoded_late: bool = False,
) -> Any:
    """Options of a storage item: its name on chain, the value of the absent item, or the error that reading raises.

    deprecated: what to use instead, for the metadata; empty where there is nothing to say
    encoded_late: when somebody asks for the bytes, not with each write. For values that are written several times a
    block or do not outlive it, by code that keeps its numbers in range: one that is not would be refused at the end of
    the block
    """
    return ItemOptions(name, default, missing, default is not ..., deprecated, encoded_late)


@record
class Cleared:
    """What a clearing removed; `cursor` continues it, None when nothing is left."""

    removed: int
    cursor: bytes | None


class StorageItem(Generic[V]):
    """What values and maps share: reading and writing one entry by its storage key."""

    __slots__ = ("_absent", "_decode", "_delete", "_encode", "_latest", "_put", "_read", "layout", "overlay")

    def __init__(self, overlay: Overlay, layout: ItemLayout) -> None:
        self.overlay = overlay
        self.layout = layout
        self._read: Callable[[bytes], bytes | None] = overlay.get
        self._latest: Callable[[bytes], object] = overlay.latest
        self._put: Callable[[bytes, bytes | Unencoded], None] = overlay.put
        self._delete: Callable[[bytes], None] = overlay.delete
        decode = layout.decode
        self._decode: Callable[[bytes], V] = decode.__getitem__ if isinstance(decode, Remembered) else decode
        self._encode: Callable[[V], bytes | Unencoded] = layout.stored
        self._absent: Callable[[], V] = layout.absent

    def _get_at(self, key: bytes) -> V:
        found = self._latest(key)
        if type(found) is bytes:
            return self._decode(found)
        if type(found) is partial:
            value: V = found.args[0]
            return value
        raw = self._read(key)
        return self._absent() if raw is None else self._decode(raw)

    def _put_at(self, key: bytes, value: V) -> None:
        if value is None:
            self._delete_at(key)
        else:
            self._put(key, self._encode(value))

    def _delete_at(self, key: bytes) -> None:
        self._delete(key)

    def _take_at(self, key: bytes) -> V:
        value = self._get_at(key)
        self._delete_at(key)
        return value

    def _mutate_at(self, key: bytes, change: Callable[[V], V]) -> V:
        value = change(self._get_at(key))
        self._put_at(key, value)
        return value

    def _mutate_exists_at(self, key: bytes, change: Callable[[V | None], V | None]) -> V | None:
        raw = self._read(key)
        value = change(None if raw is None else self._decode(raw))
        if value is None:
            self._delete_at(key)
        else:
            self._put_at(key, value)
        return value

    def _append_at(self, key: bytes, element: object) -> None:
        self.overlay.append(key, self.layout.encode_element(element))

    def _try_append_at(self, key: bytes, element: object) -> bool:
        if self._decode_len_at(key) >= self.layout.max_elements:
            return False
        self._append_at(key, element)
        return True

    def _decode_len_at(self, key: bytes) -> int:
        return self.overlay.vector_length(key)


class StorageValue(StorageItem[V]):
    """One value under one key. `V | None` is FRAME's OptionQuery, plain `V` its ValueQuery."""

    __slots__ = ("_key",)

    def __init__(self, overlay: Overlay, layout: ItemLayout) -> None:
        super().__init__(overlay, layout)
        self._key = layout.prefix

    def storage_key(self) -> bytes:
        """twox128(pallet) ‖ twox128(item)."""
        return self._key

    def get(self) -> V:
        """The value; where it is absent None, the default, or the item's error raised."""
        found = self._latest(self._key)
        if type(found) is bytes:  # `_get_at`, in line
            return self._decode(found)
        if type(found) is partial:
            value: V = found.args[0]
            return value
        raw = self._read(self._key)
        return self._absent() if raw is None else self._decode(raw)

    def put(self, value: V) -> None:
        """Write the value; None removes it."""
        if value is None:
            self._delete(self._key)
        else:
            self._put(self._key, self._encode(value))

    def exists(self) -> bool:
        """Whether the value is stored."""
        return self._read(self._key) is not None

    def kill(self) -> None:
        """Remove the value."""
        self._delete(self._key)

    def take(self) -> V:
        """The value, which is removed."""
        return self._take_at(self._key)

    def swap(self, value: V) -> V:
        """Write `value`; the value that it replaces."""
        before = self._get_at(self._key)
        self._put_at(self._key, value)
        return before

    def mutate(self, change: Callable[[V], V]) -> V:
        """Write `change(value)` and return it; where `change` raises, nothing is written."""
        return self._mutate_at(self._key, change)

    def mutate_exists(self, change: Callable[[V | None], V | None]) -> V | None:
        """As `mutate`, with None for absent, both ways."""
        return self._mutate_exists_at(self._key, change)

    @overload
    def append(self: StorageValue[list[T]], element: T) -> None: ...
    @overload
    def append(self: StorageValue[list[T] | None], element: T) -> None: ...
    def append(self, element: object) -> None:
        """Append to an unbounded list without decoding it."""
        self._append_at(self._key, element)

    @overload
    def try_append(self: StorageValue[list[T]], element: T) -> bool: ...
    @overload
    def try_append(self: StorageValue[list[T] | None], element: T) -> bool: ...
    def try_append(self, element: object) -> bool:
        """Append to a bounded list without decoding it; False, and nothing written, where it is full."""
        return self._try_append_at(self._key, element)

    def decode_len(self) -> int:
        """Elements of a list, read from its length alone."""
        return self._decode_len_at(self._key)

    def translate(self, change: Callable[[bytes], V | None]) -> bool:
        """Rewrite the stored bytes, as a migration does; False where nothing is stored."""
        raw = self._read(self._key)
        if raw is None:
            return False
        value = change(raw)
        self._delete(self._key) if value is None else self._put(self._key, self._encode(value))
        return True


class StorageMap(StorageItem[V], Generic[K, V]):
    """Values by key, ordered by hashed key. Keys of several parts are tuples."""

    __slots__ = ("_memo",)

    def __init__(self, overlay: Overlay, layout: ItemLayout) -> None:
        super().__init__(overlay, layout)
        self._memo: dict[object, bytes] = layout.key_memo

    def storage_key(self, key: K) -> bytes:
        """twox128(pallet) ‖ twox128(item) ‖ hasher(part) for each part of the key."""
        return self._memo.get(key) or self._new_key(key)

    def _new_key(self, key: K) -> bytes:
        if len(self._memo) >= MEMO_LIMIT:
            self._memo.clear()
        stored = self._memo[key] = self.layout.storage_key(key)
        return stored

    def get(self, key: K) -> V:
        """The value of `key`; where it is absent None, the default, or the item's error raised."""
        stored = self._memo.get(key) or self._new_key(key)
        found = self._latest(stored)
        if type(found) is bytes:  # `_get_at`, in line
            return self._decode(found)
        if type(found) is partial:
            value: V = found.args[0]
            return value
        raw = self._read(stored)
        return self._absent() if raw is None else self._decode(raw)

    def contains_key(self, key: K) -> bool:
        """Whether a value is stored under `key`."""
        return self._read(self.storage_key(key)) is not None

    def insert(self, key: K, value: V) -> None:
        """Write a value; None removes it."""
        stored = self._memo.get(key) or self._new_key(key)
        if value is None:  # `_put_at`, in line: no operation of a map is called more often
            self._delete_at(stored)
        else:
            self._put(stored, self._encode(value))

    def remove(self, key: K) -> None:
        """Remove the value of `key`."""
        self._delete_at(self.storage_key(key))

    def take(self, key: K) -> V:
        """The value of `key`, which is removed."""
        return self._take_at(self._memo.get(key) or self._new_key(key))

    def swap(self, first: K, second: K) -> None:
        """Exchange the values of two keys."""
        first_key, second_key = self.storage_key(first), self.storage_key(second)
        kept = self._read(first_key), self._read(second_key)
        for key, raw in zip((second_key, first_key), kept, strict=True):
            self._delete(key) if raw is None else self._put(key, raw)

    def mutate(self, key: K, change: Callable[[V], V]) -> V:
        """Write `change(value)` and return it; where `change` raises, nothing is written."""
        return self._mutate_at(self.storage_key(key), change)

    def mutate_exists(self, key: K, change: Callable[[V | None], V | None]) -> V | None:
        """As `mutate`, with None for absent, both ways."""
        return self._mutate_exists_at(self.storage_key(key), change)

    @overload
    def append(self: StorageMap[K, list[T]], key: K, element: T) -> None: ...
    @overload
    def append(self: StorageMap[K, list[T] | None], key: K, element: T) -> None: ...
    def append(self, key: K, element: object) -> None:
        """Append to an unbounded list without decoding it."""
        self._append_at(self.storage_key(key), element)

    @overload
    def try_append(self: StorageMap[K, list[T]], key: K, element: T) -> bool: ...
    @overload
    def try_append(self: StorageMap[K, list[T] | None], key: K, element: T) -> bool: ...
    def try_append(self, key: K, element: object) -> bool:
        """Append to a bounded list without decoding it; False, and nothing written, where it is full."""
        return self._try_append_at(self.storage_key(key), element)

    def decode_len(self, key: K) -> int:
        """Elements of a list, read from its length alone."""
        return self._decode_len_at(self.storage_key(key))

    def iter(self, prefix: tuple[object, ...] = (), after: K | None = None) -> Iterator[tuple[K, V]]:
        """Keys and values in order of hashed keys; `prefix` fixes the leading parts, `after` continues behind a key."""
        for stored, key in self._stored_keys(prefix, after):
            yield key, self._get_at(stored)

    def iter_keys(self, prefix: tuple[object, ...] = (), after: K | None = None) -> Iterator[K]:
        """Keys in order of hashed keys."""
        for _, key in self._stored_keys(prefix, after):
            yield key

    def iter_values(self, prefix: tuple[object, ...] = ()) -> Iterator[V]:
        """Values in order of hashed keys; works for hashers that forget the key, too."""
        for stored in self.overlay.keys(self.layout.prefix_key(prefix)):
            yield self._get_at(stored)

    def drain(self, prefix: tuple[object, ...] = ()) -> Iterator[tuple[K, V]]:
        """Keys and values in order; each is removed as it is taken."""
        for stored, key in self._stored_keys(prefix, None):
            yield key, self._take_at(stored)

    def translate(self, change: Callable[[K, bytes], V | None]) -> int:
        """Rewrite every stored value, as a migration does; None removes it. Returns how many were visited."""
        visited = 0
        for stored, key in self._stored_keys((), None):
            raw = self._read(stored)
            if raw is not None:
                self._put_at_translated(stored, change(key, raw))
                visited += 1
        return visited

    def clear(self, limit: int | None = None, cursor: bytes | None = None, prefix: tuple[object, ...] = ()) -> Cleared:
        """Remove entries in order: all that this block wrote, and of its parent's up to `limit`.

        The cursor continues in a later call; as in FRAME it must be handed in, even in a later block.
        """
        result = self.overlay.clear_prefix(self.layout.prefix_key(prefix), limit, cursor)
        return Cleared(result.unique, result.cursor)

    def _stored_keys(self, prefix: tuple[object, ...], after: K | None) -> Iterator[tuple[bytes, K]]:
        start = None if after is None else self.storage_key(after)
        for stored in self.overlay.keys(self.layout.prefix_key(prefix), start):
            yield stored, self.layout.decode_key(stored)

    def _put_at_translated(self, stored: bytes, value: V | None) -> None:
        self._delete_at(stored) if value is None else self._put(stored, self._encode(value))


class StorageDoubleMap(StorageMap[tuple[K1, K2], V], Generic[K1, K2, V]):
    """Values by two keys; everything under the first can be iterated and cleared: `iter(prefix=(first,))`."""

    __slots__ = ()


class StorageNMap(StorageMap[K, V]):
    """Values by a tuple of keys; every leading part of it is a prefix."""

    __slots__ = ()


class CountedStorageMap(StorageMap[K, V]):
    """A map that knows how many entries it has: a u32 under the item name prefixed with CounterFor."""

    __slots__ = ()

    def count(self) -> int:
        """Entries stored."""
        raw = self._read(self.layout.counter_key)
        return 0 if raw is None else int.from_bytes(raw, "little")

    def insert(self, key: K, value: V) -> None:
        self._put_at(self.storage_key(key), value)

    def swap(self, first: K, second: K) -> None:
        before = self.count()
        super().swap(first, second)
        self._set_count(before)  # an exchange moves entries, it makes none

    def _put_at(self, key: bytes, value: V) -> None:
        if value is not None and self._read(key) is None:
            self._set_count(self.count() + 1)
        super()._put_at(key, value)

    def _delete_at(self, key: bytes) -> None:
        if self._read(key) is not None:
            self._set_count(self.count() - 1)
        super()._delete_at(key)

    def _append_at(self, key: bytes, element: object) -> None:
        fresh = self._read(key) is None
        super()._append_at(key, element)
        if fresh:
            self._set_count(self.count() + 1)

    def clear(self, limit: int | None = None, cursor: bytes | None = None, prefix: tuple[object, ...] = ()) -> Cleared:
        cleared = super().clear(limit, cursor, prefix)
        if cleared.cursor is None and not prefix:
            self._delete(self.layout.counter_key)  # FRAME forgets the counter with the last entry
        else:
            self._set_count(self.count() - cleared.removed)
        return cleared

    def _set_count(self, count: int) -> None:
        self._put(self.layout.counter_key, count.to_bytes(4, "little"))


ITEM_CLASSES: dict[Any, int | None] = {
    StorageValue: 0,
    StorageMap: 1,
    StorageDoubleMap: 2,
    StorageNMap: None,
    CountedStorageMap: 1,
}
"""The declarable classes and how many key parts each has; None where the key's tuple type says it."""
