"""Transactions on their way from a validator's own pool to the author's.

The chain has one pool, which stands for each validator's own: what is late is in it while workers run, so that the next
nonce is the right one, and is taken out while a block is made.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from chain.node.pool_errors import PoolError
from chain.node.transaction_queue import PoolTransaction
from chain.primitives import BlockNumber, Hash
from chain.runtime_api import TransactionSource
from chain.validity import TransactionInvalid


class Pool(Protocol):
    """What is needed of a node's pool."""

    def get(self, transaction_hash: Hash) -> PoolTransaction | None:
        """The transaction, if the pool has it."""
        ...

    def drop(self, transaction_hash: Hash) -> bool:
        """Take it out; whether it was there."""
        ...

    def submit(self, extrinsic: bytes, source: TransactionSource) -> Hash:
        """Take it in; raises `PoolError`, `TransactionInvalid`."""
        ...


@dataclass(slots=True)
class _Late:
    """A transaction that no author has before a block; extrinsic: None while the pool has it."""

    transaction: Hash
    arrives: BlockNumber
    source: TransactionSource = TransactionSource.LOCAL
    extrinsic: bytes | None = None


class Transit:
    """What is late, what comes again, and what comes last."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._late: list[_Late] = []
        self._again: list[tuple[BlockNumber, Hash, bytes]] = []
        self._last: list[Hash] = []

    def lose(self, transaction: Hash) -> None:
        """Nobody ever hears of it."""
        self._pool.drop(transaction)

    def delay(self, transaction: Hash, until: BlockNumber) -> None:
        """No block up to that one has it."""
        self._late.append(_Late(transaction, until))

    def repeat(self, transaction: Hash, after: BlockNumber) -> None:
        """The same bytes arrive again after that block."""
        found = self._pool.get(transaction)
        if found is not None:
            self._again.append((after, transaction, found.extrinsic))

    def put_last(self, transaction: Hash) -> None:
        """It arrives after all others that are submitted before the next block."""
        self._last.append(transaction)

    def join(self, other: Transit) -> None:
        """What is on its way there is on its way here; the pool has what is late already."""
        self._late += other._late
        self._again += other._again
        self._last += other._last

    def before_block(self, best: BlockNumber) -> None:
        """The next block is made: take out what its author has not got."""
        for again in [each for each in self._again if each[0] <= best]:
            _, transaction, extrinsic = again
            self._again.remove(again)
            self._late = [late for late in self._late if late.transaction != transaction]  # the copy was faster
            self._submit(extrinsic, TransactionSource.EXTERNAL)
        for transaction in self._last:
            found = self._pool.get(transaction)
            if found is not None:
                self._pool.drop(transaction)
                self._submit(found.extrinsic, found.source)
        self._last.clear()
        self._late = [late for late in self._late if late.arrives > best]
        for late in self._late:
            found = self._pool.get(late.transaction)
            if found is not None:
                self._pool.drop(late.transaction)
                late.source, late.extrinsic = found.source, found.extrinsic

    def after_block(self) -> None:
        """The block is there: what is late is in its validator's own pool, unless it is no longer valid."""
        for late in self._late:
            if late.extrinsic is not None:
                self._submit(late.extrinsic, late.source)
                late.extrinsic = None

    def _submit(self, extrinsic: bytes, source: TransactionSource) -> None:
        with suppress(PoolError, TransactionInvalid):  # where the chain has gone on without it, or has it
            self._pool.submit(extrinsic, source)
