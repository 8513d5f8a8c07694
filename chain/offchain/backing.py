"""Where a node keeps its workers' storage beyond the process: what a storage writes through to, and reads at a start.

backing = LmdbBacking(folder)           # chain.offchain.lmdb_backing
participant.storage.keep_in(backing, participant.account)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

Entry = tuple[bytes, bytes, bytes | None]
"""Part, key and value; None removes the key."""


class Backing(Protocol):
    """Keys and values in parts. What `write` took is there after a crash; each call is kept whole or not at all."""

    def parts(self, prefix: bytes) -> Iterable[bytes]:
        """The parts whose names begin with `prefix` and have anything."""
        ...

    def load(self, part: bytes) -> dict[bytes, bytes]:
        """All that is in a part."""
        ...

    def write(self, entries: Sequence[Entry], cleared: Iterable[bytes] = ()) -> None:
        """Empty the cleared parts, then set or remove keys."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Place:
    """One owner's parts of a backing."""

    __slots__ = ("_backing", "_owner")

    def __init__(self, backing: Backing, owner: bytes) -> None:
        self._backing = backing
        self._owner = owner + b"/"

    def parts(self, prefix: bytes = b"") -> list[bytes]:
        """The owner's parts whose names begin with `prefix`."""
        return [part[len(self._owner) :] for part in self._backing.parts(self._owner + prefix)]

    def load(self, part: bytes) -> dict[bytes, bytes]:
        """All that is in a part."""
        return self._backing.load(self._owner + part)

    def write(self, part: bytes, values: Mapping[bytes, bytes | None]) -> None:
        """Set or remove keys of a part."""
        self._backing.write([(self._owner + part, key, value) for key, value in values.items()])

    def move(self, parts: Iterable[bytes], into: bytes, values: Mapping[bytes, bytes | None]) -> None:
        """Empty these parts and set or remove keys of another, all at once."""
        entries = [(self._owner + into, key, value) for key, value in values.items()]
        self._backing.write(entries, [self._owner + part for part in parts])

    def replace(self, parts: Mapping[bytes, Mapping[bytes, bytes]], prefix: bytes = b"") -> None:
        """Have these parts and no others of those whose names begin with `prefix`."""
        entries = [(self._owner + part, key, value) for part, values in parts.items() for key, value in values.items()]
        self._backing.write(entries, list(self._backing.parts(self._owner + prefix)))
