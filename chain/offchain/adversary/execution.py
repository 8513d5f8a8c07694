"""One execution of a run that is attacked, before and while it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from chain.node.service import Node
from chain.offchain.adversary.fault import Fault, FaultKind, Place
from chain.offchain.adversary.strand import Strand
from chain.offchain.adversary.transit import Transit
from chain.offchain.executor import Ended
from chain.offchain.host_call import Answers
from chain.offchain.run import Run
from chain.offchain.worker_run import WorkerRun
from chain.primitives import BlockNumber
from chain.store.block_store import ImportedBlock


@dataclass(eq=False, slots=True)
class Side:
    """A node and the validators who hear of its blocks."""

    node: Node[Any]
    transit: Transit
    validators: frozenset[int]


@dataclass(eq=False, slots=True)
class Execution:
    """A run, or a repetition of it, which is a run of its own.

    due: the best block after which it begins, or goes on
    ended: told when it is through; is_repetition: whether it has no faults of its own
    own: the block after which it runs; `run.block` is the one that it sees
    pauses: by the host call at which it stands still; crash: what ends it
    """

    run: Run
    answers: Answers
    place: Place
    side: Side
    due: BlockNumber
    own: ImportedBlock
    ended: Ended
    is_repetition: bool = False
    is_last: bool = False
    crash: Fault | None = None
    stale: Fault | None = None
    pauses: dict[int, Fault] = field(default_factory=dict)
    strand: Strand | None = None
    paused: Fault | None = None
    asked: int = 0
    submitted: int = 0
    is_crashed: bool = False

    def take_faults(self, faults: Sequence[Fault]) -> None:
        """Keep those that strike while it goes on."""
        for fault in faults:
            if fault.kind is FaultKind.CRASH:
                self.crash = fault
            elif fault.kind is FaultKind.RUN_STALE:
                self.stale = fault
            elif fault.kind is FaultKind.RUN_PAUSED:
                self.pauses.setdefault(fault.at, fault)


def repetition(of: Execution, due: BlockNumber) -> Execution:
    """The same run once more, by itself: what it takes and what it asks are its own."""
    first, told = of.run, of.run.record
    record = WorkerRun(told.account, told.block, told.number, told.pallet, told.trigger)
    run = Run(first.participant, of.own, first.hook, first.limits, record, first.asks_for_state)
    line = of.side.node.workers.line_of(run)
    return Execution(
        run, line, of.place, of.side, due, of.own, lambda _run: line.close(), is_repetition=True, is_last=True
    )
