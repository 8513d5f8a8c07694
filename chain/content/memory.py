"""A content store in this process, gone with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Lock
from time import time

from chain.content.cid import Codec, cid_of, digest_of
from chain.content.store import DEFAULT_LIMIT, ContentMissing, Entry, StoreStatistics, check_size


class MemoryStore:
    """Artifacts in a dictionary."""

    is_read_only = False
    at_once = 1

    def __init__(self, limit: int = DEFAULT_LIMIT, clock: Callable[[], float] = time) -> None:
        self.limit = limit
        self.statistics = StoreStatistics()
        self._clock = clock
        self._lock = Lock()
        self._artifacts: dict[str, tuple[bytes, float]] = {}

    def put(self, data: bytes, codec: Codec = Codec.RAW) -> str:
        cid = cid_of(data, codec)
        check_size(cid, len(data), self.limit)
        with self._lock:
            self._artifacts[cid] = data, self._clock()
        self.statistics.count_put(len(data))
        return cid

    def get(self, cid: str) -> bytes:
        kept = self._artifacts.get(cid)
        if kept is None:
            digest_of(cid)
            raise ContentMissing(cid)
        data, _ = kept  # of which the name was made when it was put, and bytes do not change
        check_size(cid, len(data), self.limit)
        self.statistics.count_get(len(data))
        return data

    def has(self, cid: str) -> bool:
        if cid in self._artifacts:
            return True
        digest_of(cid)
        return False

    def delete(self, cid: str, added_before: float | None = None) -> bool:
        digest_of(cid)
        with self._lock:
            kept = self._artifacts.get(cid)
            if kept is None or (added_before is not None and kept[1] >= added_before):
                return False
            del self._artifacts[cid]
        return True

    def entries(self) -> Iterator[Entry]:
        with self._lock:
            kept = list(self._artifacts.items())
        for cid, (data, added_at) in kept:
            yield Entry(cid, len(data), added_at)
