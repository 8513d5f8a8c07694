"""What becomes of a round whose aggregate can be challenged, whatever the judge says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from chain.primitives import AccountId, BlockNumber
from chain.scale import codec_of
from pallets.disputes.computations.averaging import Averaging, Weighed
from pallets.disputes.computations.kinds import AVERAGING, MERGING
from pallets.disputes.computations.merging import Merging
from pallets.disputes.errors import NotComputable
from pallets.disputes.types import ClaimId, Computation, Verdict
from pallets.federated_round import Aggregate, Outcome, Phase, Reason, Role, Settlement, Stage, Terms
from pallets.federated_round.challenging import check_challenge
from pallets.federated_round.ending import forget
from pallets.federated_round.errors import NotDisputable, ScheduleImpossible
from pallets.federated_round.events import Mended
from pallets.federated_round.rules import Median
from pallets.federated_round.sealed import content_hash
from pallets.federated_round.secrecy.choice import Full, Hiding
from pallets.federated_round.shapes.choice import Hierarchical
from pallets.federated_round.types import Challenge
from pallets.frame.testing import events_of
from pallets.ml_registry import FOREST_MERGE, LINEAR_AVERAGING, Artifact, artifact_of
from pallets.ml_registry.algorithms import NETWORK_AVERAGING, TREE_BOOSTING
from tests.pallets.federated_round.mock import CLIENTS, MODEL, STAKE, TERMS, Play, new_runtime, update_of

OPEN_TO_CHALLENGE = replace(TERMS, schedule=replace(TERMS.schedule, challenge=3))
TRUE_MODEL = artifact_of(b"what the updates give")
STRANGER = AccountId(b"stranger".ljust(32, b"."))


@dataclass
class Judge:
    """Says what it is told to, so many blocks after it was asked."""

    verdict: Verdict
    late: int = 0
    opened: list[tuple[Computation, Artifact | None, tuple[AccountId, ...], BlockNumber]] = field(default_factory=list)
    is_computable: bool = True
    asked: int = 0

    def longest(self, window: BlockNumber) -> BlockNumber:
        return 2 * window

    def open(
        self, computation: Computation, result: Artifact | None, defenders: tuple[AccountId, ...], window: BlockNumber
    ) -> ClaimId:
        if not self.is_computable:
            raise NotComputable
        self.opened.append((computation, result, defenders, window))
        return 7

    def advance(self, claim: ClaimId) -> Verdict | None:
        assert claim == 7
        self.asked += 1
        return self.verdict if self.asked > self.late else None

    def stands_until(self, claim: ClaimId) -> BlockNumber | None:
        return None


def judged(judge: Judge) -> Play:
    """A round up to the end of its challenge."""
    runtime = new_runtime()
    rounds = runtime.federated_round
    rounds.config = replace(rounds.config, disputes=judge)
    play = Play(runtime, OPEN_TO_CHALLENGE)
    play.start()
    play.enrol_all()
    play.vote(Stage.UPDATE, play.updates())
    play.vote(Stage.AGGREGATE, play.aggregates())
    return play


def reasons(play: Play) -> dict[AccountId, Reason]:
    found: Sequence[Settlement] = play.rounds.settlements.get((play.task, play.number)) or ()
    return {each.account: each.reason for each in found if each.role is Role.AGGREGATOR}


def agreed(play: Play) -> Aggregate | None:
    return play.rounds.agreed_aggregate.get((play.task, play.number))


def test_the_judge_is_told_what_was_agreed_and_of_what() -> None:
    judge = Judge(Verdict(True, MODEL, None, 0))
    play = judged(judge)
    assert play.round.phase is Phase.CHALLENGE
    assert play.round.deadline - play.round.since == 3
    ((computation, result, defenders, window),) = judge.opened
    assert computation.kind == MERGING
    assert codec_of(Merging).decode(computation.inputs) == Merging(tuple(update_of(who) for who in CLIENTS))
    assert (result, set(defenders), window) == (MODEL, set(play.drawn.aggregators), 3)
    judge_asked_at = play.rounds.block_number()
    play.wait(2)
    assert judge.asked == 0
    play.until(Phase.REVEAL_TEST_SET)
    assert play.rounds.block_number() == judge_asked_at + 3
    assert agreed(play) == Aggregate(MODEL, ())


def test_updates_that_are_none_are_no_part_of_it() -> None:
    judge = Judge(Verdict(True, MODEL, None, 0))
    runtime = new_runtime()
    runtime.federated_round.config = replace(runtime.federated_round.config, disputes=judge)
    play = Play(runtime, OPEN_TO_CHALLENGE)
    play.start()
    play.enrol_all()
    task = play.rounds.task(0)
    play.rounds.tasks.insert(0, replace(task, algorithm=LINEAR_AVERAGING))
    play.vote(Stage.UPDATE, play.updates())
    play.vote(Stage.AGGREGATE, play.aggregates(invalid=(CLIENTS[1],)))
    ((computation, *_),) = judge.opened
    assert computation.kind == AVERAGING
    weighed = tuple(Weighed(update_of(who), 100) for who in CLIENTS if who != CLIENTS[1])
    assert codec_of(Averaging).decode(computation.inputs) == Averaging(weighed)


def test_a_round_waits_for_the_judge() -> None:
    play = judged(Judge(Verdict(True, MODEL, None, 1), late=5))
    since = play.round.since
    play.wait(3 + 4)
    assert play.round.phase is Phase.CHALLENGE
    play.runtime.try_state()
    play.until(Phase.REVEAL_TEST_SET)
    assert play.round.since == since + 3 + 5


def finished(play: Play) -> None:
    play.until(Phase.REVEAL_TEST_SET)
    play.disclose()
    play.vote(Stage.EVALUATION, play.evaluations(play.judged(1, 1, 1, 1)))


def test_a_stranger_that_mended_the_aggregate_is_paid_as_an_aggregator() -> None:
    play = judged(Judge(Verdict(True, TRUE_MODEL, STRANGER, 1)))
    play.runtime.balances.mint_into(STRANGER, 1_000)
    finished(play)
    mended = Aggregate(TRUE_MODEL, ())
    assert agreed(play) == mended
    assert play.rounds.challenges.get((0, 0)) == Challenge(None, STRANGER)
    assert events_of(play.runtime, Mended)[-1:] in ([], [Mended(0, 0, STRANGER, content_hash(Stage.AGGREGATE, mended))])
    found = reasons(play)
    assert found.pop(STRANGER) is Reason.MENDED
    assert set(found.values()) == {Reason.DISSENTED}
    assert play.runtime.balances.balance(STRANGER) == 1_000 + TERMS.round_reward * 10 // 100
    assert {play.runtime.staking.active(who) for who in play.drawn.aggregators} == {STAKE // 2}


def test_an_aggregator_that_mended_has_agreed() -> None:
    """It voted for what stands now; whoever did is paid, and the others have dissented."""
    judge = Judge(Verdict(True, TRUE_MODEL, None, 1))
    runtime = new_runtime()
    runtime.federated_round.config = replace(runtime.federated_round.config, disputes=judge)
    play = Play(runtime, OPEN_TO_CHALLENGE)
    play.start()
    play.enrol_all()
    play.vote(Stage.UPDATE, play.updates())
    honest = play.drawn.aggregators[0]
    judge.verdict = replace(judge.verdict, holder=honest)
    play.vote(Stage.AGGREGATE, play.aggregates() | {honest: Aggregate(TRUE_MODEL, ())})
    finished(play)
    found = reasons(play)
    assert found.pop(honest) is Reason.AGREED
    assert set(found.values()) == {Reason.DISSENTED}


@pytest.mark.parametrize("stands", [True, False])
def test_where_no_model_stands_the_round_ends(stands: bool) -> None:
    play = judged(Judge(Verdict(stands, None, STRANGER if stands else None, 3)))
    play.wait(3)
    assert play.round.outcome is Outcome.CONTESTED
    assert agreed(play) == (Aggregate(None, ()) if stands else None)
    found = reasons(play)
    if stands:  # it was shown that there is none; who said there was, dissented
        assert found.pop(STRANGER) is Reason.MENDED
    assert set(found.values()) == {Reason.DISSENTED if stands else Reason.NOTHING_AGREED}
    assert play.rounds.task(0).pool == 30_000 - stands * TERMS.round_reward * 10 // 100
    play.runtime.try_state()


def test_what_no_judge_can_compute_ends_the_round() -> None:
    play = judged(Judge(Verdict(True, MODEL, None, 0), is_computable=False))
    assert play.round.outcome is Outcome.CONTESTED


def test_an_ended_round_is_forgotten_with_its_challenge() -> None:
    play = judged(Judge(Verdict(True, MODEL, None, 0)))
    finished(play)
    assert play.rounds.challenges.contains_key((0, 0))
    forget(play.rounds, 0, 0)
    assert not play.rounds.challenges.contains_key((0, 0))


@pytest.mark.parametrize(
    ("terms", "algorithm"),
    [
        (OPEN_TO_CHALLENGE, TREE_BOOSTING),
        (replace(OPEN_TO_CHALLENGE, rule=Median(1)), LINEAR_AVERAGING),
        (replace(OPEN_TO_CHALLENGE, rule=Median(1)), NETWORK_AVERAGING),
        (replace(OPEN_TO_CHALLENGE, secrecy=Full(Hiding(1, 16, 32, 1, 0, 3))), LINEAR_AVERAGING),
        (replace(OPEN_TO_CHALLENGE, secrecy=Full(Hiding(1, 16, 64, 1, 0, 3))), NETWORK_AVERAGING),
        (replace(OPEN_TO_CHALLENGE, shape=Hierarchical(2, 2)), LINEAR_AVERAGING),
    ],
)
def test_only_what_can_be_judged_can_be_challenged(terms: Terms, algorithm: int) -> None:
    rounds = new_runtime().federated_round
    config = replace(rounds.config, disputes=Judge(Verdict(True, None, None, 0)))
    check_challenge(config, OPEN_TO_CHALLENGE, FOREST_MERGE)
    check_challenge(config, replace(OPEN_TO_CHALLENGE, secrecy=Full(Hiding(1, 16, 64, 1, 0, 1))), LINEAR_AVERAGING)
    with pytest.raises(NotDisputable):
        check_challenge(config, terms, algorithm)
    with pytest.raises(NotDisputable):
        check_challenge(rounds.config, OPEN_TO_CHALLENGE, FOREST_MERGE)


def test_the_stake_must_be_there_until_the_last_dispute_is_over() -> None:
    rounds = new_runtime().federated_round
    config = replace(rounds.config, disputes=Judge(Verdict(True, None, None, 0)))
    left = rounds.config.stakes.unbonding_delay - TERMS.longest
    check_challenge(config, _within(left // 2), FOREST_MERGE)
    with pytest.raises(ScheduleImpossible):
        check_challenge(config, _within(left // 2 + 1), FOREST_MERGE)


def _within(window: int) -> Terms:
    return replace(TERMS, schedule=replace(TERMS.schedule, challenge=window))
