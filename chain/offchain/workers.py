"""A node's workers: which runs there are, when each begins, and what came of it.

Every participant has a run for each hook of the runtime: on a new best block, once for each block that is best, never
for those of other forks, and on each finalized block. Runs see a copy of the block's state that is taken back after
them, so they depend on each other through the pool, the content store and nothing else. What goes wrong in a run
stays in its record and the log: nothing reaches the chain.

A worker knows nothing but the block's state and what its node lends it. So where runs are inline, and one has ended
without a look at its node, not even at whose it is, the other participants' runs of that pallet on that block would do
the same: nothing. They are not made, as for those whom `with_offchain_work` leaves out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from logging import getLogger
from time import monotonic
from typing import Final, Protocol

from chain.content.store import ContentStore
from chain.offchain.bound import BoundRuntime
from chain.offchain.executor import Executor
from chain.offchain.fork_storage import ForkSnapshot
from chain.offchain.hook import Trigger, WorkerHook
from chain.offchain.host import Host
from chain.offchain.keystore import MemoryKeystore
from chain.offchain.layers import Line, MakeLayer
from chain.offchain.local_storage import LocalStorage
from chain.offchain.node_side import Mailbox, NodeSide
from chain.offchain.participant import Participant
from chain.offchain.run import Run
from chain.offchain.settings import WorkerSettings
from chain.offchain.time_source import ChainTime, TimeOfRun, machine_time
from chain.offchain.turns import Turns
from chain.offchain.worker_run import WorkerRun, WorkerTotals
from chain.primitives import AccountId, Hash
from chain.record import record
from chain.runtime_api import RuntimeFactory
from chain.store.block_store import ImportedBlock

log = getLogger(__name__)

RUNS_KEPT: Final = 4096
"""Newest runs that are kept in detail; `totals` has them all."""


class Loop(Protocol):
    """What is needed of an event loop."""

    def call_soon_threadsafe(self, callback: Callable[[], None]) -> object:
        """Call back in the loop's thread; raises RuntimeError where the loop has ended."""
        ...


@record
class WorkersSnapshot:
    """What the workers had kept at one moment, by participant; own: the node's, where it has none."""

    stored: Mapping[AccountId, Mapping[bytes, bytes]]
    forked: Mapping[AccountId, ForkSnapshot]
    own: Mapping[bytes, bytes]


_NOTHING_KEPT: Final = WorkersSnapshot({}, {}, {})


