"""Whom a phase may ask for anything, by what their operators offer: all others' workers need no run.

Told from the state and the operator's instructions alone. Where more would have to be looked at, everybody runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pallets.federated_round.data import Operator, operator_of
from pallets.federated_round.shapes.choice import Synchronous
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import Phase, Round, Task, TaskId

_CLIENTS = frozenset({Phase.COMMIT_UPDATES, Phase.REVEAL_UPDATES})
_DUTIES = frozenset(
    {Phase.COMMIT_AGGREGATES, Phase.REVEAL_AGGREGATES, Phase.COMMIT_EVALUATIONS, Phase.REVEAL_EVALUATIONS}
)


def is_wanted(rounds: RoundStorage, live: Iterable[TaskId], awaiting: Iterable[TaskId], data: Any) -> bool:
    """Whether any task may ask something of an operator who gave that data, or data were erased that it has to see to.

    Asked for every operator after every block.
    """
    own, lender = operator_of(data), rounds.config.lender
    is_borrowing = lender is not None and lender.is_borrowing(data)
    if own is None and not is_borrowing:
        return False
    operator = own or Operator()
    for number in awaiting:
        if is_borrowing or operator.joins(number):
            return True
    for number in live:
        task = rounds.task(number)
        if may_be_asked(task, rounds.course(number, task.rounds - 1), operator, is_borrowing=is_borrowing):
            return True
    return rounds.has_unlearning()


def may_be_asked(task: Task, found: Round, operator: Operator, *, is_borrowing: bool = False) -> bool:
    """Whether the phase of a round may ask something of an operator's account; who borrows data may have some."""
    if found.hides or not isinstance(task.terms.shape, Synchronous):
        return True
    if found.phase in _CLIENTS:
        return is_borrowing or operator.data is not None
    if found.phase in _DUTIES:
        return operator.serves
    if found.phase is Phase.REVEAL_TEST_SET:
        if found.acted:
            return False
        # an owner that has been given none shall hear of it
        return bool(operator.test_sets) or not (operator.data is not None or operator.serves or is_borrowing)
    return found.phase is not Phase.DRAW
