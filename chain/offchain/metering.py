"""What runs take and what comes of it, by pallet: `Meter` adds up, from a node at work or from recordings.

What is measured where: processor time by the clock of the run's thread (threads), of its process (processes), or of the
node's process, whose other threads count too (inline). Peak memory of worker processes, as the system tells (VmHWM),
with the interpreter and all that it has loaded. Runs in the node's process share its memory: what they allocate
themselves is measured where that is asked for (`memory_trace`), since it slows them down. Bytes are those of the values
that cross the boundary: bodies, keys, artifacts, without what protocols add.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from chain.node.pool import TransactionPool
from chain.node.transaction_status import StatusChange, TransactionStatus
from chain.offchain.worker_run import CallCost, WorkerRun
from chain.offchain.workers import Workers
from chain.primitives import BlockNumber, Hash
from chain.store.block_store import ImportedBlock

LOST_AFTER: Final = 64
"""Blocks after which a transaction that is in none is given up: the era that clients give most transactions."""

FATES_KEPT: Final = 16_384
"""Transactions whose blocks are remembered, for runs that have not ended when these come."""

BYTES_OF: Final[Mapping[str, str]] = {
    "http": "http_",
    "storage": "local_",
    "content": "content_",
    "state": "state_",
    "pool": "submit_",
}
"""What bytes are counted apart, and how the names of its host calls begin."""

_EFFECTS: Final = frozenset(
    {
        "local_set",
        "local_clear",
        "local_compare_and_set",
        "content_put",
        "http_start",
        "generate_key",
        "request_block",
    }
)
"""Host calls besides submissions after which something is different."""


class Verdict(StrEnum):
    """What a run was good for."""

    USEFUL = "useful"
    """A block has one of its transactions, or it submitted none and left something else behind."""
    IDLE = "idle"
    """It did nothing: no submission, no write, no request."""
    REFUSED = "refused"
    """The pool took none of its transactions."""
    LOST = "lost"
    """The pool took some, and no block has any."""
    PENDING = "pending"
    """The pool took some that may still come into a block."""


WASTED: Final = (Verdict.IDLE, Verdict.REFUSED, Verdict.LOST)


@dataclass(slots=True)
class PalletCost:
    """The runs of one pallet, added up.

    cpu_most, wall_most: seconds of the longest run; peak_memory: bytes of the largest, None where none was measured;
        traced_memory: as that
    calls: by name; verdicts: how many runs were what
    included, lost: transactions by the host call that handed them in
    latencies: how many came into a block so many blocks after the one on which their run was
    """

    runs: int = 0
    failures: int = 0
    cpu_seconds: float = 0.0
    cpu_most: float = 0.0
    wall_seconds: float = 0.0
    wall_most: float = 0.0
    peak_memory: int | None = None
    traced_memory: int | None = None
    calls: dict[str, CallCost] = field(default_factory=dict)
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    included: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    latencies: Counter[int] = field(default_factory=Counter)

    def add(self, run: WorkerRun) -> None:
        """Count a run that has ended; its verdict comes apart."""
        self.runs += 1
        self.failures += run.failure is not None
        self.cpu_seconds += run.cpu_seconds
        self.cpu_most = max(self.cpu_most, run.cpu_seconds)
        self.wall_seconds += run.wall_seconds
        self.wall_most = max(self.wall_most, run.wall_seconds)
        if run.peak_memory is not None:
            self.peak_memory = max(self.peak_memory or 0, run.peak_memory)
        if run.traced_memory is not None:
            self.traced_memory = max(self.traced_memory or 0, run.traced_memory)
        for name, cost in run.calls.items():
            self.calls.setdefault(name, CallCost()).add(cost)

    @property
    def wasted(self) -> int:
        """Runs that were good for nothing."""
        return sum(self.verdicts[each] for each in WASTED)

    @property
    def latency(self) -> int | None:
        """The median, in blocks; None where no block has anything yet."""
        ordered = sorted(self.latencies.elements())
        return ordered[len(ordered) // 2] if ordered else None

    def bytes_of(self, kind: str) -> CallCost:
        """What went out and came in by one of `BYTES_OF`."""
        found = CallCost()
        for name, cost in self.calls.items():
            if name.startswith(BYTES_OF[kind]):
                found.add(cost)
        return found


class MeteredNode(Protocol):
    """A node, as its meter looks at it."""

    @property
    def workers(self) -> Workers: ...
    @property
    def pool(self) -> TransactionPool: ...
    @property
    def chain(self) -> MeteredChain: ...


class MeteredChain(Protocol):
    """Its blocks."""

    @property
    def best(self) -> ImportedBlock: ...
    def __getitem__(self, block_hash: Hash) -> ImportedBlock: ...


class _Awaited:
    """A run whose transactions are not all in blocks yet."""

    __slots__ = ("cost", "is_useful", "open", "run")

    def __init__(self, run: WorkerRun, cost: PalletCost) -> None:
        self.run = run
        self.cost = cost
        self.open = dict(zip(run.accepted, run.accepted_by, strict=True))
        self.is_useful = False


class Meter:
    """Costs by pallet. A transaction counts with the first block that has it, even if that is left again."""

    def __init__(self) -> None:
        self.pallets: dict[str, PalletCost] = {}
        self._awaited: dict[Hash, _Awaited] = {}
        self._fates: dict[Hash, BlockNumber | None] = {}

    def follow(self, node: MeteredNode) -> Callable[[], None]:
        """Measure a node's runs from now on; returns what ends that."""

        def ended(run: WorkerRun) -> None:
            self.add(run)
            self.give_up(node.chain.best.number)

        def changed(change: StatusChange) -> None:
            if change.status is TransactionStatus.IN_BLOCK and change.detail is not None:
                self.settle(change.transaction, node.chain[change.detail].number)
            elif change.status in (TransactionStatus.DROPPED, TransactionStatus.INVALID, TransactionStatus.USURPED):
                self.settle(change.transaction, None)

        stops = [node.workers.on_run(ended), node.pool.listen(changed)]

        def stop() -> None:
            while stops:
                stops.pop()()

        return stop

    def add(self, run: WorkerRun) -> None:
        """Count a run that has ended."""
        cost = self.pallets.setdefault(run.pallet, PalletCost())
        cost.add(run)
        if not run.accepted:
            cost.verdicts[_without_transactions(run)] += 1
            return
        cost.verdicts[Verdict.PENDING] += 1
        awaited = _Awaited(run, cost)
        for transaction in run.accepted:
            self._awaited[transaction] = awaited
        for transaction in run.accepted:
            if transaction in self._fates:
                self._end(transaction, self._fates.pop(transaction))

    def settle(self, transaction: Hash, number: BlockNumber | None) -> None:
        """A block has the transaction; number: which, None where none ever will."""
        if transaction in self._awaited:
            self._end(transaction, number)
        else:
            self._fates[transaction] = number
            if len(self._fates) > FATES_KEPT:
                del self._fates[next(iter(self._fates))]

    def give_up(self, best: BlockNumber) -> None:
        """Count transactions as lost that wait for longer than is likely; best: the best block's number."""
        late = [each for each, awaited in self._awaited.items() if best - awaited.run.number > LOST_AFTER]
        for transaction in late:
            self._end(transaction, None)

    def _end(self, transaction: Hash, number: BlockNumber | None) -> None:
        awaited = self._awaited.pop(transaction)
        cost, kind = awaited.cost, awaited.open.pop(transaction)
        if number is None:
            cost.lost[kind] += 1
        else:
            cost.included[kind] += 1
            cost.latencies[number - awaited.run.number] += 1
            if not awaited.is_useful:
                awaited.is_useful = True
                _decide(cost, Verdict.USEFUL)
        if not awaited.open and not awaited.is_useful:
            _decide(cost, Verdict.LOST)


def _decide(cost: PalletCost, verdict: Verdict) -> None:
    cost.verdicts[Verdict.PENDING] -= 1
    cost.verdicts[verdict] += 1


def _without_transactions(run: WorkerRun) -> Verdict:
    if any(name.startswith("submit_") for name in run.calls):
        return Verdict.REFUSED
    has_done = any(name in _EFFECTS and cost.count > cost.failed for name, cost in run.calls.items())
    return Verdict.USEFUL if has_done else Verdict.IDLE
