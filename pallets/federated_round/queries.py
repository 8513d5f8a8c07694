"""A person's questions about tasks and rounds, answered with records.

for row in queries.rounds_of(runtime.federated_round, task=0): print(row.number, row.outcome, row.after)
queries.settlements_of(rounds, task=0, number=2)     who got what in a round, and why
queries.earnings_of(rounds, who)                     what one account got in all rounds that are remembered
queries.standing_of(rounds, who)                     the tasks whose rounds to come an account is enrolled for
"""

from __future__ import annotations

from collections.abc import Iterator

from chain.primitives import AccountId, Balance, Hash
from chain.record import record
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import (
    ClientScore,
    Drawn,
    Enrolment,
    Judged,
    Outcome,
    Phase,
    RoundNumber,
    Settlement,
    Task,
    TaskId,
)


@record
class RoundSummary:
    """One round in a line; metrics in parts per million, None where nothing was judged."""

    task: TaskId
    number: RoundNumber
    phase: Phase
    outcome: Outcome | None
    enrolled: int
    updates: int
    before: int | None
    after: int | None
    constant: int | None
    threshold: int
    paid: Balance
    slashed: Balance
    version: Hash | None

    @property
    def improvement(self) -> int | None:
        """How much better the new model is."""
        return None if self.after is None or self.before is None else self.after - self.before


@record
class Participation:
    """What one account did in a round: its offer, its scores as a client, and what it got for each role."""

    account: AccountId
    enrolment: Enrolment
    score: ClientScore | None
    settlements: tuple[Settlement, ...]


def tasks_of(rounds: RoundStorage) -> dict[TaskId, Task]:
    """The tasks that are not closed, by id."""
    return {number: task for number, task in sorted(rounds.tasks.iter()) if task is not None}


def rounds_of(rounds: RoundStorage, task: TaskId) -> list[RoundSummary]:
    """The rounds of a task that are remembered, oldest first; those of a closed task, too."""
    return [_summary(rounds, task, number) for number in sorted(key[1] for key in rounds.rounds.iter_keys((task,)))]


def drawn_in(rounds: RoundStorage, task: TaskId, number: RoundNumber) -> Drawn:
    """Who had which role; nobody before the draw."""
    return rounds.drawn.get((task, number)) or Drawn((), (), ())


def settlements_of(rounds: RoundStorage, task: TaskId, number: RoundNumber) -> tuple[Settlement, ...]:
    """Payouts and slashes of a round with their reasons; nothing before it ends."""
    return rounds.settlements.get((task, number)) or ()


def participants_in(rounds: RoundStorage, task: TaskId, number: RoundNumber) -> list[Participation]:
    """Everybody who enrolled in a round, in ascending order of accounts."""
    scores = scores_of(rounds, task, number)
    settled = settlements_of(rounds, task, number)
    return [
        Participation(who, enrolment, scores.get(who), tuple(each for each in settled if each.account == who))
        for who, enrolment in sorted(rounds.enrolments_of(task, number).items())
    ]


def standing_of(rounds: RoundStorage, who: AccountId) -> dict[TaskId, Enrolment]:
    """The tasks that an account stands for, and what it offers to each of their rounds to come."""
    found = {task: rounds.standing.get((task, who)) for task in sorted(rounds.standing_count.iter_keys())}
    return {task: offer for task, offer in found.items() if offer is not None}


def scores_of(rounds: RoundStorage, task: TaskId, number: RoundNumber) -> dict[AccountId, ClientScore]:
    """The score of each client in the model; of hidden updates the score of the sum that they are in."""
    judged = rounds.judged(task, number)
    found = {score.account: score for score in judged.clients} if judged else {}
    if not found or not rounds.course(task, number).hides:
        return found
    from pallets.federated_round.secrecy.reading import summed_groups  # what open rounds never load

    groups = summed_groups(rounds, (task, number))
    return {who: found[group.representative] for group in groups for who in group.accounts(group.survivors)}


def earnings_of(rounds: RoundStorage, who: AccountId) -> Iterator[tuple[TaskId, RoundNumber, Settlement]]:
    """What an account got in every round that is remembered, by task and round."""
    for task, number in sorted(rounds.settlements.iter_keys()):
        for settlement in settlements_of(rounds, task, number):
            if settlement.account == who:
                yield task, number, settlement


def learnt_from(rounds: RoundStorage, root: Hash) -> list[tuple[TaskId, RoundNumber, AccountId, Hash]]:
    """Task, round, client and version of every remembered round that learnt from the data of a root.

    Whatever descends from these versions has learnt from them, too (`MlRegistry.descendants`).
    """
    found = []
    for task, number, who in sorted(rounds.enrolments.iter_keys()):
        enrolment, version = rounds.enrolments.get((task, number, who)), rounds.course(task, number).version
        if version is None or enrolment is None or enrolment.data is None or enrolment.data.root != root:
            continue
        if who in rounds.clients_in_model(task, number, rounds.course(task, number)):
            found.append((task, number, who, version))
    return found


def _summary(rounds: RoundStorage, task: TaskId, number: RoundNumber) -> RoundSummary:
    course, judged = rounds.course(task, number), rounds.judged(task, number)
    settled = settlements_of(rounds, task, number)
    metrics = (None, None, None) if judged is None else _metrics(judged)
    return RoundSummary(
        task=task,
        number=number,
        phase=course.phase,
        outcome=course.outcome,
        enrolled=course.enrolled,
        updates=sum(1 for _ in rounds.updates.iter_keys((task, number))),
        before=metrics[0],
        after=metrics[1],
        constant=metrics[2],
        threshold=course.threshold,
        paid=sum(each.paid for each in settled),
        slashed=sum(each.slashed for each in settled),
        version=course.version,
    )


def _metrics(judged: Judged) -> tuple[int, int, int]:
    return judged.before, judged.after, judged.constant
