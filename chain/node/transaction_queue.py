"""A transaction as a pool keeps it, and the two queues that hold them: ready and future."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from chain.primitives import BlockNumber, Hash
from chain.record import record
from chain.runtime_api import TransactionSource


@record
class PoolTransaction:
    """A valid transaction.

    sequence: its place in the order of arrival
    requires, provides: tags without repetition; what the chain provides already is not required
    validated_at: the block on whose state it was found valid
    valid_till: the block after which that may have ended
    """

    hash: Hash
    extrinsic: bytes = field(repr=False)
    sequence: int
    priority: int
    requires: tuple[bytes, ...]
    provides: tuple[bytes, ...]
    validated_at: BlockNumber
    valid_till: int
    source: TransactionSource = TransactionSource.EXTERNAL
    propagate: bool = True


class TransactionQueue:
    """Transactions by hash, with the sum of their lengths."""

    def __init__(self) -> None:
        self._transactions: dict[Hash, PoolTransaction] = {}
        self.size = 0
        """Bytes in all extrinsics together."""

    def __len__(self) -> int:
        return len(self._transactions)

    def __contains__(self, transaction_hash: Hash) -> bool:
        return transaction_hash in self._transactions

    def __iter__(self) -> Iterator[PoolTransaction]:
        return iter(self._transactions.values())

    def __getitem__(self, transaction_hash: Hash) -> PoolTransaction:
        return self._transactions[transaction_hash]

    def get(self, transaction_hash: Hash) -> PoolTransaction | None:
        return self._transactions.get(transaction_hash)

    def put(self, transaction: PoolTransaction) -> None:
        """Add the transaction, or put it in the place of the one with its hash, which has the same extrinsic."""
        if transaction.hash not in self._transactions:
            self.size += len(transaction.extrinsic)
        self._transactions[transaction.hash] = transaction

    def discard(self, transaction_hash: Hash) -> bool:
        """Take the transaction out; whether it was there."""
        transaction = self._transactions.pop(transaction_hash, None)
        if transaction is None:
            return False
        self.size -= len(transaction.extrinsic)
        return True

    def copied(self) -> TransactionQueue:
        """The same transactions in a queue of its own."""
        copy = TransactionQueue()
        copy._transactions, copy.size = dict(self._transactions), self.size
        return copy

    def worst(self) -> PoolTransaction:
        """The one to give up first: of the lowest priority the newest. The queue is not empty."""
        return min(self, key=lambda transaction: (transaction.priority, -transaction.sequence))
