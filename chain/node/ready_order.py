"""The order in which an author takes ready transactions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush
from typing import Self

from chain.node.transaction_queue import PoolTransaction
from chain.primitives import Hash


class ReadyOrder(Iterator[PoolTransaction]):
    """Ready transactions by priority, then arrival, each after those that it requires.

    A snapshot: the pool may change while an author takes from it.
    """

    def __init__(self, ready: Iterable[PoolTransaction]) -> None:
        transactions = list(ready)
        provider = {tag: transaction for transaction in transactions for tag in transaction.provides}
        self._missing: dict[Hash, int] = {}  # how many of the transactions that it requires are still to come
        self._dependents: dict[Hash, list[PoolTransaction]] = {}
        self._last: PoolTransaction | None = None
        self._heap: list[tuple[int, int, PoolTransaction]] = []
        for transaction in transactions:
            if not transaction.requires:
                self._heap.append(_keyed(transaction))
                continue
            required = {provider[tag].hash for tag in transaction.requires}
            self._missing[transaction.hash] = len(required)
            for other in required:
                self._dependents.setdefault(other, []).append(transaction)
        heapify(self._heap)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> PoolTransaction:
        if self._last is not None:
            self._unlock_dependents(self._last)
        self._last = None
        if not self._heap:
            raise StopIteration
        self._last = heappop(self._heap)[2]
        return self._last

    def skip_dependents(self) -> None:
        """The last transaction did not enter the block: leave out those that require it."""
        self._last = None

    def _unlock_dependents(self, transaction: PoolTransaction) -> None:
        for dependent in self._dependents.get(transaction.hash, ()):
            self._missing[dependent.hash] -= 1
            if self._missing[dependent.hash] == 0:
                heappush(self._heap, _keyed(dependent))


def _keyed(transaction: PoolTransaction) -> tuple[int, int, PoolTransaction]:
    return -transaction.priority, transaction.sequence, transaction
