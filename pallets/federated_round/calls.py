"""The calls of the FederatedRound pallet: what owners, participants and root can do."""

from __future__ import annotations

from dataclasses import replace

from chain.primitives import U32, Balance, Bytes32, Hash
from pallets.federated_round.charging import charge
from pallets.federated_round.errors import (
    AlreadyCommitted,
    AlreadyEnrolled,
    AlreadyRevealed,
    EmptyArtifact,
    NotDrawn,
    NotOwner,
    NotPermitted,
    PoolTooSmall,
    PurposeUnknowable,
    RoundIsLive,
    SealBroken,
    TestSetReused,
    ThresholdTooLarge,
    TooManyEnrolled,
    TooManyTestSets,
    UnknownClient,
)
from pallets.federated_round.events import (
    Committed,
    Enrolled,
    PurposeSet,
    RewardThresholdChanged,
    TaskClosed,
    TaskCreated,
    TestSetRevealed,
    TestSetsCommitted,
    ToppedUp,
)
from pallets.federated_round.offering import ensure_may_offer
from pallets.federated_round.opening import ensure_bytes, open_seal
from pallets.federated_round.sealed import commitment_of
from pallets.federated_round.secrecy.calls import SecrecyCalls
from pallets.federated_round.shapes.calls import ShapeCalls
from pallets.federated_round.standing.calls import StandingCalls
from pallets.federated_round.standing.weights import close_weight, closing, start_weight, starting
from pallets.federated_round.types import (
    MAX_CLIENTS,
    MAX_DUTIES,
    MAX_TEST_SETS,
    MILLION,
    Aggregate,
    Ballot,
    DataCommitment,
    Enrolment,
    Evaluation,
    Judged,
    Phase,
    RoundNumber,
    Stage,
    Task,
    TaskId,
    Terms,
    TestSets,
)
from pallets.federated_round.unlearning.calls import UnlearningCalls
from pallets.frame.arithmetic import ensure_add
from pallets.frame.attempt import with_weight
from pallets.frame.call import call
from pallets.frame.error import DispatchError, ensure
from pallets.frame.origin import Origin, ensure_root, ensure_signed
from pallets.frame.traits import Preservation
from pallets.frame.view import view_function
from pallets.frame.weight import PostDispatchInfo, db
from pallets.ml_registry.artifact import Artifact
from pallets.ml_registry.types import ModelId


