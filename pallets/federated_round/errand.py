"""One round as the worker of one account finds it, and what the phase asks of the account.

It decides from the state alone, and remembers only what the chain must not know yet, so it can be stopped and started
in any block.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from logging import getLogger
from typing import Final

from chain.content.cid import CidError
from chain.content.store import ContentError
from chain.once import once
from chain.primitives import AccountId, BlockNumber
from chain.runtime_api import OffchainNode, SubmissionRefused
from pallets.federated_round.basis import basis_of
from pallets.federated_round.calls import RoundCalls
from pallets.federated_round.charging import affords
from pallets.federated_round.data import DataError, DataSet, Operator, decode_data_set, encode_data_set
from pallets.federated_round.drawing import training_seed
from pallets.federated_round.local_noise import noised
from pallets.federated_round.memory import Memory, Secret, content_of
from pallets.federated_round.offered_rows import offered_rows, strategy_of
from pallets.federated_round.opening import asks_for_seals
from pallets.federated_round.sealed import Content
from pallets.federated_round.shapes.placing import placed
from pallets.federated_round.stated import Stated, stated_aggregate, stated_artifact
from pallets.federated_round.strategies import ClientUpdate, Strategy, StrategyError, UpdateRefused
from pallets.federated_round.strategies.strategy import takes_training
from pallets.federated_round.types import (
    Aggregate,
    DataCommitment,
    Evaluation,
    Phase,
    Round,
    RoundNumber,
    Stage,
    Task,
    TaskId,
    Unusable,
)
from pallets.federated_round.unlearning.going_on import may_redo
from pallets.federated_round.worth import BySamples
from pallets.frame.call import RuntimeCall, call_of
from pallets.ml_registry.artifact import Artifact, ArtifactMismatch, fetch, publish
from pallets.ml_registry.fetching import fetch_several

log = getLogger(__name__)

PATIENCE: Final[BlockNumber] = 2
"""Blocks before a deadline in which a worker stops waiting for artifacts that its store has not got."""

UNAVAILABLE = (ArtifactMismatch, CidError, ContentError)


@dataclass(frozen=True)
class Errand:
    """One round, as the worker of one account finds it."""

    rounds: RoundCalls
    node: OffchainNode
    operator: Operator
    now: BlockNumber
    task_id: TaskId
    number: RoundNumber
    task: Task
    round: Round

    def run(self) -> None:
        """Do what the phase asks of the account, if anything."""
        _duty_of(self.round.phase)(self)
        if self.round.hides and self.round.phase is Phase.REVEAL_EVALUATIONS:
            from pallets.federated_round.secrecy.duties import forget  # what open rounds never load

            forget(self, self.number)

    # Enrolment

    def enrol(self) -> None:
        """Take part if the operator wants to, and can: its rows and the settings must fit each other."""
        self.forget_previous()
        terms, who = self.task.terms, self.node.account
        if not self.operator.joins(self.task_id) or who == self.task.owner:
            return
        if self.rounds.enrolments.contains_key((self.task_id, self.number, who)):
            return
        if self.rounds.config.stakes.active(who) < terms.minimum_stake:
            return
        data = self._offered_data()
        if data is None and not self.operator.serves:
            return
        enrol = self.rounds.enrol
        call = call_of(enrol, task=self.task_id, number=self.number, data=data, duties=self.operator.serves)
        self.submit(b"enrol", call)

    def _offered_data(self) -> DataCommitment | None:
        """The commitment to the operator's rows; None where they do not suit the task.

        Raises SettingsError, and what `fetch` raises, where nobody could take part without becoming an absentee.
        """
        who = self.node.account
        rows = offered_rows(self.rounds, self.node, self.operator, self.task_id, self.task, self.strategy)
        if rows is None:
            return None
        if not may_redo(self.rounds, self.task_id, who, rows.root):
            log.info("task %d: the round does another again, in which the operator's rows were not", self.task_id)
            return None
        if not affords(self.rounds, who, rows.root, self.task.terms):
            log.info("task %d: a round would cost more privacy than there is left", self.task_id)
            return None
        return rows

    # Updates

    def _make_update(self) -> Stated:
        local, seed = self.operator.data, self.round.seed
        enrolment = self.rounds.enrolments.get((self.task_id, self.number, self.node.account))
        enrolled = None if enrolment is None else enrolment.data
        root = None if local is None else local.root
        if local is None or root is None or seed is None or enrolled is None or enrolled.root != root:
            raise StrategyError("drawn as a client, but the operator has other data than it enrolled with")
        if not self.rounds.may_train(self.task_id, self.node.account, root):
            raise StrategyError("the permit to use the data for this task has ended")
        who = self.node.account
        update = self.trained(local.data, training_seed(seed, who), self.base)
        if self.round.hides:
            from pallets.federated_round.secrecy.duties import masked

            return masked(self, update)
        return stated_artifact(update)

    def trained(self, data: DataSet, seed: bytes, base: bytes | None) -> bytes:
        """An update, by the operator's own training where the strategy takes it, with the noise of the terms."""
        own, strategy = self.operator.training, self.strategy
        if own is not None and takes_training(strategy):
            made = strategy.train_with(own, data, base, seed)
        else:
            made = strategy.train(data, base, seed, self.state, self.node.account)
        return noised(self.task.terms.noise, made, base, self.node.random_seed)

    # Aggregates

    def _make_aggregate(self) -> Stated:
        if self.round.hides:
            from pallets.federated_round.secrecy.duties import made_aggregate

            return made_aggregate(self)
        revealed = self.rounds.revealed(self.task_id, self.number, Stage.UPDATE)
        updates = {who: update for who in revealed if (update := self._valid_update(who)) is not None}
        invalid = tuple(who for who in revealed if who not in updates)
        if not updates:
            return Aggregate(None, invalid), ()
        joined = self.strategy.aggregate(list(updates.values()), self.base, self.state)
        model = _falsified(joined.model) if self.operator.falsifies else joined.model
        return stated_aggregate(model, joined.state, invalid)

    def _updates_are_there(self) -> bool:
        """Whether every revealed update can be fetched, or there is no time left to wait for it."""
        if self.round.hides:
            from pallets.federated_round.secrecy.duties import are_there

            return are_there(self)
        if self.is_urgent:
            return True
        revealed = self.rounds.revealed(self.task_id, self.number, Stage.UPDATE)
        told = {who: self.rounds.updates.get((self.task_id, self.number, who)) for who in revealed}
        self._fetched_updates.update(fetch_several(self.node, {who: each for who, each in told.items() if each}))
        try:
            for who in revealed:
                self._update_bytes(who)
        except ContentError:
            return False
        except (ArtifactMismatch, CidError):
            return True  # no waiting makes these valid
        return True

    def _valid_update(self, who: AccountId) -> ClientUpdate | None:
        try:
            update = self._update_bytes(who)
            self.strategy.check(update)
        except (*UNAVAILABLE, UpdateRefused) as problem:
            log.info("task %d, round %d: update of 0x%s: %s", self.task_id, self.number, who.hex(), problem)
            return None
        return self.placed(ClientUpdate(who, self._samples_of(who), update))

    # The test set

    def reveal_test_set(self) -> None:
        """The owner publishes the test set of the round, and opens its commitment."""
        if self.node.account != self.task.owner or self.round.acted:
            return
        held = next((each for each in self.operator.test_sets if each.commitment == self.round.test_set), None)
        if held is None:
            log.warning("task %d, round %d: the operator has not got the test set", self.task_id, self.number)
            return
        test_set = self.publish(encode_data_set(held.data))
        reveal = self.rounds.reveal_test_set
        call = call_of(reveal, task=self.task_id, number=self.number, test_set=test_set, salt=held.salt)
        self.submit(b"test set", call)

    # Evaluations

    def _make_evaluation(self) -> Stated:
        agreed = self.rounds.agreed_aggregate.get((self.task_id, self.number))
        test_set = self.rounds.test_sets.get((self.task_id, self.number))
        if agreed is None or agreed.model is None or test_set is None:
            raise StrategyError("nothing to evaluate")
        looks_at_updates = not isinstance(self.task.terms.worth, BySamples)
        updates = (
            self._sums_to_judge()
            if self.round.hides
            else [
                self._to_judge(who, looks_at_updates) for who in self.rounds.joined_clients(self.task_id, self.number)
            ]
        )
        test_bytes, model = self._fetched_in_time(test_set), self._fetched_in_time(agreed.model)
        verdict: Evaluation
        try:
            test, seed = decode_data_set(test_bytes), self.round.judging or b""
            verdict = self.strategy.evaluate(updates, self.base, model, test, self.state, seed)
        except DataError as problem:
            log.info("task %d, round %d: the test set is unusable: %s", self.task_id, self.number, problem)
            verdict = Unusable()
        return verdict, ()

    def _sums_to_judge(self) -> list[ClientUpdate]:
        from pallets.federated_round.secrecy.duties import updates_to_judge

        return updates_to_judge(self)

    def _fetched_in_time(self, artifact: Artifact) -> bytes:
        """The bytes; nothing where they are not what they should be, or did not come before the deadline."""
        try:
            return fetch(self.node, artifact)
        except ContentError:
            if not self.is_urgent:
                raise
        except (ArtifactMismatch, CidError):
            pass
        return b""

    # Seals

    def commit(self, stage: Stage) -> None:
        """Train, join or judge, and seal what comes of it."""
        secret = self._made(stage)
        if secret is not None:
            seal = self.memory.seal(stage, secret)
            call = call_of(self.rounds.commit, task=self.task_id, number=self.number, stage=stage, seal=seal)
            self.submit(b"commit %d" % stage, call)

    def _made(self, stage: Stage) -> Secret | None:
        """What the account owes, the same each time; None where that is nothing, or cannot be made yet."""
        if not self._owes(stage) or not self._is_ready(stage):
            return None
        return self.memory.recall_or_keep(stage, partial(self._make, stage))

    def _is_ready(self, stage: Stage) -> bool:
        """Whether it can be made now, and be of use."""
        if stage is Stage.UPDATE and self.round.hides:
            from pallets.federated_round.secrecy.duties import may_mask  # what open rounds never load

            return may_mask(self)
        return stage in {Stage.UPDATE, Stage.EVALUATION} or self._updates_are_there()

    def _make(self, stage: Stage) -> Stated:
        match stage:
            case Stage.UPDATE:
                return self._make_update()
            case Stage.EVALUATION:
                return self._make_evaluation()
        return self._make_aggregate()

    def _owes(self, stage: Stage) -> bool:
        """Whether the account has the stage's role, and has sealed or stated nothing yet."""
        who = self.node.account
        if who not in self.rounds.holders(self.task_id, self.number, stage.role):
            return False
        return not self.rounds.ballots.contains_key((self.task_id, self.number, stage, who))

    def reveal(self, stage: Stage) -> None:
        """Open the seal; where the stage needs none, train, join or judge, and state what comes of it."""
        key = (self.task_id, self.number)
        ballot = self.rounds.ballots.get((*key, stage, self.node.account))
        if ballot is None:
            if not asks_for_seals(self.rounds, key, stage, self.task.terms):
                stated = self._made(stage)
                if stated is not None:
                    self._show(stage, stated, stated.basis)
            return
        secret = self.memory.recall(stage) if ballot.revealed is None else None
        if secret is None:
            return
        if self.memory.seal(stage, secret) != ballot.seal:
            log.warning("task %d, round %d: another worker sealed for this account", *key)
            return
        self._show(stage, secret, secret.salt)

    def _show(self, stage: Stage, secret: Secret, salt: bytes) -> None:
        for attachment in secret.attachments:
            self.node.content_put(attachment)  # its name and root are in what is shown
        self.submit(b"reveal %d" % stage, self._reveal_call(content_of(stage, secret), salt))

    def _reveal_call(self, content: Content, salt: bytes) -> RuntimeCall:
        rounds, task, number = self.rounds, self.task_id, self.number
        match content:
            case Artifact():
                return call_of(rounds.reveal_update, task=task, number=number, update=content, salt=salt)
            case Aggregate():
                return call_of(rounds.reveal_aggregate, task=task, number=number, aggregate=content, salt=salt)
            case Evaluation():
                return call_of(rounds.reveal_evaluation, task=task, number=number, evaluation=content, salt=salt)

    # What errands need

    @once
    def strategy(self) -> Strategy:
        """The task's strategy; raises SettingsError, and what `fetch` raises."""
        return strategy_of(self.node, self.task)

    @once
    def base(self) -> bytes | None:
        """The bytes of the version that the round began from."""
        if self.round.base is None:
            return None
        return fetch(self.node, self.rounds.config.models.version(self.round.base).artifact)

    @once
    def state(self) -> bytes | None:
        """What the server optimiser remembered when the round began."""
        found = self.rounds.server_states.get((self.task_id, self.number))
        return None if found is None else fetch(self.node, found)

    @once
    def memory(self) -> Memory:
        """What the node remembers of this round."""
        basis = partial(basis_of, self.rounds, self.task_id, self.number)
        return Memory(self.node, self.task_id, self.number, self.round.seed, basis)

    @property
    def is_urgent(self) -> bool:
        """Whether the phase is so near its end that nothing is waited for."""
        return self.now + PATIENCE >= self.round.deadline

    def _update_bytes(self, who: AccountId) -> bytes:
        """A revealed update, which is fetched and checked once in an errand."""
        found = self._fetched_updates.get(who)
        if found is None:
            update = self.rounds.updates.get((self.task_id, self.number, who))
            if update is None:
                raise StrategyError(f"0x{who.hex()} has revealed no update")
            found = self._fetched_updates[who] = fetch(self.node, update)
        return found

    def _to_judge(self, who: AccountId, looks_at_it: bool) -> ClientUpdate:
        samples = self._samples_of(who)
        if not looks_at_it:
            return ClientUpdate(who, samples, b"")
        return self.placed(ClientUpdate(who, samples, self._update_bytes(who)))

    def placed(self, update: ClientUpdate) -> ClientUpdate:
        """The update with its place in the shape of the round."""
        return placed(
            self.rounds, (self.task_id, self.number), self.task.terms.shape, update, partial(fetch, self.node)
        )

    @once
    def _fetched_updates(self) -> dict[AccountId, bytes]:
        return {}

    def _samples_of(self, who: AccountId) -> int:
        enrolment = self.rounds.enrolments.get((self.task_id, self.number, who))
        return 0 if enrolment is None or enrolment.data is None else enrolment.data.samples

    def publish(self, data: bytes) -> Artifact:
        """Put bytes in the content store."""
        return publish(self.node, data)

    def submit(self, act: bytes, call: RuntimeCall) -> None:
        """Send a call, unless the same act was submitted a few blocks ago; raises SubmissionRefused."""
        if not self.memory.may_submit(act, self.now, self.rounds.config.retry_after):
            return
        try:
            self.node.submit_signed(call)
        except SubmissionRefused:
            self.memory.not_submitted(act)
            raise

    def forget_previous(self) -> None:
        """Drop what was kept for the round before."""
        if self.number:
            previous = self.rounds.rounds.get((self.task_id, self.number - 1))
            if previous is not None:
                place, who = (self.task_id, self.number - 1), self.node.account
                drawn = self.rounds.drawn.get(place)
                had = [] if drawn is None else [stage for stage in Stage if who in drawn.holders(stage.role)]
                Memory(self.node, *place, previous.seed).forget(had)
                if previous.hides:
                    from pallets.federated_round.secrecy.duties import forget

                    forget(self, self.number - 1)


def _duty_of(phase: Phase) -> Callable[[Errand], None]:
    found = _DUTIES.get(phase)
    if found is None:
        from pallets.federated_round.secrecy.duties import DUTIES  # what open rounds never load

        return DUTIES[phase]
    return found


def _falsified(model: bytes) -> bytes:
    from pallets.learning.attacks import falsified  # for shows and tests

    return falsified(model)


def _nothing(errand: Errand) -> None:
    """The phase asks nothing of anybody."""


_DUTIES: Final[Mapping[Phase, Callable[[Errand], None]]] = {
    Phase.ENROL: Errand.enrol,
    Phase.DRAW: _nothing,
    Phase.CHALLENGE: _nothing,
    Phase.REVEAL_TEST_SET: Errand.reveal_test_set,
    Phase.ENDED: _nothing,
    **{stage.commit_phase: partial(Errand.commit, stage=stage) for stage in Stage},
    **{stage.reveal_phase: partial(Errand.reveal, stage=stage) for stage in Stage},
}
