"""What a worker does so that its account need not enrol for each round: it stands for a task, and keeps that right.

It does so while a task waits for accounts that stand, and in the phases of a round in which it runs anyway.
"""

from __future__ import annotations

from dataclasses import dataclass

from chain.primitives import BlockNumber
from chain.runtime_api import OffchainNode, SubmissionRefused
from pallets.federated_round.calls import RoundCalls
from pallets.federated_round.data import Operator
from pallets.federated_round.memory import Memory
from pallets.federated_round.offered_rows import offered_rows, strategy_of
from pallets.federated_round.shapes.choice import Buffered
from pallets.federated_round.types import Enrolment, Phase, Round, Task, TaskId
from pallets.frame.call import RuntimeCall, call_of


def is_due(found: Round, now: BlockNumber, operator: Operator, *, is_borrowing: bool) -> bool:
    """Whether to look at it now: once a round, as a phase begins in which the worker runs with the rows that it has."""
    if now > found.since:
        return False
    match found.phase:
        case Phase.ENROL:
            return True
        case Phase.COMMIT_UPDATES:
            return is_borrowing
        case Phase.REVEAL_UPDATES:
            return operator.data is not None
    return found.phase is Phase.REVEAL_AGGREGATES and operator.data is None


@dataclass(frozen=True)
class StandingDuty:
    """One task, as the worker of one account finds it.

    is_borrowing: whether rows may be lent that are not at hand now
    """

    rounds: RoundCalls
    node: OffchainNode
    operator: Operator
    now: BlockNumber
    task_id: TaskId
    task: Task
    is_borrowing: bool

    def run(self) -> None:
        """Stand for the task where the operator wants to, with the rows that it has now; no longer where it does not.

        Raises SettingsError, and what `fetch` raises, where nobody could take part without becoming an absentee.
        """
        who, operator = self.node.account, self.operator
        held = self.rounds.standing.get((self.task_id, who))
        if held is not None and operator.data is None and self.is_borrowing:
            return
        if not operator.joins(self.task_id):
            self._stand_down(held)
            return
        wants = operator.stands or not self.task.terms.schedule.enrol
        if not wants or who == self.task.owner or (held is not None and _is_of(held, operator)):
            return
        if self.rounds.config.stakes.active(who) < self.task.terms.minimum_stake:
            return
        offer = self._offer()
        if offer is None:
            self._stand_down(held)
        elif offer != held:
            stand = self.rounds.stand
            self._submit(b"stand", call_of(stand, task=self.task_id, data=offer.data, duties=offer.duties))

    def _offer(self) -> Enrolment | None:
        """What the operator has to offer; None where that is nothing. Who fills a buffer offers duties alone here."""
        strategy, operator = strategy_of(self.node, self.task), self.operator
        data = None
        if not isinstance(self.task.terms.shape, Buffered):
            data = offered_rows(self.rounds, self.node, operator, self.task_id, self.task, strategy)
        return None if data is None and not operator.serves else Enrolment(data, operator.serves)

    def _stand_down(self, held: Enrolment | None) -> None:
        if held is not None:
            self._submit(b"stand down", call_of(self.rounds.stand_down, task=self.task_id))

    def _submit(self, act: bytes, call: RuntimeCall) -> None:
        """Send a call, unless the same act was submitted a few blocks ago; raises SubmissionRefused."""
        memory = Memory(self.node, self.task_id, self.task.rounds, None)
        if not memory.may_submit(act, self.now, self.rounds.config.retry_after):
            return
        try:
            self.node.submit_signed(call)
        except SubmissionRefused:
            memory.not_submitted(act)
            raise


def _is_of(held: Enrolment, operator: Operator) -> bool:
    """Whether an account stands for what its operator has."""
    root = None if operator.data is None else operator.data.root
    return held.duties == operator.serves and (None if held.data is None else held.data.root) == root