class RoundCalls(SecrecyCalls, ShapeCalls, UnlearningCalls, StandingCalls):
    """The pallet's calls over its storage."""

    # For owners

    @call(0, weight=db(reads=7, writes=6))
    def create_task(self, origin: Origin, model: ModelId, terms: Terms, pool: Balance, test_sets: TestSets) -> None:
        """Open a task for the caller's model, with a pool that pays for its rounds.

        The pool and one existential deposit move to the task's pot. Each round opens one test-set commitment.
        """
        owner = ensure_signed(origin)
        found = self.config.models.model(model)
        ensure(found.owner == owner, NotOwner)
        self.config.models.require_enabled(found.algorithm)
        from pallets.federated_round.terms import check_terms  # what a chain without tasks never loads

        check_terms(terms, found.algorithm, self.config.stakes.unbonding_delay)
        if terms.schedule.challenge:
            from pallets.federated_round.challenging import check_challenge  # what most tasks never load

            check_challenge(self.config, terms, found.algorithm)
        ensure(pool >= terms.round_reward, PoolTooSmall)
        task = self.task_count.get()
        currency = self.config.currency
        currency.transfer(owner, self.pot(task), pool + currency.minimum_balance(), Preservation.PRESERVE)
        self.task_count.put(ensure_add(U32, task, 1))
        self.tasks.insert(task, Task(owner, model, found.algorithm, terms, pool, 0, False, test_sets, None))
        if not terms.schedule.enrol:
            self.await_standing(task)
        self.deposit_event(TaskCreated(task, owner, model, pool))

    @call(1, weight=db(reads=5, writes=4))
    def top_up(self, origin: Origin, task: TaskId, amount: Balance) -> None:
        """Add to a task's pool; anybody may."""
        who = ensure_signed(origin)
        found = self.task(task)
        pool = ensure_add(Balance, found.pool, amount)
        self.config.currency.transfer(who, self.pot(task), amount, Preservation.PRESERVE)
        self.tasks.insert(task, replace(found, pool=pool))
        self.deposit_event(ToppedUp(task, who, amount))

    @call(2, weight=db(reads=1, writes=1))
    def commit_test_sets(self, origin: Origin, task: TaskId, commitments: TestSets) -> None:
        """Commit test sets for more rounds: blake2_256(salt ‖ root) each."""
        found = self._owned(origin, task)
        test_sets = (*found.test_sets, *commitments)
        ensure(len(test_sets) <= MAX_TEST_SETS, TooManyTestSets)
        self.tasks.insert(task, replace(found, test_sets=test_sets))
        self.deposit_event(TestSetsCommitted(task, len(test_sets)))

    @call(3, weight=start_weight)
    def start_round(self, origin: Origin, task: TaskId) -> PostDispatchInfo:
        """Start the task's next round; an automatic task needs this for the first, and after one that failed."""
        from pallets.federated_round.phases import begin_round  # what a chain without rounds never loads

        try:
            self._owned(origin, task)
            standing = begin_round(self, task, self.block_number())
        except DispatchError as refusal:
            raise with_weight(refusal, starting(0)) from None  # before anybody who stands was looked at
        return PostDispatchInfo(starting(standing))

    @call(4, weight=close_weight)
    def close_task(self, origin: Origin, task: TaskId) -> PostDispatchInfo:
        """End a task between two rounds; what is in its pot goes back to its owner."""
        found = self._owned(origin, task)
        ensure(not found.is_live, RoundIsLive)
        pot, currency = self.pot(task), self.config.currency
        refund = currency.transfer(pot, found.owner, currency.balance(pot), Preservation.EXPENDABLE)
        self.tasks.remove(task)
        self.purposes.remove(task)
        self.drop_shaped(task)
        standing = self.drop_standing(task)
        self.deposit_event(TaskClosed(task, refund))
        return PostDispatchInfo(closing(standing))

    @call(12, weight=db(reads=1, writes=1))
    def set_purpose(self, origin: Origin, task: TaskId, purpose: Hash | None) -> None:
        """Say what a task uses data for, between two rounds: its clients need their owners' permits for that."""
        found = self._owned(origin, task)
        ensure(not found.is_live, RoundIsLive)
        ensure(purpose is None or self.config.permits is not None, PurposeUnknowable)
        self.purposes.insert(task, purpose)
        self.deposit_event(PurposeSet(task, purpose))

    # For participants

    @call(5, weight=db(reads=18, writes=5))
    def enrol(
        self, origin: Origin, task: TaskId, number: RoundNumber, data: DataCommitment | None, duties: bool
    ) -> None:
        """Take part in the lottery of a round: as a client with data, for duties, or both."""
        who = ensure_signed(origin)
        owned, found = self.task(task), self.live_round(task, number, Phase.ENROL)
        ensure_may_offer(self, owned, who, data, duties=duties)
        ensure(data is None or self.may_train(task, who, data.root), NotPermitted)
        ensure(not self.enrolments.contains_key((task, number, who)), AlreadyEnrolled)
        ensure(found.enrolled < self.config.max_enrolled, TooManyEnrolled)
        if data is not None:
            charge(self, who, data.root, owned.terms)
        self.enrolments.insert((task, number, who), Enrolment(data, duties))
        self.rounds.insert((task, number), replace(found, acted=found.acted + 1, enrolled=found.enrolled + 1))
        self.deposit_event(Enrolled(task, number, who, 0 if data is None else data.samples, duties))

    @call(6, weight=db(reads=3, writes=2))
    def commit(self, origin: Origin, task: TaskId, number: RoundNumber, stage: Stage, seal: Hash) -> None:
        """Seal an update, an aggregate or an evaluation, each by those who were drawn for it."""
        who = ensure_signed(origin)
        found = self.live_round(task, number, stage.commit_phase)
        ensure(who in self.holders(task, number, stage.role), NotDrawn)
        if found.hides and stage is Stage.UPDATE:
            self.ensure_dealer(task, number, who)
        ensure(not self.ballots.contains_key((task, number, stage, who)), AlreadyCommitted)
        self.ballots.insert((task, number, stage, who), Ballot(seal, None))
        self.rounds.insert((task, number), replace(found, acted=found.acted + 1))
        self.deposit_event(Committed(task, number, stage, who))

    @call(7, weight=db(reads=4, writes=3))
    def reveal_update(self, origin: Origin, task: TaskId, number: RoundNumber, update: Artifact, salt: Bytes32) -> None:
        """Open the seal of an update, or state one where the round has no seals of updates.

        salt: of the seal; of what is stated, here and below, what it was made of: `basis`
        """
        who = ensure_signed(origin)
        ensure_bytes(update)
        open_seal(self, who, (task, number), Stage.UPDATE, update, salt)
        self.updates.insert((task, number, who), update)

    @call(8, weight=db(reads=6 + 2 * MAX_CLIENTS + 2 * MAX_DUTIES, writes=3))
    def reveal_aggregate(
        self, origin: Origin, task: TaskId, number: RoundNumber, aggregate: Aggregate, salt: Bytes32
    ) -> None:
        """Open the seal of an aggregate, or state it where there is one aggregator."""
        who = ensure_signed(origin)
        self.ensure_clients(task, number, aggregate)
        ensure(aggregate.model is not None or aggregate.state is None, EmptyArtifact)
        for artifact in (aggregate.model, aggregate.state):
            if artifact is not None:
                ensure_bytes(artifact)
        open_seal(self, who, (task, number), Stage.AGGREGATE, aggregate, salt)
        self.aggregates.insert((task, number, who), aggregate)

    @call(9, weight=db(reads=4, writes=4))
    def reveal_test_set(
        self, origin: Origin, task: TaskId, number: RoundNumber, test_set: Artifact, salt: Bytes32
    ) -> None:
        """Open the commitment to the round's test set; each test set serves one round of a task."""
        found = self._owned(origin, task)
        course = self.live_round(task, number, Phase.REVEAL_TEST_SET)
        ensure_bytes(test_set)
        ensure(course.acted == 0, AlreadyRevealed)
        ensure(commitment_of(salt, test_set.root) == course.test_set, SealBroken)
        ensure(not self.used_test_sets.contains_key((task, test_set.root)), TestSetReused)
        self.used_test_sets.insert((task, test_set.root), number)
        self.test_sets.insert((task, number), test_set)
        self.rounds.insert((task, number), replace(course, acted=1))
        self.tasks.insert(task, replace(found, test_sets=found.test_sets[1:]))
        self.deposit_event(TestSetRevealed(task, number, test_set))

    @call(10, weight=db(reads=9 + 2 * MAX_CLIENTS + MAX_DUTIES, writes=3))
    def reveal_evaluation(
        self, origin: Origin, task: TaskId, number: RoundNumber, evaluation: Evaluation, salt: Bytes32
    ) -> None:
        """Open the seal of an evaluation, or state it where there is one validator."""
        who = ensure_signed(origin)
        if isinstance(evaluation, Judged):
            judged = tuple(score.account for score in evaluation.clients)
            ensure(judged == self.judged_clients(task, number, self.course(task, number)), UnknownClient)
        open_seal(self, who, (task, number), Stage.EVALUATION, evaluation, salt)
        self.evaluations.insert((task, number, who), evaluation)

    @view_function
    def basis(self, task: U32, number: U32, stage: Stage) -> Hash:
        """What the content of a stage is made of, by what the chain says now: names it where nothing is sealed."""
        from pallets.federated_round.basis import basis_of  # what sealed rounds never load

        return basis_of(self, task, number, stage)

    # For root

    @call(11, weight=db(reads=1, writes=1))
    def set_reward_threshold(self, origin: Origin, threshold: U32) -> None:
        """Change the improvement, in parts per million, that tasks ask for where their terms name none."""
        ensure_root(origin)
        ensure(threshold <= MILLION, ThresholdTooLarge)
        before = self.reward_threshold.swap(threshold)
        self.deposit_event(RewardThresholdChanged(before, threshold))

    # Parts

    def _owned(self, origin: Origin, task: TaskId) -> Task:
        who = ensure_signed(origin)
        found = self.task(task)
        ensure(found.owner == who, NotOwner)
        return found
