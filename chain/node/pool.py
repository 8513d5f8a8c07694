"""The transaction pool: what was submitted, is valid on the best block, and waits for a block to enter.

The graph says what is ready; the pool adds validity (it asks the runtime on the best block), limits, bans,
expiry, and what a new best block changes. Time is counted in blocks. `pool_upkeep` follows the best chain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Final, Protocol

from chain.extrinsic import extrinsic_hash, signer_of
from chain.node.pool_errors import (
    AlreadyImported,
    ImmediatelyDropped,
    NoTagsProvided,
    TemporarilyBanned,
    TransactionNotFound,
)
from chain.node.ready_order import ReadyOrder
from chain.node.transaction_graph import TransactionGraph
from chain.node.transaction_queue import PoolTransaction
from chain.node.transaction_status import StatusChange, StatusListener, TransactionStatus
from chain.primitives import AccountId, BlockNumber, Hash
from chain.record import record
from chain.runtime_api import TransactionSource, ValidTransaction
from chain.validity import TransactionInvalid

BAN_BLOCKS: Final = 300
"""How long a banned transaction stays out: Substrate's half hour, at six seconds a block."""

BANS_AT_MOST: Final = 4096
"""Banned hashes that are remembered, twice what Substrate expects; beyond, the oldest ban is lifted."""


@record
class PoolLimits:
    """How much each queue holds, in transactions and in bytes; the defaults are Substrate's."""

    ready: int = 8192
    ready_size: int = 20 * 2**20
    future: int = 512
    future_size: int = 2**20


@dataclass(slots=True)
class PoolCounts:
    """What a pool has done since it was made; going back to a snapshot takes nothing away."""

    submitted: int = 0
    """Transactions that somebody wanted in."""
    validated: int = 0
    """Questions to the runtime whether one is valid."""
    invalid: int = 0
    """Those that were there and turned out not to be."""
    pruned: int = 0
    """Extrinsics of blocks that entered the best chain."""
    resubmitted: int = 0
    """Those of blocks that left it, submitted again."""


@record
class PoolSnapshot:
    """A pool as it was at one moment; nobody writes to it."""

    graph: TransactionGraph
    arrivals: int
    banned_until: dict[Hash, int]


class BestBlock(Protocol):
    """The best block, as the pool needs it."""

    @property
    def number(self) -> BlockNumber:
        """Its number."""
        ...

    def validate(self, source: TransactionSource, extrinsic: bytes) -> ValidTransaction:
        """Ask the runtime on its state; raises `TransactionInvalid`."""
        ...


