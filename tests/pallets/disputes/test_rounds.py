"""Whole rounds on a real node: what a lying majority of aggregators agrees on is challenged, and mended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pallets.disputes import Disputant, Reason
from pallets.disputes.computations.kinds import AVERAGING, MERGING
from pallets.disputes.events import BondLost, Challenged, Claimed, Concluded, Decided, Defended, Executed
from pallets.disputes.trace import Trace
from pallets.federated_round import Aggregate, Outcome, Phase, Role
from pallets.federated_round import Reason as Award
from pallets.federated_round.audit import Evidence, audit_payouts, audit_work, outcome_finding
from pallets.frame.call import call_of
from pallets.learning.attacks import falsified
from pallets.learning.forest import merge
from pallets.learning.forest_codec import decode_forest, encode_forest
from pallets.learning.linear_model import average, decode_linear, encode_linear
from pallets.ml_registry import FOREST_MERGE, artifact_of
from runtime.dev import TREASURY, UNIT
from tests.pallets.disputes.lying_learners import FOREST, TERMS, LyingLearners
from tests.pallets.federated_round.dev_learners import clients_of

BOND = 10 * UNIT


def updates_of(played: LyingLearners) -> list[bytes]:
    rounds = played.node.runtime_at().federated_round
    found = [rounds.updates.get((0, 0, who)) for who in rounds.joined_clients(0, 0)]
    return [played.content.get(each.cid.decode()) for each in found if each is not None]


def true_mean(played: LyingLearners) -> bytes:
    models = [decode_linear(data) for data in updates_of(played)]
    samples = played.node.runtime_at().federated_round.samples_of(0, 0)
    return encode_linear(average(models, list(samples.values())))


def agreed(played: LyingLearners) -> Aggregate:
    found = played.node.runtime_at().federated_round.agreed_aggregate.get((0, 0))
    assert found is not None
    return found


def evidence_of(played: LyingLearners, last: Phase) -> Evidence:
    rounds = played.node.runtime_at().federated_round
    return Evidence(rounds, 0, 0, rounds.task(0), last, played.content.get)


def audited(played: LyingLearners) -> None:
    """Anybody finds everything as it should be."""
    evidence = evidence_of(played, Phase.REVEAL_EVALUATIONS)
    assert audit_work(evidence) == audit_payouts(evidence) == outcome_finding(evidence) == []


@pytest.mark.parametrize("liars", [None, Disputant(bends=0.4)])
def test_a_lying_majority_is_mended_and_slashed(liars: Disputant | None) -> None:
    played = LyingLearners(liars=liars)
    played.play_all()
    mender, truth = clients_of(7)[0].account, artifact_of(true_mean(played))
    assert played.course().outcome is Outcome.PUBLISHED
    assert agreed(played) == Aggregate(truth, ())
    version = played.course().version
    assert version is not None
    assert played.node.runtime_at().ml_registry.version(version).artifact == truth
    settled = dict(played.settled(Role.AGGREGATOR))
    assert settled.pop(mender).reason is Award.MENDED
    assert {(each.reason, each.slashed) for each in settled.values()} == {(Award.DISSENTED, 50 * UNIT)}
    audited(played)
    assert [each.challenger for each in played.spoken(Challenged)] == [mender]
    (decided,) = played.spoken(Decided)
    assert decided.winner == mender
    if liars is None:
        assert decided.reason is Reason.SILENT
        return
    assert decided.reason is Reason.PROVED
    assert len(played.spoken(Executed)) == 1
    (stood_up,) = played.spoken(Defended)
    assert played.spoken(BondLost) == [BondLost(0, stood_up.defender, BOND, BOND // 2)]
    assert played.spoken(Concluded) == [Concluded(0, True, truth)]


def test_an_aggregator_that_is_alone_and_states_a_lie_is_mended_and_slashed() -> None:
    seats = replace(TERMS.seats, aggregators=1, validators=1)
    played = LyingLearners(terms=(replace(TERMS, seats=seats, unsealed_updates=True),))
    played.play_all()
    assert played.course().outcome is Outcome.PUBLISHED
    assert agreed(played) == Aggregate(artifact_of(true_mean(played)), ())
    settled = dict(played.settled(Role.AGGREGATOR))
    assert settled.pop(clients_of(7)[0].account).reason is Award.MENDED
    [liar] = settled.values()
    assert (liar.reason, liar.slashed) == (Award.DISSENTED, 50 * UNIT)
    audited(played)


def test_a_false_joined_forest_is_mended_too() -> None:
    played = LyingLearners(settings=FOREST, algorithm=FOREST_MERGE, liars=Disputant(bends=0.7))
    played.play_all()
    truth = encode_forest(merge([decode_forest(data) for data in updates_of(played)]))
    assert agreed(played) == Aggregate(artifact_of(truth), ())
    assert played.content.get(artifact_of(truth).cid.decode()) == truth
    assert {each.kind for each in played.spoken(Claimed)} == {MERGING}
    assert [each.reason for each in played.spoken(Decided)] == [Reason.PROVED]


def test_a_false_challenge_costs_its_bond_and_changes_nothing() -> None:
    played = LyingLearners(falsify=False, watchers=())
    liar = clients_of(7)[3]
    played.open()
    played.start()
    disputes = played.node.runtime_at().disputes
    lied = False

    def lie() -> None:
        nonlocal lied
        if not lied and played.phase() is Phase.CHALLENGE:
            lied = True
            false = artifact_of(falsified(true_mean(played)))
            played.node.submit_call(liar, call_of(disputes.challenge, claim=0, result=false))

    played.play(lie)
    assert played.course().outcome is Outcome.PUBLISHED
    assert agreed(played).model == artifact_of(true_mean(played))
    assert {each.reason for each in played.settled(Role.AGGREGATOR).values()} == {Award.AGREED}
    assert played.spoken(BondLost) == [BondLost(0, liar.account, BOND, BOND // 2)]
    assert {each.kind for each in played.spoken(Claimed)} == {AVERAGING}
    assert played.node.runtime_at().balances.balance(TREASURY) == BOND // 2
    audited(played)


def test_a_lie_that_nobody_watches_is_found_too_late() -> None:
    played = LyingLearners(watchers=())
    played.play_all()
    assert agreed(played).model == artifact_of(falsified(true_mean(played)))
    assert played.course().outcome is Outcome.BELOW_THRESHOLD
    assert not played.spoken(Challenged)


def test_a_round_in_which_nothing_stands_ends_and_nobody_is_paid_for_it() -> None:
    """A challenger says that there is no mean, and nobody stands up for the one that there is."""
    played = LyingLearners(falsify=False, watchers=(), liars=Disputant(challenges=False, defends=False))
    played.open()
    played.start()
    disputes, challenger = played.node.runtime_at().disputes, clients_of(7)[3]
    said = False

    def deny() -> None:
        nonlocal said
        runtime = played.node.runtime_at()
        if not said and played.phase() is Phase.CHALLENGE:
            said = True
            played.node.submit_call(challenger, call_of(disputes.challenge, claim=0, result=None))
        elif runtime.disputes.is_disputed(0) and runtime.disputes.dispute_of(0).nodes.challenger is None:
            dispute = runtime.disputes.dispute_of(0)
            assert dispute.ends.challenger is not None
            trace = Trace([dispute.ends.challenger], dispute.depths[0])
            played.node.submit_call(
                challenger, call_of(disputes.commit, claim=0, root=trace.root, path=trace.last_path)
            )

    played.play(deny)
    assert played.course().outcome is Outcome.CONTESTED
    assert agreed(played).model is None
    reasons = {who: each.reason for who, each in played.settled(Role.AGGREGATOR).items()}
    assert reasons.pop(challenger.account) is Award.MENDED
    assert set(reasons.values()) == {Award.DISSENTED}
    assert {each.paid for each in played.settled(Role.CLIENT).values()} == {0}
    evidence = evidence_of(played, Phase.CHALLENGE)
    assert audit_payouts(evidence) == []
    assert [each.part for each in audit_work(evidence)] == ["aggregate"]  # which who had watched would have shown


def test_without_a_window_no_claim_is_made() -> None:
    schedule = replace(TERMS.schedule, challenge=0)
    played = LyingLearners(terms=(replace(TERMS, schedule=schedule),))
    played.play_all()
    assert played.told == []
    assert played.course().outcome is Outcome.BELOW_THRESHOLD
