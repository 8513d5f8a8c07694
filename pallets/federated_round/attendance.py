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


def wanted(
    rounds: RoundStorage, live: Iterable[TaskId], awaiting: Iterable[TaskId], operators: Iterable[Any]
) -> list[Any]:
    """What those operators gave of whom any task may ask something; all of any, where data were erased.

    Asked after every block, of everybody.
    """
    courses = [(task, rounds.course(number, task.rounds - 1)) for number in live if (task := rounds.task(number))]
    is_anybody, lender, found = rounds.has_unlearning(), rounds.config.lender, list[Any]()
    for data in operators:
        own = operator_of(data)
        is_borrowing = lender is not None and lender.is_borrowing(data)
        if own is None and not is_borrowing:
            continue
        operator = own or Operator()
        if (
            is_anybody
            or any(is_borrowing or operator.joins(number) for number in awaiting)
            or any(may_be_asked(*each, operator, is_borrowing=is_borrowing) for each in courses)
        ):
            found.append(data)
    return found


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
