"""Transactions that somebody watches: one listener at the pool for all of them."""

from __future__ import annotations

from collections.abc import Callable

from chain.node.pool import TransactionPool
from chain.node.transaction_status import StatusChange
from chain.primitives import Hash

StatusCallback = Callable[[StatusChange], None]


class WatchedTransactions:
    """Who is told of which transaction's changes of status."""

    def __init__(self, pool: TransactionPool) -> None:
        self._callbacks: dict[Hash, list[StatusCallback]] = {}
        pool.listen(self._hear)

    def __len__(self) -> int:
        return len(self._callbacks)

    def watch(self, transaction: Hash, callback: StatusCallback) -> Callable[[], None]:
        """Call back at each change of the transaction's status; returns what ends that."""
        self._callbacks.setdefault(transaction, []).append(callback)
        return lambda: self._forget(transaction, callback)

    def _hear(self, change: StatusChange) -> None:
        for callback in tuple(self._callbacks.get(change.transaction, ())):
            callback(change)

    def _forget(self, transaction: Hash, callback: StatusCallback) -> None:
        callbacks = self._callbacks.get(transaction, [])
        if callback in callbacks:
            callbacks.remove(callback)
        if not callbacks:
            self._callbacks.pop(transaction, None)
