"""Rows that a permit lends: a node that got the key of others' data is a client with them in rounds of the purpose."""

from __future__ import annotations

from dataclasses import replace
from logging import getLogger
from typing import Final

from chain.runtime_api import OffchainNode
from pallets.federated_round.data import DataError, LocalData, Operator, decode_data_set
from pallets.federated_round.opening import asks_for_seals
from pallets.federated_round.shapes.choice import Buffered
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import Phase, Round, Stage, Task, TaskId

log = getLogger(__name__)

_TRAINING: Final = frozenset({Phase.ENROL, Phase.COMMIT_UPDATES})
"""Phases in which rows are looked at; in all others a client has what it made of them, if it was sealed."""


def instructed(
    rounds: RoundStorage, node: OffchainNode, own: Operator | None, task_id: TaskId, task: Task, found: Round | None
) -> Operator | None:
    """What a node's operator wants of it in a round; None where that is nothing.

    Rows of one's own come before those that are lent. found: None where it is to stand for rounds to come
    """
    lender = rounds.config.lender
    if lender is None or (own is not None and own.data) or not lender.is_borrowing(node.data):
        return own
    operator, purpose = own or Operator(), rounds.purposes.get(task_id)
    if purpose is None:
        return own
    if found is not None and not _looks_at_rows(rounds, task_id, task, found):
        return operator
    lent = lender.lent(node, purpose)
    if lent is None:
        return operator
    try:
        return replace(operator, data=LocalData(decode_data_set(lent.data), lent.salt))
    except DataError as problem:
        log.warning("task %d: what a permit lends is no data set: %s", task_id, problem)
        return operator


def _looks_at_rows(rounds: RoundStorage, task_id: TaskId, task: Task, found: Round) -> bool:
    if found.phase in _TRAINING or isinstance(task.terms.shape, Buffered):
        return True
    key = (task_id, task.rounds - 1)
    return found.phase is Phase.REVEAL_UPDATES and not asks_for_seals(rounds, key, Stage.UPDATE, task.terms)
