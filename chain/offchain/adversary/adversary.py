"""Runs the workers of a chain one step at a time, in the order and on the states that its faults say.

adversary = Adversary(faults, participants)
node = Node(…, participants=participants, workers=adversary.settings())
adversary.join(node)
adversary.advance()             # makes a block, and has the runs that are due
adversary.close()               # ends those that stand still

Exactly one run goes on at a time, each in a strand of its own, and hands over at its host calls alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, Final

from chain.node.service import Node
from chain.offchain.adversary.branches import Branches, MakeNode
from chain.offchain.adversary.execution import Execution, Side, repetition
from chain.offchain.adversary.fault import Fault, FaultKind, Place, name_of
from chain.offchain.adversary.run_log import Executed
from chain.offchain.adversary.schedule import Faults, Schedule
from chain.offchain.adversary.strand import PATIENCE, Strands, Stuck
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

CRASHED: Final = "the schedule crashes it"
OVER: Final = "the history is over"


class Deadlock(Exception):
    """A run does not come back while others stand still."""

    def __init__(self, place: Place, reason: str, still: Sequence[Place]) -> None:
        super().__init__(place, reason, still)
        self.place = place
        self.reason = reason
        self.still = tuple(still)

    def __str__(self) -> str:
        others = "; ".join(map(str, self.still)) or "no other run"
        return (
            f"the run of {self.place} {self.reason}; what stands still: {others}. "
            "Is a lock held over a host call, as functools.cached_property does before Python 3.12?"
        )


class Adversary:
    """Runs workers, and has the faults happen. For the thread that makes it.

    patience: seconds that a run may wait for something without a host call
    happened: the faults that took effect so far; log: what each execution did
    struck_at: the host call at which each of them struck that hits runs in their midst
    """

    def __init__(self, faults: Faults, participants: Sequence[Participant], patience: float = PATIENCE) -> None:
        self.happened: list[Fault] = []
        self.log: list[Executed] = []
        self.struck_at: dict[Fault, str] = {}
        self._faults = faults
        self._validators = {participant.account: number for number, participant in enumerate(participants)}
        self._patience = patience
        self._strands = Strands()
        self._waiting: list[Execution] = []
        self._by_run: dict[Run, Execution] = {}
        self._stuck: list[Execution] = []
        self._is_over = False
        self._branches: Branches | None = None

    @property
    def schedule(self) -> Schedule:
        """What has gone wrong so far; replayed, it gives the same history."""
        return Schedule(self.happened)

    def settings(self, limits: WorkerLimits | None = None) -> WorkerSettings:
        """How a node runs its workers; limits of time would make histories differ, so there is none."""
        limits = limits or WorkerLimits()
        if limits.wall_seconds is not None:
            raise ValueError("a run that is ended by the machine's clock ends elsewhere the next time")
        return WorkerSettings(executor=lambda: _Attack(self), layers=(self._layer,), limits=limits)

    def join(self, node: Node[Any], another: MakeNode | None = None) -> None:
        """The node whose workers these are.

        another: makes one over the same block zero, with these settings, for those who are cut off; without it
            nobody ever is
        """
        side = Side(node, Transit(node.pool), frozenset(self._validators.values()))
        self._branches = Branches(side, another, self.settings)

    def advance(self) -> ImportedBlock:
        """Make a block, and have the runs that are due after it; raises as `Node.seal`, Deadlock."""
        branches = self._joined()
        number = branches.near.node.best.number + 1
        for fault in self._faults.of_block(number):
            if fault.kind is FaultKind.PARTITION and branches.split(fault):
                self.happened.append(fault)
        for side in branches.sides:
            side.transit.before_block(side.node.best.number)
            side.node.seal()
            side.transit.after_block()
            self._run_due(side, side.node.best.number)
        if branches.has_parted_long_enough:
            self._heal(branches)
        for fault in self._faults.of_block(number):
            if fault.kind is FaultKind.FORK and branches.fork(fault.blocks):
                self.happened.append(fault)
                self._run_due(branches.near, branches.near.node.best.number)
        return branches.near.node.best

    def close(self) -> None:
        """End what stands still; nothing is done any more."""
        self._is_over = True
        self._waiting.clear()
        for execution in tuple(self._by_run.values()):
            strand = execution.strand
            if execution in self._stuck or strand is None:
                continue
            execution.run.stop.ask(OVER)
            try:
                strand.go(self._patience)
                self._strands.done(strand)
            except Stuck:
                self._stuck.append(execution)
        for execution in self._stuck:  # what these waited for may be there by now
            if execution.strand is not None:
                execution.strand.leave(self._patience)
        self._stuck.clear()
        self._strands.close()
        self._by_run.clear()

    # What goes wrong with a run as a whole

    def start(self, bound: BoundRuntime, run: Run, answers: Answers, ended: Ended) -> None:
        """A node has a run to make; it is made when it is due."""
        branches = self._joined()
        side = branches.side_of(bound)
        place = Place(run.block.number, self._validators[run.participant.account], name_of(run.hook))
        if self._is_over or not branches.has_run(side, place, run.block.hash):
            ended(run)
            return
        found = self._faults.of_run(place)
        kinds = {fault.kind: fault for fault in found}
        lost = kinds.get(FaultKind.RUN_LOST)
        if lost is not None:
            self.happened.append(lost)
            run.record.failure = "the schedule loses it"
            ended(run)
            return
        execution = Execution(run, answers, place, side, run.block.number, run.block, ended)
        execution.take_faults(found)
        late, last = kinds.get(FaultKind.RUN_LATE), kinds.get(FaultKind.RUN_LAST)
        if late is not None:
            self.happened.append(late)
            execution.due += late.blocks
        if last is not None:
            self.happened.append(last)
            execution.is_last = True
        twice = kinds.get(FaultKind.RUN_TWICE)
        if twice is not None:
            self.happened.append(twice)
            self._waiting.append(repetition(execution, execution.due + twice.blocks))
        self._waiting.append(execution)

    # Runs

    def _run_due(self, side: Side, best: BlockNumber) -> None:
        """Have all runs that are due, each until it has ended or stands still for longer."""
        due = [each for each in self._waiting if each.side is side and each.due <= best]
        self._waiting = [each for each in self._waiting if each.side is not side or each.due > best]
        # those that were to come last do, and before them those that stood still while the block was made;
        # otherwise in the order in which they were started
        ready = deque(sorted(due, key=lambda each: (each.is_last, each.is_repetition, each.paused is not None)))
        while ready:
            execution = ready.popleft()
            fault = self._go_on(execution, best)
            if fault is None:
                continue
            execution.due = best + fault.blocks
            if fault.blocks:
                self._waiting.append(execution)
            else:
                ready.append(execution)

    def _go_on(self, execution: Execution, best: BlockNumber) -> Fault | None:
        """Let it begin or go on; by what it stands still, None where it has ended. Raises Deadlock."""
        strand = execution.strand
        if strand is None:
            strand = execution.strand = self._strands.begin(lambda: self._perform(execution))
            execution.run.block = self._seen(execution)
            self._by_run[execution.run] = execution
        execution.paused = None
        try:
            strand.go(self._patience)
        except Stuck as stuck:
            self._stuck.append(execution)
            still = [each.place for each in self._by_run.values() if each.paused is not None]
            raise Deadlock(execution.place, stuck.reason, still) from None
        if not strand.has_ended:
            return execution.paused
        self._strands.done(strand)
        self._by_run.pop(execution.run, None)
        self._note(execution, best)
        return None

    def _perform(self, execution: Execution) -> None:
        perform(execution.side.node.workers.bound, execution.run, execution.answers, CpuMeter(lambda: 0.0))

    def _note(self, execution: Execution, best: BlockNumber) -> None:
        run, record = execution.run, execution.run.record
        self.log.append(
            Executed(
                execution.place,
                best,
                run.block.number,
                record.host_calls,
                tuple(record.accepted),
                record.refused,
                record.failure,
                execution.is_crashed,
            )
        )
        run.block = execution.own
        execution.ended(run)

    def _seen(self, execution: Execution) -> ImportedBlock:
        """The block whose state it sees."""
        block, stale, chain = execution.own, execution.stale, execution.side.node.chain
        if stale is None:
            return block
        for _step in range(stale.blocks):
            if not block.number or block.header.parent_hash not in chain:
                break
            block = chain[block.header.parent_hash]
        if block is not execution.own:
            self.happened.append(stale)
        return block

    def _heal(self, branches: Branches) -> None:
        """The halves hear of each other; what began on the far side ends there before."""
        far = branches.far
        assert far is not None, "it is there until they have"
        branches.close_far()
        while any(each.side is far for each in self._waiting):
            self._run_due(far, max(each.due for each in self._waiting if each.side is far))
        branches.heal()
        self._run_due(branches.near, branches.near.node.best.number)

    # Host calls, in the strands

    def _layer(self, run: Run, below: Answers) -> Answers:
        return _Attacked(self, run, below)

    def asked(self, run: Run, below: Answers, call: HostCall) -> Plain:
        """A host call of a run that goes on; raises what is raised below, RunStopped where it crashes."""
        execution = self._by_run[run]
        execution.asked += 1
        self._stand_still(execution, call)
        crash = execution.crash
        if crash is not None and execution.asked >= crash.at:
            if not execution.is_crashed:
                self._strike(crash, call)
            execution.is_crashed = True  # a dead process says nothing more, also not while it is cleared up
            raise RunStopped(f"{CRASHED} at host call {crash.at}")
        value = below.answer(call)
        if Capability.SUBMIT in call.function.capability and isinstance(value, bytes):
            self._on_submission(execution, Hash(value))
        return value

    def _strike(self, fault: Fault, call: HostCall) -> None:
        self.happened.append(fault)
        self.struck_at[fault] = call.name

    def _stand_still(self, execution: Execution, call: HostCall) -> None:
        pause = None if self._is_over else execution.pauses.pop(execution.asked, None)
        if pause is not None and execution.strand is not None:
            self._strike(pause, call)
            execution.paused = pause
            execution.strand.stand_still()
        if self._is_over:
            raise RunStopped(OVER)

    def _on_submission(self, execution: Execution, transaction: Hash) -> None:
        execution.submitted += 1
        if execution.is_repetition:
            return  # it has no faults of its own
        best, transit = execution.side.node.best.number, execution.side.transit
        found = self._faults.of_submission(execution.place, execution.submitted)
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

    def _joined(self) -> Branches:
        assert self._branches is not None, "joined before it advances"
        return self._branches


class _Attack:
    """The executor of one node: all that it does is the adversary's."""

    is_beside = False

    def __init__(self, adversary: Adversary) -> None:
        self.deliver: Deliver = at_once
        self._adversary = adversary
        self._bound: BoundRuntime | None = None

    def open(self, bound: BoundRuntime, mailbox: Mailbox) -> None:
        del mailbox
        self._bound = bound

    def start(self, run: Run, answers: Answers, ended: Ended) -> None:
        assert self._bound is not None, "opened before it starts anything"
        self._adversary.start(self._bound, run, answers, ended)

    def forget(self) -> None:
        """The node's own runtime is all that there is."""

    def close(self) -> None:
        """The adversary ends what stands still."""


class _Attacked:
    """The layer that has host calls fail, and runs stand still at them."""

    __slots__ = ("_adversary", "_below", "_run")

    def __init__(self, adversary: Adversary, run: Run, below: Answers) -> None:
        self._adversary = adversary
        self._run = run
        self._below = below

    def answer(self, call: HostCall) -> Plain:
        """Raises what is raised below, RunStopped."""
        return self._adversary.asked(self._run, self._below, call)
