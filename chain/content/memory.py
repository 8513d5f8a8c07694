"""A content store in this process, gone with it."""

from __future__ import annotations

from chain.content.cid import cid_of, digest_of
from chain.content.store import DEFAULT_LIMIT, ContentMissing, StoreStatistics, check_digest, check_size


class MemoryStore:
    """Artifacts in a dictionary."""

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self.limit = limit
        self.statistics = StoreStatistics()
        self._artifacts: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        cid = cid_of(data)
        check_size(cid, len(data), self.limit)
        self._artifacts[cid] = data
        self.statistics.count_put(len(data))
        return cid

    def get(self, cid: str) -> bytes:
        digest_of(cid)
        data = self._artifacts.get(cid)
        if data is None:
            raise ContentMissing(cid)
        check_size(cid, len(data), self.limit)
        check_digest(cid, data)
        self.statistics.count_get(len(data))
        return data

    def has(self, cid: str) -> bool:
        digest_of(cid)
        return cid in self._artifacts

    def delete(self, cid: str) -> bool:
        digest_of(cid)
        return self._artifacts.pop(cid, None) is not None
