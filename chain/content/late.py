"""A content store that is made when it is first used: most chains never keep an artifact."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from chain.content.store import ContentStore, StoreStatistics


class LateStore:
    """What `make` makes, when it is asked for something."""

    def __init__(self, make: Callable[[], ContentStore]) -> None:
        self._make = make

    @cached_property
    def store(self) -> ContentStore:
        """The store itself."""
        return self._make()

    @property
    def limit(self) -> int:
        return self.store.limit

    @property
    def statistics(self) -> StoreStatistics:
        return self.store.statistics

    def put(self, data: bytes) -> str:
        return self.store.put(data)

    def get(self, cid: str) -> bytes:
        return self.store.get(cid)

    def has(self, cid: str) -> bool:
        return self.store.has(cid)

    def delete(self, cid: str) -> bool:
        return self.store.delete(cid)


def in_memory() -> ContentStore:
    """Artifacts in this process."""
    from chain.content.whole import WholeStore  # which only those who keep something need

    return WholeStore()
