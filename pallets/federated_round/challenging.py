"""Aggregates that can be challenged: what was agreed stands for a while, and a dispute may put another in its place.

What the mean or the joined forest of the revealed updates is, the chain can judge step by step, and the mean of hidden
ones, too. It cannot judge which bytes were there in time, so what the aggregators call invalid or unsummed stays so;
nor what shape of model the settings ask for where updates are open; nor under which CID a model is kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from chain.primitives import AccountId
from chain.scale import codec_of
from pallets.disputes.computations.kinds import AVERAGING, MERGING
from pallets.disputes.types import Computation, Verdict
from pallets.federated_round.config import Config, Disputes
from pallets.federated_round.errors import NotDisputable, ScheduleImpossible
from pallets.federated_round.events import Mended
from pallets.federated_round.phases import Course, ask_for_test_set
from pallets.federated_round.rules import Mean
from pallets.federated_round.sealed import content_hash
from pallets.federated_round.secrecy.choice import hiding_of
from pallets.federated_round.shapes.choice import Synchronous
from pallets.federated_round.types import Aggregate, Challenge, Outcome, Phase, Stage, Terms
from pallets.frame.error import DispatchError, ensure
from pallets.ml_registry.algorithms import FOREST_MERGE, LINEAR_AVERAGING
from pallets.ml_registry.artifact import Artifact
from pallets.ml_registry.types import AlgorithmId

JUDGED_BITS: Final = 64
"""Of residues: as many of them stand in one chunk of a file as weights."""


def check_challenge(config: Config, terms: Terms, algorithm: AlgorithmId) -> None:
    """Raises NotDisputable or ScheduleImpossible where aggregates under these terms cannot be challenged."""
    judge, window, hiding = config.disputes, terms.schedule.challenge, hiding_of(terms.secrecy)
    can_be_judged = (
        algorithm in {FOREST_MERGE, LINEAR_AVERAGING}
        and isinstance(terms.rule, Mean)
        and isinstance(terms.shape, Synchronous)
        and (hiding is None or hiding.modulus_bits == JUDGED_BITS)
    )
    if judge is None or not can_be_judged:
        raise NotDisputable
    ensure(terms.longest + judge.longest(window) <= config.stakes.unbonding_delay, ScheduleImpossible)


def open_to_challenge(course: Course) -> None:
    """Let the agreed aggregate stand for challenge; those who voted for it may stand up for it."""
    rounds, window = course.rounds, course.task.terms.schedule.challenge
    agreed = rounds.agreed_aggregate.get(course.key)
    if agreed is None:
        course.end(Outcome.NO_AGGREGATE)
        return
    try:
        with rounds.storage.transaction():
            claim = _judge(course).open(_computation(course), agreed.model, _voters(course, agreed), window)
    except DispatchError:
        course.end(Outcome.CONTESTED)  # updates of sizes that nobody could have made
        return
    rounds.challenges.insert(course.key, Challenge(claim))
    course.begin(Phase.CHALLENGE, window, expected=1)


def go_on(course: Course) -> None:
    """Wait for the end of a dispute, or do what came of it."""
    rounds, judge = course.rounds, _judge(course)
    challenge = rounds.challenges.get(course.key)
    if challenge is None or challenge.claim is None:
        ask_for_test_set(course)
        return
    verdict = judge.advance(challenge.claim)
    if verdict is None:
        deadline = judge.stands_until(challenge.claim) or course.now + 1
        rounds.rounds.insert(course.key, replace(course.round, deadline=deadline))
        return
    _apply(course, verdict)
    if verdict.result is None:
        course.end(Outcome.CONTESTED)
    else:
        ask_for_test_set(course)


def _apply(course: Course, verdict: Verdict) -> None:
    """Write what stands."""
    rounds, key = course.rounds, course.key
    agreed = rounds.agreed_aggregate.get(key)
    rounds.challenges.insert(key, Challenge(None))
    if not verdict.stands:
        rounds.agreed_aggregate.remove(key)
    elif agreed is not None and not _same(agreed.model, verdict.result):
        mended = Aggregate(verdict.result, agreed.invalid, None, agreed.unsummed)
        rounds.agreed_aggregate.insert(key, mended)
        rounds.challenges.insert(key, Challenge(None, verdict.holder))
        if verdict.holder is not None:
            rounds.deposit_event(Mended(*key, verdict.holder, content_hash(Stage.AGGREGATE, mended)))


def _same(one: Artifact | None, other: Artifact | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.root, one.size) == (other.root, other.size)


def _voters(course: Course, agreed: Aggregate) -> tuple[AccountId, ...]:
    content = content_hash(Stage.AGGREGATE, agreed)
    votes = course.rounds.revealed(*course.key, Stage.AGGREGATE)
    return tuple(who for who, vote in votes.items() if vote == content)


def _computation(course: Course) -> Computation:
    """What the agreed aggregate should be; raises DispatchError where the base version is not registered."""
    from pallets.disputes.computations.averaging import Averaging, Weighed
    from pallets.disputes.computations.merging import Merging

    if course.round.hides:
        from pallets.federated_round.secrecy.disputing import hidden_mean  # what open rounds never load

        return hidden_mean(course)
    rounds, samples = course.rounds, course.rounds.samples_of(*course.key)
    clients = rounds.joined_clients(*course.key)
    found = {who: rounds.updates.get((*course.key, who)) for who in clients}
    updates = {who: update for who, update in found.items() if update is not None}
    if course.task.algorithm == LINEAR_AVERAGING:
        averaged = Averaging(tuple(Weighed(update, samples[who]) for who, update in updates.items()))
        return Computation(AVERAGING, codec_of(Averaging).encode(averaged))
    base = course.round.base
    forests = () if base is None else (rounds.config.models.version(base).artifact,)
    return Computation(MERGING, codec_of(Merging).encode(Merging((*forests, *updates.values()))))


def _judge(course: Course) -> Disputes:
    judge = course.rounds.config.disputes
    if judge is None:
        raise NotDisputable  # no task has such terms on a chain without a judge
    return judge
