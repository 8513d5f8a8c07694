"""Transactions that somebody watches: one listener at the pool for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chain.node.pool import TransactionPool
from chain.node.transaction_status import StatusChange, TransactionStatus
from chain.primitives import Hash

StatusCallback = Callable[[StatusChange], None]

UNFINALIZED_BLOCKS: Final = 512
"""With transactions of the pool; beyond, whoever watches one of the oldest is told no more (MAX_FINALITY_WATCHERS)."""


class WatchedTransactions:
    """Who is told of which transaction's changes of status."""

    def __init__(self, pool: TransactionPool) -> None:
        self._callbacks: dict[Hash, list[StatusCallback]] = {}
        self._unfinalized: dict[Hash, list[Hash]] = {}
        """Blocks that have transactions of the pool and may become final, and which of these are watched."""
        pool.listen(self._hear)

    def __len__(self) -> int:
        return len(self._callbacks)

    def watch(self, transaction: Hash, callback: StatusCallback) -> Callable[[], None]:
        """Call back at each change of the transaction's status; returns what ends that."""
        self._callbacks.setdefault(transaction, []).append(callback)
        return lambda: self._forget(transaction, callback)

    def _hear(self, change: StatusChange) -> None:
        self._tell(change)
        if change.detail is None:
            return
        if change.status is TransactionStatus.IN_BLOCK:
            self._wait_for_finality(change.transaction, change.detail)
        elif change.status in (TransactionStatus.RETRACTED, TransactionStatus.FINALIZED):
            self._unfinalized.pop(change.detail, None)

    def _tell(self, change: StatusChange) -> None:
        for callback in tuple(self._callbacks.get(change.transaction, ())):
            callback(change)

    def _wait_for_finality(self, transaction: Hash, block: Hash) -> None:
        waiting = self._unfinalized.setdefault(block, [])
        if transaction in self._callbacks:
            waiting.append(transaction)
        if len(self._unfinalized) > UNFINALIZED_BLOCKS:
            oldest = next(iter(self._unfinalized))
            for late in self._unfinalized.pop(oldest):
                self._tell(StatusChange(late, TransactionStatus.FINALITY_TIMEOUT, oldest))

    def _forget(self, transaction: Hash, callback: StatusCallback) -> None:
        callbacks = self._callbacks.get(transaction, [])
        if callback in callbacks:
            callbacks.remove(callback)
        if not callbacks:
            self._callbacks.pop(transaction, None)
