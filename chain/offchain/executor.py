"""Where runs run: `Executor`, and the simplest, which runs each at once in the node's own thread."""

from __future__ import annotations

from collections.abc import Callable
from logging import getLogger
from time import process_time
from typing import Protocol

from chain.offchain.bound import BoundRuntime
from chain.offchain.cpu_meter import Clock, CpuMeter
from chain.offchain.errors import RunStopped
from chain.offchain.host_call import Answers
from chain.offchain.lent_node import UnseenNode
from chain.offchain.memory_trace import MemoryTrace
from chain.offchain.node_side import Deliver, Mailbox, at_once
from chain.offchain.run import RUNNING, Run
from chain.trie.trie import Trie

log = getLogger(__name__)

Ended = Callable[[Run], None]
"""Told in the node's thread when a run has ended; its record says how."""


class Executor(Protocol):
    """Runs what it is given, now or later, one after the other or side by side."""

    @property
    def is_beside(self) -> bool:
        """Whether runs go on beside the node, which then empties the mailbox."""
        ...

    @property
    def deliver(self) -> Deliver:
        """How a run has work done in the node's thread."""
        ...

    def open(self, bound: BoundRuntime, mailbox: Mailbox) -> None:
        """Make ready for runs of that runtime, which the node's own thread may bind; called once."""
        ...

    def start(self, run: Run, answers: Answers, ended: Ended) -> None:
        """Run; `answers` is what the worker asks, below which everything else stands."""
        ...

    def forget(self) -> None:
        """The runtime's code, or a block's state, may be another from now on."""
        ...

    def close(self) -> None:
        """End what still runs, and start no more."""
        ...


class Inline:
    """Runs at once, in the node's thread: a chain with its workers repeats exactly.

    cpu_clock: seconds of processor time; that of the process counts the threads of numerical libraries too
    traces_memory: whether what runs allocate is measured, which makes them slower
    """

    is_beside = False

    def __init__(self, cpu_clock: Clock = process_time, *, traces_memory: bool = False) -> None:
        self.deliver: Deliver = at_once
        self._cpu = CpuMeter(cpu_clock)
        self._memory = MemoryTrace() if traces_memory else None
        self._bound: BoundRuntime | None = None

    def open(self, bound: BoundRuntime, mailbox: Mailbox) -> None:
        del mailbox
        self._bound = bound
        if self._memory is not None:
            self._memory.open()

    def start(self, run: Run, answers: Answers, ended: Ended) -> None:
        assert self._bound is not None, "opened before it starts anything"
        is_seen = perform(self._bound, run, answers, self._cpu, self._memory)
        run.is_everybodys = not is_seen and run.record.failure is None
        ended(run)

    def forget(self) -> None:
        """The node's own runtime is all that there is."""

    def close(self) -> None:
        """Nothing runs between two calls."""
        if self._memory is not None:
            self._memory.close()


def perform(bound: BoundRuntime, run: Run, answers: Answers, cpu: CpuMeter, memory: MemoryTrace | None = None) -> bool:
    """Run a worker in this thread, and write down how long it took and why it failed; whether it looked at its node."""
    who, record = run.participant, run.record
    node = UnseenNode(who.account, who.data, answers)
    mark = None if memory is None else memory.begin()
    began = run.started = cpu.begin()
    outer = RUNNING.set(run)
    try:
        run.stop.check()
        bound.perform(_state_of(run, answers), run.hook, run.header, node)
    except (Exception, RunStopped, SystemExit) as error:  # noqa: BLE001  (it is logged without what is secret)
        # the edge of the worker's task: whatever is wrong in it must not stop the node or the next worker
        from traceback import format_exception  # for runs that fail

        told = run.stop.reason if isinstance(error, RunStopped) and run.stop.is_asked else error
        note_failure(run, f"{type(error).__name__}: {told}", "".join(format_exception(error)))
    finally:
        record.cpu_seconds, record.wall_seconds = cpu.end(began)
        RUNNING.reset(outer)
        if memory is not None and mark is not None:
            record.traced_memory = memory.end(mark)
    return node.is_seen


def _state_of(run: Run, answers: Answers) -> Trie:
    """The state that the run sees: its block's own, or one that is asked for key by key."""
    if not run.asks_for_state:
        return run.block.state
    from chain.offchain.host_state import HostState  # for recordings

    return HostState(answers, run.block.state.root, run.block.state.version)


def note_failure(run: Run, failure: str, details: str = "") -> None:
    """Write down why a run failed, in its record and in the log, without what is secret."""
    secrets, record = run.participant.keystore.secrets, run.record
    record.failure = secrets.scrubbed(failure)
    which = f" {record.pallet}" if record.pallet else ""
    told = f"{record.failure}\n{secrets.scrubbed(details)}".rstrip()
    log.error("offchain worker%s of 0x%s failed on block %d: %s", which, record.account.hex(), record.number, told)