class TransactionPool:
    """Valid transactions until a block has them."""

    def __init__(self, best: BestBlock, limits: PoolLimits | None = None) -> None:
        self._best = best
        self._limits = limits or PoolLimits()
        self._graph = TransactionGraph()
        self._snapshot: PoolSnapshot | None = None
        """Of the pool as it is: it has graph and bans, which are copied before anything is written to them."""
        self._arrivals = 0
        self.counts = PoolCounts()
        self._banned_until: dict[Hash, int] = {}  # oldest ban first
        self._listeners: list[StatusListener] = []

    def __len__(self) -> int:
        return len(self._graph)

    def __contains__(self, transaction_hash: Hash) -> bool:
        return transaction_hash in self._graph

    def get(self, transaction_hash: Hash) -> PoolTransaction | None:
        """The transaction, ready or not, if the pool has it."""
        return self._graph.get(transaction_hash)

    def provides(self, tag: bytes) -> bool:
        """Whether a ready transaction provides the tag."""
        return self._graph.provides(tag)

    def is_ready(self, transaction_hash: Hash) -> bool:
        """Whether the pool has the transaction and nothing is missing for it."""
        return transaction_hash in self._graph.ready

    @property
    def ready_count(self) -> int:
        """How many transactions are ready."""
        return len(self._graph.ready)

    def ready(self) -> ReadyOrder:
        """The ready transactions, in the order in which an author takes them."""
        return ReadyOrder(self._graph.ready)

    def future(self) -> list[PoolTransaction]:
        """The transactions that wait for a tag, in order of arrival."""
        return sorted(self._graph.future, key=_arrival)

    def listen(self, listener: StatusListener) -> Callable[[], None]:
        """Call `listener` at every change of status; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def snapshot(self) -> PoolSnapshot:
        """The pool as it is."""
        if self._snapshot is None:
            self._snapshot = PoolSnapshot(self._graph, self._arrivals, self._banned_until)
        return self._snapshot

    def revert(self, snapshot: PoolSnapshot) -> None:
        """Be what it was; nobody is told, and listeners stay."""
        self._graph, self._arrivals, self._banned_until = snapshot.graph, snapshot.arrivals, snapshot.banned_until
        self._snapshot = snapshot

    def submit(self, extrinsic: bytes, source: TransactionSource = TransactionSource.EXTERNAL) -> Hash:
        """Take a transaction in; its hash. Raises `PoolError` or `TransactionInvalid`."""
        transaction_hash = extrinsic_hash(extrinsic)
        self.counts.submitted += 1
        if self.is_banned(transaction_hash):
            raise TemporarilyBanned
        if transaction_hash in self._graph:
            raise AlreadyImported
        transaction = self._validated(transaction_hash, extrinsic, source, self._arrivals)
        changes = self._own().insert(transaction)
        self._arrivals += 1
        self._announce(changes + self._enforce_limits())
        if transaction_hash not in self._graph:
            raise ImmediatelyDropped
        return transaction_hash

    def replace(self, transaction_hash: Hash, extrinsic: bytes) -> Hash:
        """Put an extrinsic in the place of a transaction that is there, whatever either is worth; its hash.

        Raises TransactionNotFound, PoolError or TransactionInvalid, and changes nothing.
        """
        old = self._graph.get(transaction_hash)
        if old is None:
            raise TransactionNotFound(transaction_hash)
        new_hash = extrinsic_hash(extrinsic)
        if new_hash in self._graph:
            raise AlreadyImported
        new = self._validated(new_hash, extrinsic, old.source, old.sequence)
        self._own()
        graph = self._graph.copied()
        changes = graph.remove(transaction_hash)
        changes += graph.insert(new)
        self._graph = graph
        self._announce([StatusChange(transaction_hash, TransactionStatus.USURPED, new_hash), *changes])
        self._announce(self._enforce_limits())
        return new_hash

    def drop(self, transaction_hash: Hash) -> bool:
        """Take a transaction out, whatever it is worth; whether it was there. It may be submitted again."""
        return self._take_out(transaction_hash, TransactionStatus.DROPPED)

    def drop_of(self, account: AccountId) -> list[Hash]:
        """Take out all transactions that the account signed; which, in order of arrival."""
        signed = [entry.hash for entry in self._oldest_first() if signer_of(entry.extrinsic) == account]
        for transaction_hash in reversed(signed):  # so that none becomes ready or has to wait in between
            self.drop(transaction_hash)
        return signed

    def ban(self, transaction_hash: Hash) -> None:
        """Take out a transaction that an author found invalid, and refuse it for some time."""
        self._own()
        self._banned_until.pop(transaction_hash, None)
        self._banned_until[transaction_hash] = self._best.number + BAN_BLOCKS
        if len(self._banned_until) > BANS_AT_MOST:
            del self._banned_until[next(iter(self._banned_until))]
        self._take_out(transaction_hash, TransactionStatus.INVALID)

    def is_banned(self, transaction_hash: Hash) -> bool:
        """Whether the transaction would be refused unseen."""
        return self._banned_until.get(transaction_hash, 0) > self._best.number

    def included(self, block: Hash, transactions: Sequence[Hash], tags: Iterable[bytes]) -> None:
        """A block of the best chain has these transactions, which provide `tags`: nothing may provide them again.

        Others with one of these tags are validated anew and mostly found outdated.
        """
        self.counts.pruned += len(transactions)
        outdated, changes = self._own().prune(tags)
        self._announce(StatusChange(entry, TransactionStatus.IN_BLOCK, block) for entry in transactions)
        self._announce(changes)
        known = set(transactions)
        for entry in outdated:
            if entry.hash not in known:
                self._renew(entry)
        self._announce(self._enforce_limits())

    def retracted(self, block: Hash, transactions: Iterable[Hash]) -> None:
        """A block left the best chain; its transactions are to be submitted again."""
        self._announce(StatusChange(entry, TransactionStatus.RETRACTED, block) for entry in transactions)

    def finalized(self, block: Hash, transactions: Iterable[Hash]) -> None:
        """A block was finalized."""
        self._announce(StatusChange(entry, TransactionStatus.FINALIZED, block) for entry in transactions)

    def broadcasted(self, transaction_hash: Hash, peers: Sequence[str]) -> None:
        """A transaction that is there was sent to other nodes."""
        if peers and transaction_hash in self._graph:
            self._announce([StatusChange(transaction_hash, TransactionStatus.BROADCAST, peers=tuple(peers))])

    def expire(self) -> None:
        """Take out what the best block has outlived."""
        for entry in self._oldest_first():
            if entry.valid_till <= self._best.number:
                self._take_out(entry.hash, TransactionStatus.INVALID)

    def revalidate(self, at_most: int | None = None) -> None:
        """Ask the runtime again about the transactions whose validation is the longest ago, all by default."""
        if at_most is None:
            stalest = self._oldest_first()
        else:
            stalest = nsmallest(at_most, self._oldest_first(), key=lambda entry: entry.validated_at)
        for entry in stalest:
            if self._graph.get(entry.hash) is not None:  # the renewal of another may have dropped it
                self._renew(entry)
        self._announce(self._enforce_limits())

    def _own(self) -> TransactionGraph:
        """The graph, to be written to: one that no snapshot has."""
        if self._snapshot is not None:
            self._graph, self._banned_until = self._graph.copied(), dict(self._banned_until)
            self._snapshot = None
        return self._graph

    def _validated(
        self, transaction_hash: Hash, extrinsic: bytes, source: TransactionSource, sequence: int
    ) -> PoolTransaction:
        self.counts.validated += 1
        validity = self._best.validate(source, extrinsic)
        if not validity.provides:
            raise NoTagsProvided
        return PoolTransaction(
            hash=transaction_hash,
            extrinsic=extrinsic,
            sequence=sequence,
            priority=validity.priority,
            requires=tuple(dict.fromkeys(validity.requires)),
            provides=tuple(dict.fromkeys(validity.provides)),
            validated_at=self._best.number,
            valid_till=self._best.number + validity.longevity,
            source=source,
            propagate=validity.propagate,
        )

    def _renew(self, entry: PoolTransaction) -> None:
        """Validate anew a transaction that is in the graph, or was until now."""
        try:
            renewed = self._validated(entry.hash, entry.extrinsic, entry.source, entry.sequence)
        except (TransactionInvalid, NoTagsProvided):
            self.counts.invalid += 1
            changes = self._own().remove(entry.hash)
            changes.insert(0, StatusChange(entry.hash, TransactionStatus.INVALID))
        else:
            changes = self._own().renew(renewed)
        self._announce(changes)

    def _take_out(self, transaction_hash: Hash, status: TransactionStatus) -> bool:
        if transaction_hash not in self._graph:
            return False
        self.counts.invalid += status is TransactionStatus.INVALID
        changes = self._own().remove(transaction_hash)
        self._announce([StatusChange(transaction_hash, status), *changes])
        if changes:  # what stood on it waits now, where there may be no room
            self._announce(self._enforce_limits())
        return True

    def _enforce_limits(self) -> list[StatusChange]:
        graph, limits, changes = self._own(), self._limits, list[StatusChange]()
        # the ready queue first: what stood on a transaction that it gives up goes to the future queue
        for queue, count, size in (
            (graph.ready, limits.ready, limits.ready_size),
            (graph.future, limits.future, limits.future_size),
        ):
            while len(queue) > count or queue.size > size:
                worst = queue.worst()
                changes.append(StatusChange(worst.hash, TransactionStatus.DROPPED))
                changes += graph.remove(worst.hash)
        return changes

    def _oldest_first(self) -> list[PoolTransaction]:
        return sorted([*self._graph.ready, *self._graph.future], key=_arrival)

    def _announce(self, changes: Iterable[StatusChange]) -> None:
        for change in changes:
            for listener in tuple(self._listeners):
                listener(change)


def _arrival(transaction: PoolTransaction) -> int:
    return transaction.sequence
