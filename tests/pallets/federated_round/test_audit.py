"""What a round left behind fits, or what does not is named: work, payouts, outcome, two states of one round."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import Hash
from pallets.federated_round import Aggregate, Judged, Outcome, Phase, Reason, Role, Settlement, Unusable
from pallets.federated_round.audit import Evidence, audit_payouts, audit_work, differences, outcome_finding
from pallets.federated_round.rules import Momentum
from pallets.learning.aggregation.rates import ONE
from pallets.ml_registry import artifact_of
from runtime.dev import DevRuntime
from tests.pallets.federated_round.dev_learners import TERMS, Learners, clients_of

KEY = (0, 0)


@pytest.fixture(scope="module")
def played() -> Learners:
    """One round with a server state."""
    made = Learners(terms=(replace(TERMS, rule=Momentum(ONE, 0)),), attackers=(6,))
    made.play_all()
    return made


@pytest.fixture
def runtime(played: Learners) -> DevRuntime:
    """On the last state; what a test writes to it is lost."""
    return played.node.runtime_at()


def settled_in(runtime: DevRuntime) -> list[Settlement]:
    return list(runtime.federated_round.settlements.get(KEY) or [])


def evidence(played: Learners, runtime: DevRuntime) -> Evidence:
    rounds = runtime.federated_round
    return Evidence(rounds, 0, 0, rounds.task(0), Phase.REVEAL_EVALUATIONS, played.content.get)


def test_an_honest_round_fits(played: Learners, runtime: DevRuntime) -> None:
    found = evidence(played, runtime)
    assert [*audit_work(found), *audit_payouts(found), *outcome_finding(found)] == []
    assert list(differences(found.rounds, played.node.runtime_at().federated_round, 0, 0)) == []


def test_another_model_and_another_state_are_named(played: Learners, runtime: DevRuntime) -> None:
    rounds = runtime.federated_round
    agreed = rounds.agreed_aggregate.get(KEY)
    assert agreed is not None
    assert agreed.model is not None
    rounds.agreed_aggregate.insert(KEY, replace(agreed, state=agreed.model))
    [finding] = audit_work(evidence(played, runtime))
    assert (finding.part, finding.text[:16]) == ("aggregate", "the server state")
    rounds.agreed_aggregate.insert(KEY, replace(agreed, model=artifact_of(b"another")))
    first, *_ = audit_work(evidence(played, runtime))
    assert (first.part, first.text[:9]) == ("aggregate", "the model")


def test_a_valid_update_that_was_called_invalid_is_named(played: Learners, runtime: DevRuntime) -> None:
    rounds = runtime.federated_round
    agreed = rounds.agreed_aggregate.get(KEY)
    assert agreed is not None
    who = sorted(key.account for key in clients_of(7))[0]
    rounds.agreed_aggregate.insert(KEY, Aggregate(agreed.model, (who,), agreed.state))
    first, *_ = audit_work(evidence(played, runtime))
    assert first.text == f"of 0x{who.hex()}: it is a valid one, which the aggregators call invalid"


def test_another_metric_and_contribution_are_named(played: Learners, runtime: DevRuntime) -> None:
    rounds = runtime.federated_round
    judged = rounds.judged(*KEY)
    assert judged is not None
    first = replace(judged.clients[0], contribution=judged.clients[0].contribution + 1)
    wrong = Judged(judged.before, judged.after + 1, judged.constant, (first, *judged.clients[1:]))
    rounds.agreed_evaluation.insert(KEY, wrong)
    assert [each.part for each in audit_work(evidence(played, runtime))] == ["metric", "contribution"]
    rounds.agreed_evaluation.insert(KEY, Unusable())
    assert [each.part for each in audit_work(evidence(played, runtime))] == ["verdict"]


def test_a_settlement_that_is_not_due_is_named(played: Learners, runtime: DevRuntime) -> None:
    rounds = runtime.federated_round
    first, *others = settled_in(runtime)
    rounds.settlements.insert(KEY, (replace(first, paid=first.paid + 1), *others))
    [finding] = audit_payouts(evidence(played, runtime))
    assert finding.text.startswith(f"client 0x{first.account.hex()}: settled {first.reason.name} and {first.paid + 1}")
    rounds.settlements.insert(KEY, tuple(others))
    [finding] = audit_payouts(evidence(played, runtime))
    assert "settled nothing" in finding.text
    stranger = replace(first, account=clients_of(9)[8].account)
    rounds.settlements.insert(KEY, (first, *others, stranger))
    [finding] = audit_payouts(evidence(played, runtime))
    assert finding.text.endswith("settled, and nothing is due")


def test_a_payment_that_could_not_be_received_is_no_fault(played: Learners, runtime: DevRuntime) -> None:
    rounds = runtime.federated_round
    settled = settled_in(runtime)
    place = next(place for place, each in enumerate(settled) if each.paid)
    refused = replace(settled[place], paid=0, reason=Reason.UNPAYABLE)
    rounds.settlements.insert(KEY, (*settled[:place], refused, *settled[place + 1 :]))
    assert audit_payouts(evidence(played, runtime)) == []


def test_an_outcome_that_does_not_follow_is_named(played: Learners, runtime: DevRuntime) -> None:
    rounds = runtime.federated_round
    rounds.rounds.insert(KEY, replace(rounds.course(*KEY), outcome=Outcome.BELOW_THRESHOLD))
    [finding] = outcome_finding(evidence(played, runtime))
    assert finding.part == "outcome"


def test_two_states_differ_by_what_was_changed(played: Learners, runtime: DevRuntime) -> None:
    rounds, other = runtime.federated_round, played.node.runtime_at().federated_round
    drawn = rounds.drawn.get(KEY)
    assert drawn is not None
    rounds.drawn.insert(KEY, replace(drawn, aggregators=drawn.aggregators[:1]))
    rounds.rounds.insert(KEY, replace(rounds.course(*KEY), seed=Hash(bytes(32))))
    rounds.agreed_evaluation.insert(KEY, Unusable())
    rounds.tasks.insert(0, replace(rounds.task(0), pool=7))
    settled = settled_in(runtime)
    rounds.settlements.insert(KEY, tuple(settled[1:]))
    rounds.config.stakes.slash(settled[0].account, 5)
    found = list(differences(rounds, other, 0, 0))
    assert [each.part for each in found] == ["draw", "course", "verdict", "payout", "payout", "pool"]
    assert found[0].text.startswith(f"of {Role.AGGREGATOR.name.lower()}s: the chain has 0x")
    assert found[4].text.startswith(f"0x{settled[0].account.hex()}: its stake is")


def test_lost_settings_are_named(played: Learners, runtime: DevRuntime) -> None:
    found = replace(evidence(played, runtime), content=lambda _cid: b"")
    assert [each.part for each in audit_work(found)] == ["settings"]


def test_whoever_was_enrolled_though_the_rules_do_not_is_named(played: Learners, runtime: DevRuntime) -> None:
    rounds, right = runtime.federated_round, played.node.runtime_at().federated_round
    who = sorted(rounds.enrolments_of(*KEY))[0]
    offer = rounds.enrolments.get((*KEY, who))
    assert offer is not None
    assert offer.data is not None
    rounds.enrolments.insert((*KEY, who), replace(offer, data=replace(offer.data, samples=31)))
    rows = f"0x{offer.data.root.hex()}, no duties"
    text = f"of 0x{who.hex()}: the chain has 31 rows {rows}, the rules give 30 rows {rows}"
    assert [(each.part, each.text) for each in differences(rounds, right, 0, 0)] == [("enrolment", text)]
    rounds.enrolments.remove((*KEY, who))
    first, *_ = differences(rounds, right, 0, 0)
    assert first.text == f"of 0x{who.hex()}: the chain has none, the rules give 30 rows {rows}"
