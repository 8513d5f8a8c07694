"""One value in a node's own storage, typed, as a pallet's worker uses it (sp_runtime::offchain::storage).

rounds = OffchainValue(node, b"my_pallet/rounds", U32)              # persistent
rounds.mutate(lambda old: (old or 0) + 1)                           # raises ConcurrentModification
fork = OffchainValue(node, b"my_pallet/fork", U32, kind=FORK_AWARE) # goes back with a fork
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, Generic, TypeVar, overload

from chain.runtime_api import OffchainNode
from chain.scale import Codec, DecodeError, codec_of

T = TypeVar("T")


class StorageKind(Enum):
    """Which of a node's storages."""

    PERSISTENT = 1
    """No fork takes it back."""
    FORK_AWARE = 2
    """It belongs to the run's block, and to those after it."""


PERSISTENT, FORK_AWARE = StorageKind.PERSISTENT, StorageKind.FORK_AWARE


class ConcurrentModification(Exception):
    """Another run changed the value in between; `tried` is what this one would have kept."""

    def __init__(self, tried: object) -> None:
        super().__init__(tried)
        self.tried = tried

    def __str__(self) -> str:
        return "another run changed the value in between"


class OffchainValue(Generic[T]):
    """A value of one type under one key; bytes that are no such value raise DecodeError."""

    @overload
    def __init__(
        self, node: OffchainNode, key: bytes, value_type: type[T], kind: StorageKind = StorageKind.PERSISTENT
    ) -> None: ...

    @overload  # annotated types as U32, which are no types to every checker
    def __init__(
        self: OffchainValue[Any],
        node: OffchainNode,
        key: bytes,
        value_type: object,
        kind: StorageKind = StorageKind.PERSISTENT,
    ) -> None: ...

    def __init__(
        self, node: OffchainNode, key: bytes, value_type: object, kind: StorageKind = StorageKind.PERSISTENT
    ) -> None:
        self._key = key
        self._codec: Codec[Any] = codec_of(value_type)
        is_persistent = kind is StorageKind.PERSISTENT
        self._read = node.local_get if is_persistent else node.fork_get
        self._write = node.local_set if is_persistent else node.fork_set
        self._forget = node.local_clear if is_persistent else node.fork_clear
        self._swap = node.local_compare_and_set if is_persistent else node.fork_compare_and_set

    def get(self) -> T | None:
        """The value, None where there is none; raises DecodeError."""
        return self._decoded(self._read(self._key))

    def put(self, value: T) -> None:
        """Keep a value."""
        self._write(self._key, self._codec.encode(value))

    def clear(self) -> None:
        """Forget the value."""
        self._forget(self._key)

    def mutate(self, change: Callable[[T | None], T]) -> T:
        """Keep what `change` makes of the value; what is kept now.

        What `change` raises leaves the value as it was. Raises ConcurrentModification where another run was faster,
        DecodeError.
        """
        old = self._read(self._key)
        new = change(self._decoded(old))
        if not self._swap(self._key, old, self._codec.encode(new)):
            raise ConcurrentModification(new)
        return new

    def replace(self, change: Callable[[T | None], T]) -> T:
        """As `mutate`, where bytes that are no such value count as none."""
        old = self._read(self._key)
        try:
            known = self._decoded(old)
        except DecodeError:
            known = None
        new = change(known)
        if not self._swap(self._key, old, self._codec.encode(new)):
            raise ConcurrentModification(new)
        return new

    def _decoded(self, stored: bytes | None) -> T | None:
        if stored is None:
            return None
        value: T = self._codec.decode(stored)
        return value
