"""Which transactions are ready and which wait: a graph over tags, without clock, limit or runtime.

A transaction requires tags and provides tags. It is *ready* when every tag that it requires is provided by a
ready transaction, and *future* until then. A tag has one provider among the ready ones: a newcomer takes the
place of those that provide one of its tags if its priority is above the sum of theirs (Substrate's rule).

Where a ready transaction goes away without being included, those that required it wait again; Substrate drops
them. Tags that the chain provides are not required any more: `prune` strikes them out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from heapq import heapify, heappop, heappush

from chain.node.pool_errors import CycleDetected, TooLowPriority
from chain.node.transaction_queue import PoolTransaction, TransactionQueue
from chain.node.transaction_status import StatusChange, TransactionStatus
from chain.primitives import Hash


class TransactionGraph:
    """The ready and the future transactions, by hash.

    What an operation moved is returned in the order in which it happened.
    """

    def __init__(self) -> None:
        self.ready = TransactionQueue()
        self.future = TransactionQueue()
        self._providers: dict[bytes, Hash] = {}  # the ready transaction behind each tag
        self._requirers: dict[bytes, dict[Hash, None]] = {}  # all that wait for, or stand on, a tag

    def __contains__(self, transaction_hash: Hash) -> bool:
        return transaction_hash in self.ready or transaction_hash in self.future

    def __len__(self) -> int:
        return len(self.ready) + len(self.future)

    def get(self, transaction_hash: Hash) -> PoolTransaction | None:
        """The transaction, ready or not."""
        return self.ready.get(transaction_hash) or self.future.get(transaction_hash)

    def provides(self, tag: bytes) -> bool:
        """Whether a ready transaction provides the tag."""
        return tag in self._providers

    def copied(self) -> TransactionGraph:
        """The same transactions in a graph of its own."""
        copy = TransactionGraph()
        copy.ready, copy.future = self.ready.copied(), self.future.copied()
        copy._providers = dict(self._providers)
        copy._requirers = {tag: dict(requirers) for tag, requirers in self._requirers.items()}
        return copy

    def insert(self, transaction: PoolTransaction) -> list[StatusChange]:
        """Add a transaction that is not there; raises TooLowPriority, CycleDetected and changes nothing."""
        changes: list[StatusChange] = []
        if self._is_satisfied(transaction):
            self._make_ready(transaction, changes)
            self._promote(self._requirers_of(transaction.provides), changes)
        else:
            self._make_future(transaction, changes)
        return changes

    def remove(self, transaction_hash: Hash) -> list[StatusChange]:
        """Take a transaction out, if it is there; those that stand on it wait."""
        changes: list[StatusChange] = []
        transaction = self.get(transaction_hash)
        if transaction is not None:
            self._take_out(transaction)
            self._demote(transaction.provides, changes)
        return changes

    def renew(self, transaction: PoolTransaction) -> list[StatusChange]:
        """Put `transaction` in the place of the one that has its hash; dropped where its new tags are taken."""
        old = self.get(transaction.hash)
        if old is not None and _position(old) == _position(transaction):
            queue = self.ready if transaction.hash in self.ready else self.future
            queue.put(transaction)
            return []
        changes = self.remove(transaction.hash)
        try:
            changes += self.insert(transaction)
        except (TooLowPriority, CycleDetected):
            changes.append(StatusChange(transaction.hash, TransactionStatus.DROPPED))
        return changes

    def prune(self, tags: Iterable[bytes]) -> tuple[list[PoolTransaction], list[StatusChange]]:
        """Take note that the chain provides `tags` now: nothing requires them, nothing else may provide them.

        Returns the transactions taken out because they provide one, in order of arrival, and what moved.
        """
        met = dict.fromkeys(tags)
        providers = {self._providers[tag]: None for tag in met if tag in self._providers}
        outdated = [self.ready[provider] for provider in providers]
        outdated += [waiting for waiting in self.future if not met.keys().isdisjoint(waiting.provides)]
        outdated.sort(key=lambda transaction: transaction.sequence)
        for transaction in outdated:
            self._take_out(transaction)
        unlocked = [self._without_requirements(entry, met) for entry in self._requirers_of(met)]
        changes: list[StatusChange] = []
        for transaction in outdated:
            self._demote(transaction.provides, changes)
        self._promote(unlocked, changes)
        return outdated, changes

    def _is_satisfied(self, transaction: PoolTransaction) -> bool:
        return all(tag in self._providers for tag in transaction.requires)

    def _requirers_of(self, tags: Iterable[bytes]) -> list[Hash]:
        found: dict[Hash, None] = {}
        for tag in tags:
            if tag in self._requirers:
                found.update(self._requirers[tag])
        return list(found)

    def _make_ready(self, transaction: PoolTransaction, changes: list[StatusChange]) -> None:
        rivals = {self._providers[tag]: None for tag in transaction.provides if tag in self._providers}
        freed = self._usurp(transaction, rivals, changes) if rivals else []
        self._link(transaction)
        self.ready.put(transaction)
        for tag in transaction.provides:
            self._providers[tag] = transaction.hash
        changes.append(StatusChange(transaction.hash, TransactionStatus.READY))
        if freed:
            self._demote(freed, changes)

    def _make_future(self, transaction: PoolTransaction, changes: list[StatusChange]) -> None:
        self._link(transaction)
        self.future.put(transaction)
        changes.append(StatusChange(transaction.hash, TransactionStatus.FUTURE))

    def _usurp(
        self, transaction: PoolTransaction, rivals: Mapping[Hash, None], changes: list[StatusChange]
    ) -> list[bytes]:
        """Take out the rivals; the tags that they provided. Raises TooLowPriority, CycleDetected before."""
        old = sum(self.ready[rival].priority for rival in rivals)
        if old >= transaction.priority:
            raise TooLowPriority(old, transaction.priority)
        if self._stands_on(transaction, rivals):
            raise CycleDetected
        freed: list[bytes] = []
        for rival in rivals:
            freed += self.ready[rival].provides
            self._take_out(self.ready[rival])
            changes.append(StatusChange(rival, TransactionStatus.USURPED, transaction.hash))
        return freed

    def _stands_on(self, transaction: PoolTransaction, others: Mapping[Hash, None]) -> bool:
        """Whether a satisfied transaction requires one of the others, directly or not."""
        unvisited, visited = [*transaction.requires], set[bytes]()
        while unvisited:
            tag = unvisited.pop()
            if self._providers[tag] in others:
                return True
            if tag not in visited:
                visited.add(tag)
                unvisited += self.ready[self._providers[tag]].requires
        return False

    def _demote(self, lost: Iterable[bytes], changes: list[StatusChange]) -> None:
        """Let those ready ones wait that stood on `lost` tags which nobody provides now, and so on."""
        candidates = deque(self._requirers_of(lost))
        while candidates:
            transaction = self.ready.get(candidates.popleft())
            if transaction is None or self._is_satisfied(transaction):
                continue
            self._take_out(transaction)
            self._make_future(transaction, changes)
            candidates += self._requirers_of(transaction.provides)

    def _promote(self, candidates: Iterable[Hash], changes: list[StatusChange]) -> None:
        """Make those candidates ready whose tags are there, then those that they unlock; oldest first."""
        heap = [(self.future[entry].sequence, entry) for entry in candidates if entry in self.future]
        heapify(heap)
        while heap:
            _, candidate = heappop(heap)
            transaction = self.future.get(candidate)
            if transaction is None or not self._is_satisfied(transaction):
                continue
            self._take_out(transaction)
            try:
                self._make_ready(transaction, changes)
            except (TooLowPriority, CycleDetected):
                changes.append(StatusChange(candidate, TransactionStatus.DROPPED))
                continue
            for unlocked in self._requirers_of(transaction.provides):
                if unlocked in self.future:
                    heappush(heap, (self.future[unlocked].sequence, unlocked))

    def _link(self, transaction: PoolTransaction) -> None:
        for tag in transaction.requires:
            self._requirers.setdefault(tag, {})[transaction.hash] = None

    def _take_out(self, transaction: PoolTransaction) -> None:
        if self.ready.discard(transaction.hash):
            for tag in transaction.provides:
                del self._providers[tag]
        else:
            self.future.discard(transaction.hash)
        for tag in transaction.requires:
            self._unlink(tag, transaction.hash)

    def _unlink(self, tag: bytes, transaction_hash: Hash) -> None:
        requirers = self._requirers[tag]
        del requirers[transaction_hash]
        if not requirers:
            del self._requirers[tag]

    def _without_requirements(self, transaction_hash: Hash, met: Mapping[bytes, None]) -> Hash:
        queue = self.ready if transaction_hash in self.ready else self.future
        transaction = queue[transaction_hash]
        for tag in transaction.requires:
            if tag in met:
                self._unlink(tag, transaction_hash)
        queue.put(replace(transaction, requires=tuple(tag for tag in transaction.requires if tag not in met)))
        return transaction_hash


def _position(transaction: PoolTransaction) -> tuple[int, tuple[bytes, ...], tuple[bytes, ...]]:
    return transaction.priority, transaction.requires, transaction.provides
