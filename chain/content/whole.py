"""A content store in this process that cuts nothing: what was put is what is got, with the hashes found so far.

An artifact has the name that it has where it is cut (`chain.content.layout`), and none of its pieces has one here.
"""

from __future__ import annotations

from chain.content.cid import digest_of
from chain.content.hashed import HashedBytes
from chain.content.store import DEFAULT_LIMIT, ContentMissing, StoreStatistics, check_size


class WholeStore:
    """Artifacts in a dictionary."""

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self.limit = limit
        self.statistics = StoreStatistics()
        self._artifacts: dict[str, HashedBytes] = {}

    def put(self, data: bytes) -> str:
        known = HashedBytes.of(data)
        check_size(known.cid, len(known), self.limit)
        self._artifacts[known.cid] = known
        self.statistics.count_put(len(known))
        return known.cid

    def get(self, cid: str) -> bytes:
        known = self._artifacts.get(cid)
        if known is None:
            digest_of(cid)
            raise ContentMissing(cid)
        self.statistics.count_get(len(known))
        return known

    def has(self, cid: str) -> bool:
        if cid in self._artifacts:
            return True
        digest_of(cid)
        return False

    def delete(self, cid: str) -> bool:
        if self._artifacts.pop(cid, None) is not None:
            return True
        digest_of(cid)
        return False
