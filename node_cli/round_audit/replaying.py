"""The blocks of a round: found in a recorded chain, and executed again on the states before them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chain.primitives import BlockNumber
from chain.record import record
from chain.scale import DecodeError
from chain.state.overlay import Overlay
from chain.validity import InvalidBlock
from node_cli.round_audit.recorded import AuditError, RecordedChain
from pallets.federated_round import Phase, RoundNumber, TaskId
from pallets.federated_round.audit import Finding, differences
from pallets.federated_round.events import PhaseBegan
from pallets.federated_round.types import Round
from runtime.dev import DevRuntime


@record
class Span:
    """The blocks of a round: the one that began it, that drew its roles (None: it came to no draw), that ended it."""

    first: BlockNumber
    drawn: BlockNumber | None
    last: BlockNumber


def runtime_after(chain: RecordedChain, number: BlockNumber) -> DevRuntime:
    """The runtime on the recorded state after a block."""
    return DevRuntime(Overlay(chain.state(number)))


def ended_rounds(chain: RecordedChain) -> list[tuple[TaskId, RoundNumber]]:
    """The rounds that are over and that the chain still remembers."""
    rounds = runtime_after(chain, chain.head).federated_round
    return sorted(key for key, course in rounds.rounds.iter() if course is not None and course.phase is Phase.ENDED)


def span_of(chain: RecordedChain, task: TaskId, number: RoundNumber) -> Span:
    """Where a round that is over stands in the chain; raises AuditError where it is not there, or not over."""

    def course(block: BlockNumber) -> Round | None:
        return runtime_after(chain, block).federated_round.rounds.get((task, number))

    head = course(chain.head)
    if head is None:
        raise AuditError(f"round {number} of task {task} is not in the chain, or is no longer remembered")
    if head.phase is not Phase.ENDED:
        raise AuditError(f"round {number} of task {task} is not over: it is in the phase {head.phase.name}")

    def is_over(block: BlockNumber) -> bool:
        found = course(block)
        return found is not None and found.phase is Phase.ENDED

    def is_drawn(block: BlockNumber) -> bool:
        return runtime_after(chain, block).federated_round.drawn.contains_key((task, number))

    last = _first(is_over, chain.head)
    first = _first(lambda block: course(block) is not None, last)
    return Span(first, _first(is_drawn, last) if is_drawn(last) else None, last)


def last_phase_in(chain: RecordedChain, span: Span, task: TaskId, number: RoundNumber) -> Phase:
    """The phase that no other followed: that before the last block, unless one began in it and ended with it."""
    before = runtime_after(chain, span.last - 1).federated_round.course(task, number)
    told = (record.event.event for record in runtime_after(chain, span.last).system.events.get())
    began = [each.phase for each in told if isinstance(each, PhaseBegan) and (each.task, each.round) == (task, number)]
    return began[-1] if began else before.phase


def executed_again(chain: RecordedChain, span: Span, task: TaskId, number: RoundNumber) -> Iterator[Finding]:
    """Execute each block of the round on the recorded state before it; what does not come out as recorded."""
    for place in range(span.first, span.last + 1):
        block, overlay = chain.block(place), Overlay(chain.state(place - 1))
        computed = DevRuntime(overlay)
        try:
            computed.execute_block(block)
        except (InvalidBlock, DecodeError) as error:
            refusal = str(error)
        else:
            continue
        recorded = runtime_after(chain, place).federated_round
        found = list(differences(recorded, computed.federated_round, task, number))
        for finding in found:
            yield Finding(finding.part, f"block {place}: {finding.text}")
        if not found:
            yield Finding("block", f"block {place} is not what execution gives: {refusal}")


def _first(holds: Callable[[BlockNumber], bool], last: BlockNumber) -> BlockNumber:
    """The first block of which something holds that, once it does, holds up to `last`."""
    low, high = 0, last
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
