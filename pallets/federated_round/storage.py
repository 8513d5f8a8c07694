"""Where federated rounds keep what they know; the transitions of `phases` and the calls of `pallet` work on it.

A round's own record is small, because every act rewrites it. What the participants say is in maps beside it, each
written once, and stays for `Config.history` rounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from chain.primitives import U32, AccountId, Hash, MaxLen
from pallets.federated_round.config import Config
from pallets.federated_round.errors import UnknownTask, WrongPhase, WrongRound
from pallets.federated_round.secrecy.storage import SecrecyStorage
from pallets.federated_round.shapes.storage import ShapeStorage
from pallets.federated_round.standing.storage import StandingStorage
from pallets.federated_round.types import (
    Aggregate,
    Ballot,
    Challenge,
    Drawn,
    Enrolment,
    Evaluation,
    Judged,
    Phase,
    Role,
    Round,
    RoundNumber,
    Settlements,
    Stage,
    Task,
    TaskId,
)
from pallets.federated_round.unlearning.storage import UnlearningStorage
from pallets.frame.error import ensure
from pallets.frame.storage import StorageDoubleMap, StorageMap, StorageNMap, StorageValue, Twox64, item
from pallets.ml_registry.artifact import Artifact

DEFAULT_REWARD_THRESHOLD = 1
"""One part per million: any improvement, until governance asks for more."""

RoundKey = tuple[Twox64[TaskId], Twox64[RoundNumber], AccountId]
BallotKey = tuple[Twox64[TaskId], Twox64[RoundNumber], Twox64[Stage], AccountId]


class RoundStorage(SecrecyStorage, ShapeStorage, UnlearningStorage, StandingStorage):
    """The pallet's storage, and the questions that need no more than a look at it."""

    tasks: StorageMap[Twox64[TaskId], Task | None]
    """Tasks that are not closed."""

    task_count: StorageValue[U32]
    """The id of the next task."""

    live: StorageValue[Annotated[tuple[TaskId, ...], MaxLen(Config.max_live)]]
    """Tasks that have a round running, oldest round first."""

    reward_threshold: StorageValue[U32] = item(default=DEFAULT_REWARD_THRESHOLD)
    """Improvement in parts per million that tasks ask for where their terms name none; governance changes it."""

    used_test_sets: StorageDoubleMap[Twox64[TaskId], Hash, RoundNumber | None]
    """Roots of the test sets that a task has revealed."""

    rounds: StorageDoubleMap[Twox64[TaskId], Twox64[RoundNumber], Round | None]
    """The course of each round."""

    enrolments: StorageNMap[RoundKey, Enrolment | None]
    """Who offers what."""

    drawn: StorageDoubleMap[Twox64[TaskId], Twox64[RoundNumber], Drawn | None]
    """Who has which role."""

    ballots: StorageNMap[BallotKey, Ballot | None]
    """Seals, and what was revealed under them."""

    server_states: StorageDoubleMap[Twox64[TaskId], Twox64[RoundNumber], Artifact | None]
    """What the server optimiser remembered as each round began."""

    updates: StorageNMap[RoundKey, Artifact | None]
    """The updates that clients revealed."""

    aggregates: StorageNMap[RoundKey, Aggregate | None]
    """The models that aggregators revealed."""

    evaluations: StorageNMap[RoundKey, Evaluation | None]
    """What validators found."""

    agreed_aggregate: StorageDoubleMap[Twox64[TaskId], Twox64[RoundNumber], Aggregate | None]
    """The model of a majority of the aggregators."""

    challenges: StorageDoubleMap[Twox64[TaskId], Twox64[RoundNumber], Challenge | None]
    """What became of aggregates that could be challenged."""

    test_sets: StorageDoubleMap[Twox64[TaskId], Twox64[RoundNumber], Artifact | None]
    """The test set that the owner revealed."""

    agreed_evaluation: StorageDoubleMap[Twox64[TaskId], Twox64[RoundNumber], Evaluation | None]
    """What a majority of the validators found."""

    settlements: StorageDoubleMap[Twox64[TaskId], Twox64[RoundNumber], Settlements | None]
    """Who was paid or slashed, and why."""

    purposes: StorageMap[Twox64[TaskId], Hash | None]
    """What tasks use data for, hashed: their clients need permits. None: nothing that a permit would be needed for."""

    # Questions

    def pot(self, task: TaskId) -> AccountId:
        """The account that a task's pool lies in; it holds the existential deposit on top."""
        return self.account_id(b"task", task.to_bytes(4, "little"))

    def task(self, task: TaskId) -> Task:
        """The task; raises UnknownTask."""
        found = self.tasks.get(task)
        if found is None:
            raise UnknownTask
        return found

    def may_train(self, task: TaskId, who: AccountId, root: Hash) -> bool:
        """Whether an account may train on the data of a root.

        Where the task has a purpose, with a permit for it; where it has none, on data that are nobody else's.
        Never on erased data; in a round that does another again, on what the account had in that one.
        """
        from pallets.federated_round.unlearning.going_on import may_redo  # which stands on this module

        return self.may_use(task, who, root) and may_redo(self, task, who, root)

    def may_use(self, task: TaskId, who: AccountId, root: Hash) -> bool:
        """As `may_train`, whichever round runs."""
        if self.erased.get(root):
            return False
        purpose, permits = self.purposes.get(task), self.config.permits
        if purpose is None:
            owner = None if permits is None else permits.owner_of(root)
            return owner in (None, who)
        return permits is not None and permits.permits_use(root, who, purpose)

    def course(self, task: TaskId, number: RoundNumber) -> Round:
        """The course of a round, live or ended; raises WrongRound where it is not remembered."""
        found = self.rounds.get((task, number))
        if found is None:
            raise WrongRound
        return found

    def live_round(self, task: TaskId, number: RoundNumber, phase: Phase) -> Round:
        """The round if it is in that phase; raises WrongRound or WrongPhase."""
        found = self.course(task, number)
        ensure(found.phase is not Phase.ENDED, WrongRound)
        ensure(found.phase is phase, WrongPhase)
        return found

    def holders(self, task: TaskId, number: RoundNumber, role: Role) -> tuple[AccountId, ...]:
        """The accounts that have a role in a round; nobody before the draw."""
        found = self.drawn.get((task, number))
        return () if found is None else found.holders(role)

    def enrolments_of(self, task: TaskId, number: RoundNumber) -> Mapping[AccountId, Enrolment]:
        """Who enrolled in a round."""
        return {key[2]: enrolment for key, enrolment in self.enrolments.iter(prefix=(task, number)) if enrolment}

    def samples_of(self, task: TaskId, number: RoundNumber) -> dict[AccountId, int]:
        """How many samples each client of a round counts for, in ascending order of accounts."""
        # a round that joins the updates of another again has drawn no clients
        clients = self.holders(task, number, Role.CLIENT) or tuple(self.revealed(task, number, Stage.UPDATE))
        found = {who: self.enrolments.get((task, number, who)) for who in clients}
        return {who: each.data.samples for who, each in found.items() if each is not None and each.data is not None}

    def revealed(self, task: TaskId, number: RoundNumber, stage: Stage) -> dict[AccountId, Hash]:
        """The content hashes that were revealed in a stage, by account."""
        # a round that joins the updates of another again has drawn no clients
        holders = self.holders(task, number, stage.role) or self._have_ballots(task, number, stage)
        found = {who: self.ballots.get((task, number, stage, who)) for who in sorted(holders)}
        return {who: each.revealed for who, each in found.items() if each is not None and each.revealed is not None}

    def _have_ballots(self, task: TaskId, number: RoundNumber, stage: Stage) -> tuple[AccountId, ...]:
        return tuple(key[3] for key in self.ballots.iter_keys((task, number, stage)))

    def clients_in_model(self, task: TaskId, number: RoundNumber, course: Round) -> tuple[AccountId, ...]:
        """The clients whose updates are in the agreed aggregate, hidden or not, in ascending order."""
        if not course.hides:
            return self.joined_clients(task, number)
        from pallets.federated_round.secrecy.reading import summed_clients  # what open rounds never load

        return summed_clients(self, (task, number))

    def judged_clients(self, task: TaskId, number: RoundNumber, course: Round) -> tuple[AccountId, ...]:
        """Whom a verdict is on, in ascending order: the clients in the model, or who stand for the hidden groups."""
        if not course.hides:
            return self.joined_clients(task, number)
        from pallets.federated_round.secrecy.reading import summed_groups

        return tuple(group.representative for group in summed_groups(self, (task, number)))

    def judged(self, task: TaskId, number: RoundNumber) -> Judged | None:
        """The verdict of the validators; None where there is none."""
        found = self.agreed_evaluation.get((task, number))
        return found if isinstance(found, Judged) else None

    def joined_clients(self, task: TaskId, number: RoundNumber) -> tuple[AccountId, ...]:
        """The clients whose updates are in the agreed aggregate, in ascending order."""
        agreed = self.agreed_aggregate.get((task, number))
        if agreed is None:
            return ()
        revealed = self.revealed(task, number, Stage.UPDATE)
        left_out = self.clients_of_groups(task, number, agreed.unsummed) if agreed.unsummed else frozenset()
        return tuple(who for who in revealed if who not in agreed.invalid and who not in left_out)
