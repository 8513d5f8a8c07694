"""Whether an operator's rows can be offered to a task: they suit its settings, and their owner permits its purpose."""

from __future__ import annotations

from logging import getLogger

from chain.runtime_api import OffchainNode
from pallets.federated_round.data import DataError, Operator
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.strategies import Strategy, strategy_under
from pallets.federated_round.types import DataCommitment, Task, TaskId
from pallets.ml_registry.artifact import fetch

log = getLogger(__name__)


def strategy_of(node: OffchainNode, task: Task) -> Strategy:
    """A task's strategy; raises SettingsError, and what `fetch` raises."""
    return strategy_under(task.algorithm, task.terms, fetch(node, task.terms.settings))


def offered_rows(
    rounds: RoundStorage, node: OffchainNode, operator: Operator, task_id: TaskId, task: Task, strategy: Strategy
) -> DataCommitment | None:
    """The commitment to the operator's rows; None where they do not suit the task, or may not be used for it."""
    local = operator.data
    if local is None:
        return None
    try:
        strategy.check_data(local.data)
    except DataError as problem:
        log.info("task %d: the operator's rows do not suit it: %s", task_id, problem)
        return None
    if not rounds.may_use(task_id, node.account, local.root):
        log.info("task %d: the owner of the operator's rows has not permitted its purpose", task_id)
        return None
    return DataCommitment(local.root, min(len(local.data), task.terms.max_samples))
