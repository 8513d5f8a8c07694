"""A pool graph that is obviously right: everything is found by looking at all transactions."""

from __future__ import annotations

from dataclasses import replace

from chain.node.pool_errors import CycleDetected, TooLowPriority
from chain.node.transaction_queue import PoolTransaction
from chain.primitives import Hash


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
