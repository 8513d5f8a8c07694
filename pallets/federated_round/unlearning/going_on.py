"""Rounds that are done again: with the old randomness, by those of the old clients whose data are still there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from chain.primitives import AccountId, Hash
from pallets.federated_round.events import Unlearnt
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import Enrolment, Outcome, RoundNumber, Stage, Task, TaskId
from pallets.ml_registry.algorithms import FOREST_MERGE, FOREST_QUOTA
from pallets.ml_registry.types import AlgorithmId

INDEPENDENT: Final = frozenset({FOREST_MERGE, FOREST_QUOTA})
"""Algorithms whose updates do not depend on the base version: the old ones are joined again, and nobody trains."""

DONE: Final = frozenset({Outcome.PUBLISHED, Outcome.BELOW_THRESHOLD, Outcome.NOT_PUBLISHABLE})
"""After these a round is not tried once more: so it would have ended without the erased data."""


def stayers(rounds: RoundStorage, task: TaskId, number: RoundNumber) -> dict[AccountId, Enrolment]:
    """The clients in a round's aggregate whose data were not erased since, as they enrolled; in ascending order."""
    course = rounds.rounds.get((task, number))
    clients = () if course is None else rounds.clients_in_model(task, number, course)
    found = {who: rounds.enrolments.get((task, number, who)) for who in clients}
    return {
        who: each
        for who, each in found.items()
        if each is not None and each.data is not None and not rounds.erased.get(each.data.root)
    }


def may_redo(rounds: RoundStorage, task_id: TaskId, who: AccountId, root: Hash) -> bool:
    """Whether an account's data have a place in the round that runs."""
    places = places_again(rounds, task_id)
    return places is None or has_place(places, rounds.task(task_id).algorithm, who, root)


def places_again(rounds: RoundStorage, task_id: TaskId) -> Mapping[AccountId, Enrolment] | None:
    """Who trains in the round that runs, with what; None, where it does no other again: anybody, with anything."""
    task = rounds.tasks.get(task_id)
    again = rounds.redone.get((task_id, task.rounds - 1)) if task is not None and task.is_live else None
    return None if again is None else stayers(rounds, task_id, again)


def has_place(places: Mapping[AccountId, Enrolment] | None, algorithm: AlgorithmId, who: AccountId, root: Hash) -> bool:
    """Whether an account's data are among those of `places_again`; where nobody trains again, none are."""
    if places is None:
        return True
    place = places.get(who)
    return algorithm not in INDEPENDENT and place is not None and _root_of(place) == root


def settle_redo(rounds: RoundStorage, task_id: TaskId) -> None:
    """Leave out what cannot be done again: rounds with too few clients left, or forgotten; tell when nothing is left.

    Too few clients would have been too few then, too.
    """
    redo = rounds.redo.get(task_id)
    if redo is None:
        return
    task = rounds.task(task_id)
    left = tuple(number for number in redo.rounds if _can_run(rounds, task_id, task, number))
    if left:
        rounds.put_redo(task_id, replace(redo, rounds=left))
        return
    rounds.drop_redo(task_id)
    latest = rounds.config.models.model(task.model).latest
    if latest is not None:
        rounds.config.models.supersede(redo.replaced, latest)
    rounds.deposit_event(Unlearnt(task_id, redo.replaced, latest))


def to_redo(rounds: RoundStorage, task_id: TaskId) -> tuple[RoundNumber, ...]:
    """The rounds that a task still does again."""
    redo = rounds.redo.get(task_id)
    return () if redo is None else redo.rounds


def mark_redone(rounds: RoundStorage, task_id: TaskId, number: RoundNumber) -> None:
    """A round begins: it does the next one again, where there is one to do."""
    settle_redo(rounds, task_id)
    redo = rounds.redo.get(task_id)
    if redo is not None:
        rounds.redone.insert((task_id, number), redo.rounds[0])


def end_redone(rounds: RoundStorage, key: tuple[TaskId, RoundNumber], outcome: Outcome) -> None:
    """A round has ended: where it did another again, that one is done."""
    redo = rounds.redo.get(key[0])
    if redo is None or outcome not in DONE or rounds.redone.get(key) != redo.rounds[0]:
        return
    rounds.put_redo(key[0], replace(redo, rounds=redo.rounds[1:]))
    settle_redo(rounds, key[0])


def take_old_updates(rounds: RoundStorage, key: tuple[TaskId, RoundNumber], again: RoundNumber) -> int:
    """Give a round the updates that are left of the one that it does again; how many."""
    task_id, number = key
    stayed = stayers(rounds, task_id, again)
    for who, enrolment in stayed.items():
        own = rounds.enrolments.get((*key, who))
        rounds.enrolments.insert((*key, who), replace(enrolment, duties=own is not None and own.duties))
        ballot = rounds.ballots.get((task_id, again, Stage.UPDATE, who))
        rounds.ballots.insert((task_id, number, Stage.UPDATE, who), ballot)
        rounds.updates.insert((*key, who), rounds.updates.get((task_id, again, who)))
    return len(stayed)


def _can_run(rounds: RoundStorage, task_id: TaskId, task: Task, number: RoundNumber) -> bool:
    if rounds.rounds.get((task_id, number)) is None:
        return False
    return len(stayers(rounds, task_id, number)) >= task.terms.seats.minimum_clients


def _root_of(enrolment: Enrolment) -> Hash | None:
    return None if enrolment.data is None else enrolment.data.root
