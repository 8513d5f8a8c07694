"""As a round begins, the chain enrols whoever stands for its task, and may take part at that moment."""

from __future__ import annotations

from collections.abc import Mapping

from chain.primitives import AccountId
from pallets.federated_round.charging import charge
from pallets.federated_round.events import Enrolled, LeftOut
from pallets.federated_round.standing.types import Hindrance
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import DataCommitment, Enrolment, RoundNumber, Task, TaskId
from pallets.federated_round.unlearning.going_on import has_place, places_again
from pallets.frame.error import DispatchError


def enrol_standing(rounds: RoundStorage, task_id: TaskId, number: RoundNumber, task: Task) -> tuple[int, int]:
    """How many stood for the task, and how many of them are in the round now.

    Nothing else is in its lottery yet, so there is room for all of them.
    """
    offers, places, enrolled = rounds.stands_for(task_id), places_again(rounds, task_id), 0
    for who, offer in offers.items():
        if rounds.config.stakes.active(who) < task.terms.minimum_stake:
            rounds.end_standing(task_id, who, offer, Hindrance.STAKE_TOO_SMALL)
            continue
        data = offer.data
        hindrance = None if data is None else _hindrance(rounds, task_id, task, who, data, places)
        if hindrance is not None:
            rounds.deposit_event(LeftOut(task_id, number, who, hindrance))
            data = None
        if hindrance is Hindrance.DATA_ERASED:
            rounds.take_data_out(task_id, who, offer)
        if data is None and not offer.duties:
            continue
        rounds.enrolments.insert((task_id, number, who), Enrolment(data, offer.duties))
        rounds.deposit_event(Enrolled(task_id, number, who, 0 if data is None else data.samples, offer.duties))
        enrolled += 1
    return len(offers), enrolled


def _hindrance(
    rounds: RoundStorage,
    task_id: TaskId,
    task: Task,
    who: AccountId,
    data: DataCommitment,
    places: Mapping[AccountId, Enrolment] | None,
) -> Hindrance | None:
    """What keeps an account's data out of the round; None where nothing does, and their privacy is charged."""
    if rounds.erased.get(data.root):
        return Hindrance.DATA_ERASED
    if not rounds.may_use(task_id, who, data.root) or not has_place(places, task.algorithm, who, data.root):
        return Hindrance.NOT_PERMITTED
    try:
        with rounds.storage.transaction():
            charge(rounds, who, data.root, task.terms)
    except DispatchError:
        return Hindrance.BUDGET_EXCEEDED
    return None
