"""What a hidden round left behind is computed again from what was opened; what does not fit is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pallets.federated_round import Outcome, Phase, Reason, queries
from pallets.federated_round.audit import Evidence, audit_payouts, audit_work, outcome_finding
from pallets.federated_round.secrecy.choice import Secrecy
from pallets.ml_registry import artifact_of
from tests.pallets.federated_round.secrecy.hidden_play import FULL, Hidden, grouped, terms_of


def played_by(secrecy: Secrecy) -> Hidden:
    played = Hidden(terms_of(secrecy, 6, 4), 6)
    played.until(Phase.COMMIT_UPDATES)
    played.stop(played.clients[0])
    assert played.finish() is Outcome.PUBLISHED
    return played


def evidence(played: Hidden) -> Evidence:
    return Evidence(played.rounds, *played.key, played.rounds.task(0), Phase.REVEAL_EVALUATIONS, played.content.get)


@pytest.mark.parametrize("secrecy", [FULL, grouped(2, 2)], ids=["full", "grouped"])
def test_an_honest_round_fits(secrecy: Secrecy) -> None:
    found = evidence(played_by(secrecy))
    assert [*audit_work(found), *audit_payouts(found), *outcome_finding(found)] == []


def test_another_model_than_the_sums_give_is_named() -> None:
    played = played_by(FULL)
    agreed = played.rounds.agreed_aggregate.get(played.key)
    assert agreed is not None
    played.rounds.agreed_aggregate.insert(played.key, replace(agreed, model=artifact_of(b"another")))
    first, *_ = audit_work(evidence(played))
    assert (first.part, first.text[:9]) == ("aggregate", "the model")


def test_who_is_blamed_without_reason_and_what_is_left_out_are_named() -> None:
    played = played_by(grouped(2, 2))
    agreed = played.rounds.agreed_aggregate.get(played.key)
    assert agreed is not None
    innocent = played.clients[3]
    played.rounds.agreed_aggregate.insert(played.key, replace(agreed, invalid=(innocent,), unsummed=(1,)))
    texts = [each.text for each in audit_work(evidence(played)) if each.part == "sum"]
    assert texts == [
        "agreed that groups 1 cannot be summed, computed no group",
        f"0x{innocent.hex()} is blamed, and nothing of it is wrong",
    ]


def test_a_lost_message_is_named_and_nothing_else_is_accused() -> None:
    played = played_by(FULL)
    update = played.rounds.updates.get((*played.key, played.clients[1]))
    assert update is not None
    played.content.delete(update.cid.decode())
    found = audit_work(evidence(played))
    assert [each.part for each in found] == ["sum"]
    assert found[0].text.startswith("a message that it is made of")


def test_another_payout_is_named() -> None:
    played = played_by(FULL)
    settled = list(played.rounds.settlements.get(played.key) or ())
    place = next(place for place, each in enumerate(settled) if each.reason is Reason.SHARED)
    settled[place] = replace(settled[place], paid=settled[place].paid + 1)
    played.rounds.settlements.insert(played.key, tuple(settled))
    [finding] = audit_payouts(evidence(played))
    assert "settled SHARED" in finding.text


def test_a_version_has_learnt_from_everybody_in_its_sum() -> None:
    played = played_by(FULL)
    roots = {
        who: enrolment.data.root
        for who, enrolment in played.rounds.enrolments_of(*played.key).items()
        if enrolment.data is not None
    }
    learnt = {who: bool(queries.learnt_from(played.rounds, root)) for who, root in roots.items()}
    assert learnt == {who: who != played.clients[0] for who in played.clients}
