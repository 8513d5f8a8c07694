"""From erased data to the version before their first contribution: what came after is withdrawn, and listed to redo."""

from __future__ import annotations

from dataclasses import replace

from chain.primitives import Hash
from pallets.federated_round.errors import NothingToUnlearn, RoundIsLive
from pallets.federated_round.events import RolledBack, UnlearningDue
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import RoundNumber, ServerState, Task, TaskId
from pallets.federated_round.unlearning.going_on import DONE, settle_redo
from pallets.federated_round.unlearning.types import MOST_TO_REDO, Learnt, Redo
from pallets.frame.error import ensure


def note_learnt(rounds: RoundStorage, key: tuple[TaskId, RoundNumber], root: Hash, version: Hash) -> None:
    """A version has learnt from data; where they were erased while it did, that is to be undone."""
    task, number = key
    now = Learnt(number, version)
    if rounds.erased.get(root):
        rounds.put_due(task, root, now)
        rounds.deposit_event(UnlearningDue(root))
        return
    known = rounds.learnt.get((root, task))
    if known is None or rounds.config.models.is_withdrawn(known.version):
        rounds.learnt.insert((root, task), now)


def note_erased(rounds: RoundStorage, root: Hash) -> None:
    """Nobody trains on data again; each task that has learnt from them has to unlearn them."""
    rounds.erased.insert(root, True)
    has_learnt = False
    for (_, task), learnt in rounds.learnt.drain((root,)):
        if learnt is not None and not rounds.config.models.is_withdrawn(learnt.version):
            rounds.put_due(task, root, learnt)
            has_learnt = True
    if has_learnt:
        rounds.deposit_event(UnlearningDue(root))


def is_due(rounds: RoundStorage, task: TaskId) -> bool:
    """Whether a version in use has learnt from erased data."""
    return any(True for _ in rounds.due.iter_keys((task,)))


def go_back(rounds: RoundStorage, task_id: TaskId) -> None:
    """Withdraw what has learnt from erased data, and list the rounds to do again.

    Of a closed task nothing is done again.
    """
    models, task = rounds.config.models, rounds.tasks.get(task_id)
    found = [learnt for _, learnt in rounds.due.iter((task_id,)) if learnt is not None]
    ensure(len(found) > 0, NothingToUnlearn)
    ensure(task is None or not task.is_live, RoundIsLive)
    first = min(found, key=lambda learnt: learnt.round)
    before = models.model(models.version(first.version).model).latest or first.version
    withdrawn = {version for learnt in found for version in models.withdraw(learnt.version)}
    rounds.clear_due(task_id)
    again = _judged_since(rounds, task_id, task, first.round, withdrawn)
    rounds.deposit_event(RolledBack(task_id, models.version(first.version).parent, len(withdrawn), len(again)))
    if task is None:
        return
    under_way = rounds.redo.get(task_id)
    left = () if under_way is None else under_way.rounds
    replaced = before if under_way is None else under_way.replaced
    rounds.put_redo(task_id, Redo((*again, *left)[:MOST_TO_REDO], replaced))
    rounds.tasks.insert(task_id, replace(task, server=_server_before(rounds, task_id, again)))
    settle_redo(rounds, task_id)


def _judged_since(
    rounds: RoundStorage, task_id: TaskId, task: Task | None, first: RoundNumber, withdrawn: set[Hash]
) -> tuple[RoundNumber, ...]:
    """The rounds, from `first` on, that made or began from what is withdrawn now, as far as they are remembered.

    Also those whose model was not good enough: without the erased data it might have been.
    """
    if task is None:
        return ()
    since = range(max(first, task.rounds - rounds.config.history), task.rounds)
    courses = ((number, rounds.rounds.get((task_id, number))) for number in since)
    return tuple(
        number
        for number, course in courses
        if course is not None and course.outcome in DONE and not withdrawn.isdisjoint((course.version, course.base))
    )


def _server_before(rounds: RoundStorage, task: TaskId, again: tuple[RoundNumber, ...]) -> ServerState | None:
    """What the server optimiser remembered before the first round that is done again."""
    if not again:
        return None
    state, base = rounds.server_states.get((task, again[0])), rounds.course(task, again[0]).base
    return None if state is None or base is None else ServerState(base, state)
