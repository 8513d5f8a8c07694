"""Hidden rounds on a real node: a false sum that a lying majority agrees on is bisected to one step, and mended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pallets.disputes import Disputant, Reason
from pallets.disputes.computations.kinds import HIDDEN_MEAN
from pallets.disputes.events import Challenged, Claimed, Decided, Executed
from pallets.federated_round import Aggregate, Outcome, Phase, Role, Terms
from pallets.federated_round import Reason as Award
from pallets.federated_round.audit import Evidence, audit_payouts, audit_work, outcome_finding
from pallets.federated_round.secrecy.choice import Full, Secrecy
from pallets.learning.attacks import falsified
from pallets.ml_registry import artifact_of
from runtime.dev import UNIT
from tests.effort import EFFORT
from tests.pallets.disputes.lying_learners import WINDOW, LyingLearners
from tests.pallets.federated_round.dev_learners import Learners, clients_of
from tests.pallets.federated_round.secrecy.hidden_play import grouped
from tests.pallets.federated_round.secrecy.test_dev_node import HIDDEN, PATIENT

FULL = Full(PATIENT)


def terms_of(secrecy: Secrecy = FULL, challenge: int = WINDOW) -> Terms:
    return replace(HIDDEN, secrecy=secrecy, schedule=replace(HIDDEN.schedule, challenge=challenge))


def truth_of(terms: Terms) -> Aggregate:
    """What honest aggregators agree on."""
    played = Learners(terms=(replace(terms, schedule=replace(terms.schedule, challenge=0)),))
    played.play_all()
    found = played.node.runtime_at().federated_round.agreed_aggregate.get((0, 0))
    assert found is not None
    return found


SECRECIES = [FULL, *([grouped(2, 2, PATIENT)] if EFFORT > 1 else [])]


@pytest.mark.parametrize("secrecy", SECRECIES, ids=lambda each: type(each).__name__)
def test_a_lie_about_a_hidden_sum_is_mended_and_slashed(secrecy: Secrecy) -> None:
    played = LyingLearners(terms=(terms_of(secrecy),), liars=Disputant(bends=0.6))
    played.play_all()
    mender, truth = clients_of(7)[0].account, truth_of(terms_of(secrecy))
    rounds = played.node.runtime_at().federated_round
    assert played.course().outcome is Outcome.PUBLISHED
    assert played.course().hides
    assert rounds.agreed_aggregate.get((0, 0)) == truth
    assert {each.kind for each in played.spoken(Claimed)} == {HIDDEN_MEAN}
    assert [each.challenger for each in played.spoken(Challenged)] == [mender]
    assert [(each.winner, each.reason) for each in played.spoken(Decided)] == [(mender, Reason.PROVED)]
    assert len(played.spoken(Executed)) == 1
    settled = dict(played.settled(Role.AGGREGATOR))
    assert settled.pop(mender).reason is Award.MENDED
    assert {(each.reason, each.slashed) for each in settled.values()} == {(Award.DISSENTED, 50 * UNIT)}
    assert {each.reason for each in played.settled(Role.CLIENT).values()} == {Award.SHARED}
    evidence = Evidence(rounds, 0, 0, rounds.task(0), Phase.REVEAL_EVALUATIONS, played.content.get)
    assert audit_work(evidence) == audit_payouts(evidence) == outcome_finding(evidence) == []


def test_a_true_sum_stands_and_an_unwatched_lie_does_too() -> None:
    honest = LyingLearners(terms=(terms_of(),), falsify=False)
    honest.play_all()
    assert honest.course().outcome is Outcome.PUBLISHED
    assert not honest.spoken(Challenged)
    unwatched = LyingLearners(terms=(terms_of(),), watchers=())
    unwatched.play_all()
    agreed = unwatched.node.runtime_at().federated_round.agreed_aggregate.get((0, 0))
    true = honest.node.runtime_at().federated_round.agreed_aggregate.get((0, 0))
    assert agreed is not None
    assert true is not None
    assert true.model is not None
    assert agreed.model == artifact_of(falsified(honest.content.get(true.model.cid.decode())))
