"""The offchain side of a round: does what the node's account owes, on the state of the block it runs after.

Each block, for each live round, the worker looks at what the chain has of its account and submits what is missing:
enrolment, sealed update, aggregate or evaluation, its opening or statement, the test set. `errand` says what that is,
for rounds of other shapes `shapes.duties`; `standing.duties` enrols for all rounds of a task at once.
"""

from __future__ import annotations

from logging import getLogger

from chain.content.cid import CidError
from chain.content.store import ContentError
from chain.primitives import BlockNumber
from chain.runtime_api import CapabilityDenied, OffchainNode, SubmissionRefused
from pallets.federated_round.borrowing import instructed
from pallets.federated_round.calls import RoundCalls
from pallets.federated_round.data import DataError, Operator, operator_of
from pallets.federated_round.errand import Errand
from pallets.federated_round.settings import SettingsError
from pallets.federated_round.shapes.choice import Cyclic, Shape, Synchronous
from pallets.federated_round.standing.duties import StandingDuty, is_due
from pallets.federated_round.strategies import StrategyError
from pallets.ml_registry.artifact import ArtifactMismatch

log = getLogger(__name__)

HINDRANCES = (
    ArtifactMismatch,
    CapabilityDenied,
    CidError,
    ContentError,
    DataError,
    SettingsError,
    StrategyError,
    SubmissionRefused,
)
"""What may keep a worker from its duty without being a bug: others' artifacts, the pool, the node's own limits."""


def work(rounds: RoundCalls, now: BlockNumber, node: OffchainNode) -> None:
    """Do what the node's account owes now, in every live round."""
    own, lender = operator_of(node.data), rounds.config.lender
    if own is None and (lender is None or not lender.is_borrowing(node.data)):
        return
    if rounds.has_unlearning():
        from pallets.federated_round.unlearning.duties import see_to_it  # for those whose data were erased

        see_to_it(rounds, now, node)
    is_borrowing = not (own and own.data) and lender is not None and lender.is_borrowing(node.data)
    _stand_for_waiting(rounds, now, node, own, is_borrowing=is_borrowing)
    for task_id in rounds.live.get():
        task = rounds.task(task_id)
        found = rounds.rounds.get((task_id, task.rounds - 1))
        if found is None:
            continue
        operator = instructed(rounds, node, own, task_id, task, found)
        if operator is None:
            continue
        errand = _errands_of(task.terms.shape)(rounds, node, operator, now, task_id, task.rounds - 1, task, found)
        try:
            errand.run()
            if is_due(found, now, operator, is_borrowing=is_borrowing):
                if not task.terms.schedule.enrol:
                    errand.forget_previous()
                StandingDuty(rounds, node, operator, now, task_id, task, is_borrowing).run()
        except HINDRANCES as problem:
            log.warning("task %d, round %d, %s: %s", task_id, errand.number, found.phase.name, problem)


def _stand_for_waiting(
    rounds: RoundCalls, now: BlockNumber, node: OffchainNode, own: Operator | None, *, is_borrowing: bool
) -> None:
    """Stand for tasks that wait for it, as far as the operator wants to join them."""
    for task_id in rounds.awaiting.get():
        task = rounds.task(task_id)
        operator = instructed(rounds, node, own, task_id, task, None)
        if operator is None:
            continue
        try:
            StandingDuty(rounds, node, operator, now, task_id, task, is_borrowing).run()
        except HINDRANCES as problem:
            log.warning("task %d, which waits for accounts that stand for it: %s", task_id, problem)


def _errands_of(shape: Shape) -> type[Errand]:
    """How rounds of a shape are gone through."""
    if isinstance(shape, Synchronous | Cyclic):
        return Errand
    from pallets.federated_round.shapes.duties import ERRANDS  # what synchronous rounds never load

    return ERRANDS[type(shape)]