class Workers:
    """Runs workers and measures them. For the node's own thread, but `wait_idle` and `close` may block it.

    mailbox: what runs beside the node leave for it; whoever has an event loop empties it when notified
    """

    def __init__(
        self,
        runtime_factory: RuntimeFactory,
        participants: Sequence[Participant],
        content: ContentStore,
        node: NodeSide,
        settings: WorkerSettings | None = None,
        chain_time: TimeOfRun | None = None,
    ) -> None:
        accounts = [participant.account for participant in participants]
        if len(set(accounts)) != len(accounts):
            raise ValueError("two participants have the same account: their nonces and storage would collide")
        self.participants = tuple(participants)
        self.settings = settings or WorkerSettings()
        self.runs: deque[WorkerRun] = deque(maxlen=RUNS_KEPT)
        self.totals: dict[AccountId, WorkerTotals] = {account: WorkerTotals() for account in accounts}
        self.mailbox = Mailbox()
        self._own_storage, self._own_keystore = LocalStorage(), MemoryKeystore()
        self._node = node
        self._content = content
        self._operators = {id(participant.data): participant.data for participant in participants}
        self.bound = BoundRuntime(runtime_factory)
        """For the node's own thread."""
        self._executor: Executor = self.settings.executor()
        self._executor.open(self.bound, self.mailbox)
        inline_time = chain_time or (lambda block: ChainTime(block.number * 1000))
        self._time = self.settings.time or (machine_time if self._executor.is_beside else inline_time)
        self._turns = Turns(self._begin, self._skipped, self.settings.limits.waiting)
        self._last_best: Hash | None = None
        self._indexed: dict[Hash, Mapping[bytes, bytes | None]] = {}
        self._on_run: list[Callable[[WorkerRun], None]] = []
        self._added: list[tuple[MakeLayer, bool]] = []
        self.layers: tuple[MakeLayer, ...] = self.settings.layers
        """What stands between the next runs and the node besides, the first nearest to the worker."""
        if self.settings.backing is not None:
            self._own_storage.keep_in(self.settings.backing, bytes(32))
            for participant in participants:
                participant.storage.keep_in(self.settings.backing, participant.account)
                participant.fork_storage.keep_in(self.settings.backing, participant.account)

    @property
    def storage(self) -> LocalStorage:
        """The persistent storage that clients of the node see: the first participant's, its own where it has none."""
        return self.participants[0].storage if self.participants else self._own_storage

    @property
    def keystore(self) -> MemoryKeystore:
        """The keystore that clients of the node see, as `storage`."""
        return self.participants[0].keystore if self.participants else self._own_keystore

    @property
    def active(self) -> int:
        """How many runs go on or wait."""
        return self._turns.active

    # Runs

    def run(self, block: ImportedBlock) -> None:
        """Run every participant's workers on a block that is the best now; none twice in a row."""
        if block.hash != self._last_best:
            self._last_best = block.hash
            self._start_all(block, Trigger.BEST)

    def run_finalized(self, blocks: Sequence[ImportedBlock]) -> None:
        """Run every participant's workers for finality, on each of the blocks, oldest first."""
        for block in blocks:
            self._start_all(block, Trigger.FINALIZED)

    def wait_idle(self, seconds: float = 60.0) -> bool:
        """Let runs beside the node end, doing what they ask of it; whether all did in that time."""
        until = monotonic() + seconds
        while self.active and monotonic() < until:
            self.mailbox.empty(wait=0.05)
        self.mailbox.empty()
        return not self.active

    def follow(self, loop: Loop) -> None:
        """Do in an event loop what runs beside the node ask of it, from now on; the loop's thread is the node's."""

        def soon() -> None:
            with suppress(RuntimeError):  # the loop has ended, and the node with it
                loop.call_soon_threadsafe(self.mailbox.empty)

        self.mailbox.notify = soon
        soon()

    def on_run(self, callback: Callable[[WorkerRun], None]) -> Callable[[], None]:
        """Call back after each run; returns what ends that."""
        self._on_run.append(callback)
        return lambda: self._on_run.remove(callback)

    def add_layer(self, layer: MakeLayer, asks_for_state: bool = False) -> Callable[[], None]:
        """Stand a layer before all others that are added, nearest to the worker; returns what ends that.

        asks_for_state: whether runs shall read their block's state by host calls, so that the layer hears of it
        """
        added = (layer, asks_for_state)

        def remove() -> None:
            self._added.remove(added)
            self._note_layers()

        self._added.insert(0, added)
        self._note_layers()
        return remove

    def _note_layers(self) -> None:
        self.layers = (*(layer for layer, _ in self._added), *self.settings.layers)

    @property
    def asks_for_state(self) -> bool:
        """Whether the next runs read their block's state by host calls."""
        return self.settings.asks_for_state or any(asks for _, asks in self._added)

    def _start_all(self, block: ImportedBlock, trigger: Trigger) -> None:
        if not self.participants:
            return
        due = self.bound.due(block.state, block.number, trigger, self._operators)
        if not due:
            return
        limits, overlap, asks_for_state = self.settings.limits, self.settings.overlap or {}, self.asks_for_state
        done = set[WorkerHook]()  # by one participant for all, since it did not look who it was
        for participant in self.participants:
            for hook, operators in due:
                if hook in done or (operators is not None and id(participant.data) not in operators):
                    continue
                record = WorkerRun(participant.account, block.hash, block.number, hook.pallet, hook.trigger)
                run = Run(participant, block, hook, limits, record, asks_for_state)
                self._turns.admit(run, overlap.get(hook.pallet, hook.overlap))
                if run.is_everybodys:
                    done.add(hook)

    def line_of(self, run: Run) -> Line:
        """What a run asks; whoever makes it closes it."""
        return Line(run, self._host, self.layers)

    def _begin(self, run: Run) -> None:
        line = self.line_of(run)

        def ended(run: Run) -> None:
            line.close()
            self._ended(run)

        self._executor.start(run, line, ended)

    def _host(self, run: Run) -> Host:
        time, executor = self._time(run.block), self._executor
        return Host(run, self._node, self._content, time, self.settings.outbound, executor.deliver)

    def _ended(self, run: Run) -> None:
        self.runs.append(run.record)
        self.totals[run.record.account].add(run.record)
        for callback in tuple(self._on_run):
            callback(run.record)
        self._turns.ended(run)

    def _skipped(self, run: Run) -> None:
        record = run.record
        self.totals[record.account].skipped += 1
        log.debug("%s of 0x%s skips block %d: it is not through", record.pallet, record.account.hex(), record.number)

    # Storage that follows the chain

    def settle(self, finalized: Sequence[ImportedBlock], pruned: Sequence[ImportedBlock]) -> None:
        """Blocks became final, oldest first, and others were forgotten."""
        final, forgotten = [block.hash for block in finalized], [block.hash for block in pruned]
        for settled in (*final, *forgotten) if self._indexed else ():
            self._indexed.pop(settled, None)
        for participant in self.participants:
            participant.fork_storage.settle(final, forgotten)

    def note_index(self, block: Hash, changes: Mapping[bytes, bytes | None]) -> None:
        """Remember what an imported block left for workers until it is final: it counts while the block is best."""
        if changes and self.settings.is_indexing:
            self._indexed[block] = changes

    def index(self, enacted: Sequence[ImportedBlock]) -> None:
        """Blocks came into the best chain, oldest first: what they left goes to every persistent storage.

        As in Substrate, it is not taken back where the blocks leave the chain again: keys should tell of the fork.
        """
        for block in enacted if self._indexed else ():
            changes = self._indexed.get(block.hash)
            if changes is not None:
                for storage in [each.storage for each in self.participants] or [self._own_storage]:
                    storage.update(changes)

    def snapshot(self) -> WorkersSnapshot:
        """What is kept."""
        if not self.participants and not len(self._own_storage):
            return _NOTHING_KEPT
        return WorkersSnapshot(
            {each.account: each.storage.snapshot() for each in self.participants},
            {each.account: each.fork_storage.snapshot() for each in self.participants},
            self._own_storage.snapshot(),
        )

    def revert(self, snapshot: WorkersSnapshot) -> None:
        """Keep what was kept then, and nothing else; runs that go on are stopped."""
        self.stop("the node went back to a snapshot")
        for each in self.participants:
            each.storage.revert(snapshot.stored.get(each.account, {}))
            each.fork_storage.revert(snapshot.forked.get(each.account, ForkSnapshot({}, {})))
        self._own_storage.revert(snapshot.own)
        self._last_best = None
        self.forget()

    def forget(self) -> None:
        """The runtime's code, or a block's state, may be another from now on."""
        self.bound.forget()
        self._executor.forget()

    def stop(self, reason: str) -> None:
        """Ask all runs to end, and drop those that wait."""
        self._turns.stop(reason)

    def close(self) -> None:
        """End what still runs, and start no more."""
        self.stop("the node closes")
        self._executor.close()
        self.mailbox.empty()
        if self.settings.backing is not None:
            self.settings.backing.close()
