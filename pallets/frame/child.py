"""Typed values in a child trie, for pallets whose entries come and go together (frame_support::storage::child).

    votes = ChildStorage(self.storage, b"poll" + poll.to_bytes(4, "little"), codec_of(Balance))
    votes.put(who, 30)
    ...
    left = votes.clear(limit=100).cursor     # what could not be removed yet is removed by a later call

Keys are bytes as they stand; a pallet whose users choose them hashes them first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from chain.scale import Codec
from chain.state.child import child_of
from chain.state.overlay import ClearResult, Overlay

V = TypeVar("V")


class ChildStorage(Generic[V]):
    """The values of one child trie, all of one type."""

    __slots__ = ("_child", "_codec")

    def __init__(self, storage: Overlay, name: bytes, codec: Codec[V]) -> None:
        self._child = child_of(storage, name)
        self._codec = codec

    def get(self, key: bytes) -> V | None:
        """The value of `key`, or None; raises DecodeError where something else is stored."""
        raw = self._child.get(key)
        return None if raw is None else self._codec.decode(raw)

    def put(self, key: bytes, value: V) -> None:
        """Set the value of `key`."""
        self._child.put(key, self._codec.encode(value))

    def exists(self, key: bytes) -> bool:
        """Whether there is a value."""
        return key in self._child

    def length(self, key: bytes) -> int | None:
        """How many bytes the stored value has, or None."""
        raw = self._child.get(key)
        return None if raw is None else len(raw)

    def take(self, key: bytes) -> V | None:
        """The value of `key`, which is removed."""
        value = self.get(key)
        self._child.delete(key)
        return value

    def kill(self, key: bytes) -> None:
        """Remove the value of `key`."""
        self._child.delete(key)

    def items(self, prefix: bytes = b"") -> Iterator[tuple[bytes, V]]:
        """Keys that begin with `prefix`, in order, with their values."""
        for key in self._child.keys(prefix):
            value = self.get(key)
            if value is not None:
                yield key, value

    def clear(self, limit: int | None = None, cursor: bytes | None = None) -> ClearResult:
        """Remove all values, of those that were there before the block at most `limit` in this call."""
        return self._child.kill(limit, cursor)

    def root(self) -> bytes:
        """What the values hash to; a receipt for all of them."""
        return self._child.root()
