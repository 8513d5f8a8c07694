"""Updates that come when they are done: into the buffer of the round that is filling, or to wait for the next.

A round takes updates in the order in which they came, until it has as many as seats for clients. What became too old
while it waited, or whose client may not take part any more, is dropped and costs nobody anything.
"""

from __future__ import annotations

from dataclasses import replace

from chain.primitives import AccountId, Hash
from pallets.federated_round.charging import charge
from pallets.federated_round.config import Models
from pallets.federated_round.errors import (
    NoSamples,
    NotPermitted,
    OwnerMayNotEnrol,
    StakeTooSmall,
    StaleUpdate,
    TooManySamples,
)
from pallets.federated_round.events import Committed, DeliveryDropped
from pallets.federated_round.shapes.choice import Buffered
from pallets.federated_round.shapes.types import MAX_WAITING, Delivery, Taken
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import (
    Ballot,
    DataCommitment,
    Drawn,
    Enrolment,
    Phase,
    RoundNumber,
    Stage,
    Task,
    TaskId,
)
from pallets.frame.error import DispatchError, ensure
from pallets.frame.weight import Weight, db

Key = tuple[TaskId, RoundNumber]


def fill(rounds: RoundStorage, key: Key, task: Task, shape: Buffered) -> None:
    """Take what waits into the round that begins to fill, as far as it has room."""
    course = rounds.course(*key)
    versions = versions_back(rounds.config.models, course.base, shape.largest_staleness)
    waiting = list(rounds.inbox.get(key[0]))
    while waiting and has_room(rounds, key, task):
        delivery = waiting.pop(0)
        try:
            with rounds.storage.transaction():
                take(rounds, key, task, delivery, versions)
        except DispatchError:
            rounds.deposit_event(DeliveryDropped(key[0], delivery.account))
    rounds.inbox.insert(key[0], tuple(waiting))


def has_room(rounds: RoundStorage, key: Key, task: Task) -> bool:
    """Whether the round is filling, and its buffer is not full."""
    course = rounds.course(*key)
    return course.phase is Phase.COMMIT_UPDATES and course.acted < task.terms.seats.clients


def take(rounds: RoundStorage, key: Key, task: Task, delivery: Delivery, versions: tuple[Hash | None, ...]) -> None:
    """Put an update into the buffer; raises DispatchError where its client may not take part.

    versions: that an update may begin from, the newest first
    """
    who, terms, found = delivery.account, task.terms, rounds.course(*key)
    staleness = staleness_in(versions, delivery.base)
    ensure_may_deliver(rounds, key[0], task, who, delivery.data)
    charge(rounds, who, delivery.data.root, terms)
    enrolled = rounds.enrolments.get((*key, who))
    rounds.enrolments.insert((*key, who), Enrolment(delivery.data, enrolled is not None and enrolled.duties))
    rounds.ballots.insert((*key, Stage.UPDATE, who), Ballot(delivery.seal, None))
    rounds.taken.insert((*key, who), Taken(delivery.base, staleness))
    drawn = rounds.drawn.get(key) or Drawn((), (), ())
    rounds.drawn.insert(key, replace(drawn, clients=tuple(sorted((*drawn.clients, who)))))
    rounds.rounds.insert(key, replace(found, acted=found.acted + 1, enrolled=found.enrolled + (enrolled is None)))
    rounds.deposit_event(Committed(*key, Stage.UPDATE, who))


def ensure_may_deliver(rounds: RoundStorage, task_id: TaskId, task: Task, who: AccountId, data: DataCommitment) -> None:
    """Raises the error of whatever keeps an account from being a client of the task."""
    ensure(task.owner != who, OwnerMayNotEnrol)
    ensure(data.samples > 0, NoSamples)
    ensure(data.samples <= task.terms.max_samples, TooManySamples)
    ensure(rounds.may_train(task_id, who, data.root), NotPermitted)
    ensure(rounds.config.stakes.active(who) >= task.terms.minimum_stake, StakeTooSmall)


def staleness_in(versions: tuple[Hash | None, ...], base: Hash | None) -> int:
    """How many versions came out since `base`; raises StaleUpdate where it is not among them."""
    ensure(base in versions, StaleUpdate)
    return versions.index(base)


def versions_back(models: Models, newest: Hash | None, most: int) -> tuple[Hash | None, ...]:
    """A version and its ancestors, so many at most; the last may be None, which is before the first."""
    found = [newest]
    while found[-1] is not None and len(found) <= most:
        found.append(models.version(found[-1]).parent)
    return tuple(found)


def fill_weight(shape: Buffered) -> Weight:
    """The most that taking everything that waits costs."""
    return db(reads=4 + shape.largest_staleness + 14 * MAX_WAITING, writes=2 + 7 * MAX_WAITING)


def is_waiting(rounds: RoundStorage, task: TaskId, who: AccountId) -> bool:
    """Whether an update of the account waits for the next buffer."""
    return any(delivery.account == who for delivery in rounds.inbox.get(task))
