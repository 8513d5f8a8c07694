"""Runs the workers of a chain in one thread, in the order and on the states that its faults say.

adversary = Adversary(faults, participants)
node = Node(…, participants=participants, workers=adversary.settings())
adversary.join(node)
adversary.advance()             # makes a block, and has the runs that are due
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from chain.node.service import Node
from chain.offchain.adversary.fault import Fault, FaultKind, Place, name_of
from chain.offchain.adversary.run_log import Executed
from chain.offchain.adversary.schedule import Faults, Schedule
from chain.offchain.adversary.transit import Transit
from chain.offchain.bound import BoundRuntime
from chain.offchain.capability import Capability
from chain.offchain.cpu_meter import CpuMeter
from chain.offchain.errors import RunStopped
from chain.offchain.executor import Ended, perform
from chain.offchain.host_call import Answers, HostCall, Plain
from chain.offchain.node_side import Deliver, Mailbox, at_once
from chain.offchain.participant import Participant
from chain.offchain.run import Run, WorkerLimits
from chain.offchain.settings import WorkerSettings
from chain.primitives import BlockNumber, Hash
from chain.store.block_store import ImportedBlock

_UNTIMED: Final = CpuMeter(lambda: 0.0)
"""Nobody asks what a run takes that is attacked."""

CRASHED: Final = "the schedule crashes it"


@dataclass(slots=True)
class _Execution:
    """One execution of a run, before and while it goes on.

    due: the best block after which it begins; crash: what ends it; lag: how many blocks older what it sees is
    ended: told when it is through, None for a repetition
    """

    run: Run
    answers: Answers
    place: Place
    due: BlockNumber
    ended: Ended | None
    crash: Fault | None = None
    stale: Fault | None = None
    is_last: bool = False
    asked: int = 0
    submitted: int = 0
    is_crashed: bool = False


class Adversary:
    """Runs workers, and has the faults happen; an `Executor`. For one node and one thread.

    happened: the faults that took effect so far; log: what each execution did
    """

    is_beside = False

    def __init__(self, faults: Faults, participants: Sequence[Participant]) -> None:
        self.deliver: Deliver = at_once
        self.happened: list[Fault] = []
        self.log: list[Executed] = []
        self._faults = faults
        self._validators = {participant.account: number for number, participant in enumerate(participants)}
        self._bound: BoundRuntime | None = None
        self._node: Node[Any] | None = None
        self._transit: Transit | None = None
        self._waiting: list[_Execution] = []
        self._current: _Execution | None = None

    @property
    def schedule(self) -> Schedule:
        """What has gone wrong so far; replayed, it gives the same history."""
        return Schedule(self.happened)

    def settings(self, limits: WorkerLimits | None = None) -> WorkerSettings:
        """How the node runs its workers; limits of time would make histories differ, so there is none."""
        limits = limits or WorkerLimits()
        if limits.wall_seconds is not None:
            raise ValueError("a run that is ended by the machine's clock ends elsewhere the next time")
        return WorkerSettings(executor=lambda: self, layers=(self._layer,), limits=limits)

    def join(self, node: Node[Any]) -> None:
        """The node whose workers these are."""
        self._node, self._transit = node, Transit(node.pool)

    def advance(self) -> ImportedBlock:
        """Make a block, and have the runs that are due after it; raises as `Node.seal`."""
        node, transit = self._joined()
        transit.before_block(node.best.number)
        node.seal()
        transit.after_block()
        self._run_due(node.best.number)
        return node.best

    # As an executor

    def open(self, bound: BoundRuntime, mailbox: Mailbox) -> None:
        del mailbox
        self._bound = bound

    def start(self, run: Run, answers: Answers, ended: Ended) -> None:
        place = Place(run.block.number, self._validators[run.participant.account], name_of(run.hook))
        execution = _Execution(run, answers, place, run.block.number, ended)
        found = {fault.kind: fault for fault in self._faults.of_run(place)}
        lost = found.get(FaultKind.RUN_LOST)
        if lost is not None:
            self.happened.append(lost)
            run.record.failure = "the schedule loses it"
            ended(run)
            return
        self._apply(execution, found)
        self._waiting.append(execution)

    def forget(self) -> None:
        """The node's own runtime is all that there is."""

    def close(self) -> None:
        self._waiting.clear()

    def _apply(self, execution: _Execution, found: dict[FaultKind, Fault]) -> None:
        late, twice, last = (found.get(kind) for kind in (FaultKind.RUN_LATE, FaultKind.RUN_TWICE, FaultKind.RUN_LAST))
        if late is not None:
            self.happened.append(late)
            execution.due += late.blocks
        if last is not None:
            self.happened.append(last)
            execution.is_last = True
        execution.crash, execution.stale = found.get(FaultKind.CRASH), found.get(FaultKind.RUN_STALE)
        if twice is not None:
            self.happened.append(twice)
            due = execution.due + twice.blocks
            self._waiting.append(_Execution(execution.run, execution.answers, execution.place, due, None, is_last=True))

    # Runs

    def _run_due(self, best: BlockNumber) -> None:
        due = [execution for execution in self._waiting if execution.due <= best]
        self._waiting = [execution for execution in self._waiting if execution.due > best]
        # those that were to come last do; otherwise in the order in which they were started
        for execution in sorted(due, key=lambda each: (each.is_last, each.ended is None)):
            self._execute(execution, best)

    def _execute(self, execution: _Execution, best: BlockNumber) -> None:
        assert self._bound is not None, "opened before it starts anything"
        run, record = execution.run, execution.run.record
        own, calls, accepted, refused = run.block, record.host_calls, len(record.accepted), record.refused
        record.failure = None
        run.block = self._seen(execution)
        self._current = execution
        try:
            perform(self._bound, run, execution.answers, _UNTIMED)
        finally:
            self._current = None
        self.log.append(
            Executed(
                execution.place,
                best,
                run.block.number,
                record.host_calls - calls,
                tuple(record.accepted[accepted:]),
                record.refused - refused,
                record.failure,
                execution.is_crashed,
            )
        )
        run.block = own
        if execution.ended is not None:
            execution.ended(run)

    def _seen(self, execution: _Execution) -> ImportedBlock:
        """The block whose state it sees."""
        block, stale = execution.run.block, execution.stale
        if stale is None:
            return block
        node, _ = self._joined()
        for _step in range(stale.blocks):
            if not block.number or block.header.parent_hash not in node.chain:
                break
            block = node.chain[block.header.parent_hash]
        if block is not execution.run.block:
            self.happened.append(stale)
        return block

    # Host calls

    def _layer(self, run: Run, below: Answers) -> Answers:
        return _Attacked(self, below)

    def asked(self, below: Answers, call: HostCall) -> Plain:
        """A host call of the execution that goes on; raises what is raised below, RunStopped where it crashes."""
        execution = self._current
        assert execution is not None, "nothing is asked between two executions"
        execution.asked += 1
        crash = execution.crash
        if crash is not None and execution.asked >= crash.at:
            if not execution.is_crashed:
                self.happened.append(crash)
            execution.is_crashed = True  # a dead process says nothing more, also not while it is cleared up
            raise RunStopped(f"{CRASHED} at host call {crash.at}")
        value = below.answer(call)
        if Capability.SUBMIT in call.function.capability and isinstance(value, bytes):
            self._on_submission(execution, Hash(value))
        return value

    def _on_submission(self, execution: _Execution, transaction: Hash) -> None:
        node, transit = self._joined()
        execution.submitted += 1
        if execution.ended is None:
            return  # a repetition has no faults of its own
        best, found = node.best.number, self._faults.of_submission(execution.place, execution.submitted)
        # a copy is made before the transaction is lost
        for fault in sorted(found, key=lambda each: each.kind is not FaultKind.SUBMISSION_TWICE):
            self.happened.append(fault)
            match fault.kind:
                case FaultKind.SUBMISSION_LATE:
                    transit.delay(transaction, best + fault.blocks)
                case FaultKind.SUBMISSION_TWICE:
                    transit.repeat(transaction, best + fault.blocks)
                case FaultKind.SUBMISSION_LAST:
                    transit.put_last(transaction)
                case _:
                    transit.lose(transaction)

    def _joined(self) -> tuple[Node[Any], Transit]:
        assert self._node is not None, "joined before it advances"
        assert self._transit is not None, "joined before it advances"
        return self._node, self._transit


class _Attacked:
    """The layer that has host calls fail."""

    __slots__ = ("_adversary", "_below")

    def __init__(self, adversary: Adversary, below: Answers) -> None:
        self._adversary = adversary
        self._below = below

    def answer(self, call: HostCall) -> Plain:
        """Raises what is raised below, RunStopped."""
        return self._adversary.asked(self._below, call)
