"""The end of a round: awards become payments and slashes, each recorded with its reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from chain.primitives import AccountId, Hash
from chain.record import record
from pallets.federated_round.charging import give_back
from pallets.federated_round.events import RoundEnded, Settled
from pallets.federated_round.sealed import content_hash, majority
from pallets.federated_round.secrecy.types import Hidden
from pallets.federated_round.settlement import Award, Facts, awards_of
from pallets.federated_round.shapes.choice import Hierarchical
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import (
    ABSENCES,
    FAULTS,
    MILLION,
    Drawn,
    Outcome,
    Phase,
    Reason,
    Round,
    RoundNumber,
    ServerState,
    Settlement,
    Stage,
    Task,
    TaskId,
)
from pallets.federated_round.unlearning.going_on import end_redone, to_redo
from pallets.frame.error import DispatchError

SUCCESSES = frozenset({Reason.CONTRIBUTED, Reason.SHARED, Reason.AGREED, Reason.MENDED})


@record
class Ending:
    """A round that is over, in the phase that was its last."""

    key: tuple[TaskId, RoundNumber]
    task: Task
    round: Round
    outcome: Outcome
    version: Hash | None

    @property
    def last_phase(self) -> Phase:
        """The phase that was not followed by another."""
        return self.round.phase


def end_round(rounds: RoundStorage, ending: Ending) -> None:
    """Settle with everybody who had a role, and write down how the round ended."""
    task_id, number = ending.key
    awards = [] if rounds.drawn.get(ending.key) is None else awards_of(facts_of(rounds, ending))
    settlements = tuple(_settle(rounds, ending, award) for award in awards)
    if settlements:
        rounds.settlements.insert(ending.key, settlements)
    give_back(rounds, ending.key, ending.task.terms)
    waited_for = to_redo(rounds, task_id)
    end_redone(rounds, ending.key, ending.outcome)
    paid = sum(settlement.paid for settlement in settlements)
    rounds.rounds.insert(
        ending.key, replace(ending.round, phase=Phase.ENDED, outcome=ending.outcome, version=ending.version)
    )
    task = rounds.task(task_id)
    server = task.server if ending.version is None else _server_state(rounds, ending, ending.version)
    rounds.tasks.insert(task_id, replace(task, pool=ending.task.pool - paid, is_live=False, server=server))
    rounds.live.put(tuple(other for other in rounds.live.get() if other != task_id))
    rounds.deposit_event(RoundEnded(task_id, number, ending.outcome, ending.version))
    _forget_old(rounds, task_id, number - rounds.config.history, waited_for)


def _server_state(rounds: RoundStorage, ending: Ending, version: Hash) -> ServerState | None:
    """What the optimiser remembers with the version that the round published."""
    agreed = rounds.agreed_aggregate.get(ending.key)
    return None if agreed is None or agreed.state is None else ServerState(version, agreed.state)


def facts_of(rounds: RoundStorage, ending: Ending) -> Facts:
    """What the settlement depends on, read back from the chain; the same as long as the round is remembered."""
    drawn = rounds.drawn.get(ending.key) or Drawn((), (), ())
    stages = (Stage.UPDATE, Stage.AGGREGATE, Stage.EVALUATION)
    completed = [stage for stage in stages if ending.last_phase.has_come_to(stage.reveal_phase)]
    revealed = {stage: rounds.revealed(*ending.key, stage) for stage in completed}
    results = {
        stage: majority(revealed[stage].values(), len(drawn.holders(stage.role)))
        for stage in (Stage.AGGREGATE, Stage.EVALUATION)
        if stage in revealed
    }
    aggregate = rounds.agreed_aggregate.get(ending.key)
    agreed: dict[Stage, Hash] = {stage: content for stage, content in results.items() if content is not None}
    challenge = rounds.challenges.get(ending.key)
    if challenge is not None:
        agreed.pop(Stage.AGGREGATE, None)
        if aggregate is not None:  # what stands, whoever voted for it
            agreed[Stage.AGGREGATE] = content_hash(Stage.AGGREGATE, aggregate)
    return Facts(
        drawn=drawn,
        outcome=ending.outcome,
        terms=ending.task.terms,
        revealed=revealed,
        agreed=agreed,
        invalid=() if aggregate is None else aggregate.invalid,
        judged=rounds.judged(*ending.key),
        samples=rounds.samples_of(*ending.key),
        hidden=_hidden_of(rounds, ending),
        in_groups=_reasons_in_groups(rounds, ending),
        mender=None if challenge is None else challenge.mender,
    )


def _hidden_of(rounds: RoundStorage, ending: Ending) -> Hidden | None:
    if not ending.round.hides:
        return None
    from pallets.federated_round.secrecy.settlement import hidden_of  # what open rounds never load

    return hidden_of(rounds, ending)


def _reasons_in_groups(rounds: RoundStorage, ending: Ending) -> Mapping[AccountId, Reason] | None:
    if not isinstance(ending.task.terms.shape, Hierarchical):
        return None
    from pallets.federated_round.shapes.settlement import reasons_in_groups

    return reasons_in_groups(rounds, ending.key, ending.last_phase)


def _forget_old(rounds: RoundStorage, task_id: TaskId, oldest: int, waited_for: Collection[RoundNumber]) -> None:
    """Forget the round that is too old now, and those that were only remembered to be done again."""
    waits = to_redo(rounds, task_id)
    for number in sorted({oldest, *waited_for}):
        if 0 <= number <= oldest and number not in waits:
            forget(rounds, task_id, number)


def forget(rounds: RoundStorage, task_id: TaskId, number: RoundNumber) -> None:
    """Remove everything about a round but its events, which are history."""
    key = (task_id, number)
    ended = rounds.rounds.get(key)
    if ended is not None and ended.hides:
        rounds.forget_hidden(task_id, number)
    rounds.forget_shaped(task_id, number)
    for facts in (
        rounds.rounds,
        rounds.drawn,
        rounds.server_states,
        rounds.agreed_aggregate,
        rounds.challenges,
        rounds.test_sets,
        rounds.agreed_evaluation,
        rounds.settlements,
        rounds.redone,
    ):
        facts.remove(key)
    for sayings in (rounds.enrolments, rounds.ballots, rounds.updates, rounds.aggregates, rounds.evaluations):
        sayings.clear(prefix=key)


def _settle(rounds: RoundStorage, ending: Ending, award: Award) -> Settlement:
    reason, paid, slashed = award.reason, 0, 0
    if award.payment and _is_paid(rounds, ending, award):
        paid = award.payment
    elif award.payment:
        reason = Reason.UNPAYABLE
    if award.reason in SUCCESSES:
        rounds.config.stakes.record_success(award.account)
    elif award.reason in FAULTS | ABSENCES:
        penalties = ending.task.terms.penalties
        fraction = penalties.absence if award.reason in ABSENCES else penalties.fault
        slashed = rounds.config.stakes.slash(
            award.account, rounds.config.stakes.bonded(award.account) * fraction // MILLION
        )
        rounds.config.stakes.record_fault(award.account)
    rounds.deposit_event(Settled(*ending.key, award.account, award.role, reason, paid, slashed))
    return Settlement(award.account, award.role, reason, paid, slashed)


def _is_paid(rounds: RoundStorage, ending: Ending, award: Award) -> bool:
    try:
        with rounds.storage.transaction():
            rounds.config.stakes.reward(rounds.pot(ending.key[0]), award.account, award.payment)
    except DispatchError:
        return False
    return True
