"""A pool and its graph that are obviously right: everything is found by looking at all transactions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from chain.extrinsic import extrinsic_hash
from chain.node.pool import BAN_BLOCKS, PoolLimits
from chain.node.pool_errors import (
    AlreadyImported,
    CycleDetected,
    ImmediatelyDropped,
    NoTagsProvided,
    PoolError,
    TemporarilyBanned,
    TooLowPriority,
    TransactionNotFound,
)
from chain.node.transaction_queue import PoolTransaction
from chain.primitives import Hash
from chain.runtime_api import ValidTransaction
from chain.validity import Invalid, InvalidTransaction


class ReferenceGraph:
    """Lists of ready and future transactions; what `TransactionGraph` must agree with."""

    def __init__(self) -> None:
        self.ready: list[PoolTransaction] = []
        self.future: list[PoolTransaction] = []

    def insert(self, transaction: PoolTransaction) -> None:
        if self._is_satisfied(transaction):
            self._enter(transaction)
            self._settle()
        else:
            self.future.append(transaction)

    def remove(self, transaction_hash: Hash) -> None:
        self.ready = [entry for entry in self.ready if entry.hash != transaction_hash]
        self.future = [entry for entry in self.future if entry.hash != transaction_hash]
        self._demote()

    def prune(self, tags: set[bytes]) -> list[PoolTransaction]:
        self.ready = [_without(entry, tags) for entry in self.ready]
        self.future = [_without(entry, tags) for entry in self.future]
        outdated = [entry for entry in [*self.ready, *self.future] if tags & set(entry.provides)]
        self.ready = [entry for entry in self.ready if entry not in outdated]
        self.future = [entry for entry in self.future if entry not in outdated]
        self._demote()
        self._settle()
        return sorted(outdated, key=lambda entry: entry.sequence)

    def order(self, refused: frozenset[Hash] = frozenset()) -> list[Hash]:
        """What an author is offered who cannot use those `refused`."""
        taken: list[PoolTransaction] = []
        offered: list[PoolTransaction] = []
        while True:
            provided = {tag for entry in taken for tag in entry.provides}
            possible = [e for e in self.ready if e not in offered and set(e.requires) <= provided]
            if not possible:
                return [entry.hash for entry in offered]
            best = min(possible, key=lambda entry: (-entry.priority, entry.sequence))
            offered.append(best)
            if best.hash not in refused:
                taken.append(best)

    def _is_satisfied(self, transaction: PoolTransaction) -> bool:
        return set(transaction.requires) <= {tag for entry in self.ready for tag in entry.provides}

    def _enter(self, transaction: PoolTransaction) -> None:
        rivals = [entry for entry in self.ready if set(entry.provides) & set(transaction.provides)]
        old = sum(rival.priority for rival in rivals)
        if rivals and old >= transaction.priority:
            raise TooLowPriority(old, transaction.priority)
        if any(rival in rivals for rival in self._ancestors(transaction)):
            raise CycleDetected
        self.ready = [entry for entry in self.ready if entry not in rivals] + [transaction]
        self._demote()

    def _ancestors(self, transaction: PoolTransaction) -> list[PoolTransaction]:
        found: list[PoolTransaction] = []
        wanted = set(transaction.requires)
        while True:
            new = [entry for entry in self.ready if wanted & set(entry.provides) and entry not in found]
            if not new:
                return found
            found += new
            wanted |= {tag for entry in new for tag in entry.requires}

    def _demote(self) -> None:
        while True:
            lost = [entry for entry in self.ready if not self._is_satisfied(entry)]
            if not lost:
                return
            self.ready = [entry for entry in self.ready if entry not in lost]
            self.future += lost

    def _settle(self) -> None:
        while True:
            satisfied = [entry for entry in self.future if self._is_satisfied(entry)]
            if not satisfied:
                return
            oldest = min(satisfied, key=lambda entry: entry.sequence)
            self.future.remove(oldest)
            try:
                self._enter(oldest)
            except (TooLowPriority, CycleDetected):
                continue


def _without(transaction: PoolTransaction, tags: set[bytes]) -> PoolTransaction:
    return replace(transaction, requires=tuple(tag for tag in transaction.requires if tag not in tags))


class ReferencePool:
    """A pool that is obviously right: what `TransactionPool` must agree with, but for what it tells listeners.

    validity: what the runtime finds, by extrinsic; what is not there is stale
    """

    def __init__(self, limits: PoolLimits, validity: Mapping[bytes, ValidTransaction]) -> None:
        self.graph = ReferenceGraph()
        self.best = 0
        self._limits = limits
        self._validity = validity
        self._arrivals = 0
        self._banned_until: dict[Hash, int] = {}

    def get(self, transaction_hash: Hash) -> PoolTransaction | None:
        entries = [*self.graph.ready, *self.graph.future]
        return next((entry for entry in entries if entry.hash == transaction_hash), None)

    def submit(self, extrinsic: bytes) -> None:
        name = extrinsic_hash(extrinsic)
        if self._banned_until.get(name, 0) > self.best:
            raise TemporarilyBanned
        if self.get(name) is not None:
            raise AlreadyImported
        self.graph.insert(self._validated(extrinsic, self._arrivals))
        self._arrivals += 1
        self._enforce_limits()
        if self.get(name) is None:
            raise ImmediatelyDropped

    def replace(self, transaction_hash: Hash, extrinsic: bytes) -> None:
        old = self.get(transaction_hash)
        if old is None:
            raise TransactionNotFound(transaction_hash)
        if self.get(extrinsic_hash(extrinsic)) is not None:
            raise AlreadyImported
        new = self._validated(extrinsic, old.sequence)
        ready, future = list(self.graph.ready), list(self.graph.future)
        try:
            self.graph.remove(transaction_hash)
            self.graph.insert(new)
        except PoolError:
            self.graph.ready, self.graph.future = ready, future
            raise
        self._enforce_limits()

    def drop(self, transaction_hash: Hash) -> None:
        self.graph.remove(transaction_hash)
        self._enforce_limits()

    def ban(self, transaction_hash: Hash) -> None:
        self._banned_until[transaction_hash] = self.best + BAN_BLOCKS
        self.drop(transaction_hash)

    def included(self, transactions: Collection[Hash], tags: set[bytes]) -> None:
        for entry in self.graph.prune(tags):
            if entry.hash not in transactions:
                self._renew(entry)
        self._enforce_limits()

    def expire(self) -> None:
        for entry in self._oldest_first():
            if entry.valid_till <= self.best:
                self.drop(entry.hash)

    def revalidate(self) -> None:
        for entry in self._oldest_first():
            found = self.get(entry.hash)
            if found is not None:
                self._renew(found)
        self._enforce_limits()

    def _validated(self, extrinsic: bytes, sequence: int) -> PoolTransaction:
        found = self._validity.get(extrinsic)
        if found is None:
            raise InvalidTransaction(Invalid.STALE)
        if not found.provides:
            raise NoTagsProvided
        return PoolTransaction(
            extrinsic_hash(extrinsic),
            extrinsic,
            sequence,
            found.priority,
            found.requires,
            found.provides,
            self.best,
            self.best + found.longevity,
        )

    def _renew(self, entry: PoolTransaction) -> None:
        try:
            new = self._validated(entry.extrinsic, entry.sequence)
        except (InvalidTransaction, NoTagsProvided):
            self.graph.remove(entry.hash)
            return
        same = (new.priority, new.requires, new.provides) == (entry.priority, entry.requires, entry.provides)
        for queue in (self.graph.ready, self.graph.future):
            if same and entry in queue:
                queue[queue.index(entry)] = new
                return
        self.graph.remove(entry.hash)
        try:
            self.graph.insert(new)
        except PoolError:
            return

    def _enforce_limits(self) -> None:
        for is_ready, count, size in (
            (True, self._limits.ready, self._limits.ready_size),
            (False, self._limits.future, self._limits.future_size),
        ):
            while True:
                queue = self.graph.ready if is_ready else self.graph.future
                if len(queue) <= count and sum(len(entry.extrinsic) for entry in queue) <= size:
                    break
                self.graph.remove(min(queue, key=lambda entry: (entry.priority, -entry.sequence)).hash)

    def _oldest_first(self) -> list[PoolTransaction]:
        return sorted([*self.graph.ready, *self.graph.future], key=lambda entry: entry.sequence)
