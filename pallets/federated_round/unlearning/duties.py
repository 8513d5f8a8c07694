"""What the worker of a model's owner does about erased data: asks for unlearning, and starts what is done again."""

from __future__ import annotations

from logging import getLogger

from chain.primitives import BlockNumber
from chain.runtime_api import OffchainNode, SubmissionRefused
from pallets.federated_round.calls import RoundCalls
from pallets.federated_round.memory import Memory
from pallets.federated_round.types import Task, TaskId
from pallets.federated_round.unlearning.going_back import is_due
from pallets.frame.call import call_of

log = getLogger(__name__)


def see_to_it(rounds: RoundCalls, now: BlockNumber, node: OffchainNode) -> None:
    """Submit what the tasks of the node's account need next for erased data to be unlearnt."""
    for task_id in sorted({key[0] for key in rounds.due.iter_keys()} | set(rounds.redo.iter_keys())):
        task = rounds.tasks.get(task_id)
        if task is not None and task.owner == node.account and not task.is_live:
            _next_step(rounds, now, node, task_id, task)


def _next_step(rounds: RoundCalls, now: BlockNumber, node: OffchainNode, task_id: TaskId, task: Task) -> None:
    memory = Memory(node, task_id, task.rounds, None)
    if is_due(rounds, task_id):
        act, call = b"unlearn", call_of(rounds.unlearn, task=task_id)
    elif task.pool < task.terms.round_reward or not task.test_sets:
        log.warning("task %d: to do rounds again without erased data it needs pay and a test set", task_id)
        return
    else:
        act, call = b"redo", call_of(rounds.start_round, task=task_id)
    if not memory.may_submit(act, now, rounds.config.retry_after):
        return
    try:
        node.submit_signed(call)
    except SubmissionRefused as problem:
        memory.not_submitted(act)
        log.warning("task %d: %s", task_id, problem)
