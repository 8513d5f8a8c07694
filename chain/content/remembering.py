"""A content store that remembers what is read again and again: a model that all workers of a process begin from.

An artifact that is read a second time stays in memory, so from the third time on it is neither read nor checked again:
bytes of this process do not change. It goes where newer ones need the room, and where the store behind it has lost it.
What is read again only after as much else as there is room for would not be at hand then, and is not kept.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

from chain.content.hashed import HashedBytes
from chain.content.store import ContentStore, StoreStatistics

ROOM: Final = 64 * 2**20
"""Bytes that are remembered by default: eight models of a million 64-bit parameters."""

READ_ONCE: Final = 256
"""Names of artifacts that are remembered to have been read once."""


class RememberingStore:
    """Another store, with the artifacts that are read often at hand; room: bytes that these may take."""

    def __init__(self, store: ContentStore, room: int = ROOM) -> None:
        self.store = store
        self.room = room
        self._lock = Lock()
        self._kept: OrderedDict[str, HashedBytes] = OrderedDict()
        self._read_once: OrderedDict[str, int] = OrderedDict()
        self._read_since = 0
        """Bytes of those in `_read_once`."""

    @property
    def limit(self) -> int:
        """As of the other store."""
        return self.store.limit

    @property
    def statistics(self) -> StoreStatistics:
        """Of the other store: what is at hand goes through it no more."""
        return self.store.statistics

    def put(self, data: bytes) -> str:
        """As the other store."""
        return self.store.put(data)

    def get(self, cid: str) -> bytes:
        """As the other store, or the same bytes again."""
        with self._lock:
            found = self._kept.get(cid)
            if found is not None:
                self._kept.move_to_end(cid)
        if found is not None and self.store.has(cid):
            return found
        return self._noted(cid, self.store.get(cid))

    def has(self, cid: str) -> bool:
        """As the other store."""
        return self.store.has(cid)

    def delete(self, cid: str) -> bool:
        """As the other store; what is at hand goes too."""
        with self._lock:
            self._kept.pop(cid, None)
        return self.store.delete(cid)

    def _noted(self, cid: str, data: bytes) -> bytes:
        """The data, which are kept if they were read before."""
        with self._lock:
            size = self._read_once.pop(cid, None)
            self._read_since += len(data) - (size or 0)
            self._read_once[cid] = len(data)
            while len(self._read_once) > READ_ONCE or self._read_since > self.room:
                self._read_since -= self._read_once.popitem(last=False)[1]
            if size is None:
                return data
            self._kept[cid] = kept = HashedBytes.of(data)
            while sum(map(len, self._kept.values())) > self.room:
                self._kept.popitem(last=False)
            return kept
