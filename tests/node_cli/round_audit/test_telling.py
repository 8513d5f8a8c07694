"""An audit in numbers and in words says the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import AccountId
from node_cli.round_audit.audited import Audit, Payout
from node_cli.round_audit.replaying import Span
from node_cli.round_audit.sampling import Sample, StakeClass
from node_cli.round_audit.telling import as_json, print_audit, verdict_of
from pallets.federated_round import ClientScore, Outcome, Reason, Role, Settlement
from pallets.federated_round.audit import Finding
from pallets.federated_round.traffic import Traffic
from runtime.dev import UNIT

ONE, OTHER = AccountId(b"\1" * 32), AccountId(b"\2" * 32)
EARNED = Payout(Settlement(ONE, Role.CLIENT, Reason.CONTRIBUTED, 7 * UNIT, 0), ClientScore(ONE, 20_000, 800_000))
SLASHED = Payout(Settlement(OTHER, Role.AGGREGATOR, Reason.DISSENTED, 0, 5 * UNIT), None)
NOTHING = Payout(Settlement(OTHER, Role.VALIDATOR, Reason.NOT_NEEDED, 0, 0), None)
AUDIT = Audit(
    task=1,
    number=2,
    span=Span(4, 7, 21),
    outcome=Outcome.PUBLISHED,
    owner=OTHER,
    reward=10 * UNIT,
    before=500_000,
    after=520_000,
    threshold=1_000,
    payouts=(EARNED, SLASHED, NOTHING),
    findings=(Finding("payout", "of nobody"),),
    validators=Sample((StakeClass(1, 250_000, 400_000, 0), StakeClass(2, 750_000, 1_600_000, 2))),
    traffic=Traffic(clients=7, updates=1_234, models=500, validators=2, verdicts=90),
    uncompressed=9_000,
)


def test_a_payout_is_earned_slashed_or_nothing() -> None:
    assert [verdict_of(each) for each in AUDIT.payouts] == ["earned", "slashed", "nothing"]


def test_json_has_every_payout_with_its_reason_and_what_is_refunded() -> None:
    told = as_json(AUDIT)
    assert told["payouts"][0] == {  # type: ignore[index]  # JSON
        "account": "0x" + "01" * 32,
        "role": "CLIENT",
        "verdict": "earned",
        "reason": "CONTRIBUTED",
        "because": "its update made the model better",
        "paid": 7 * UNIT,
        "slashed": 0,
        "contribution": 20_000,
        "solo": 800_000,
    }
    assert (told["paid"], told["refunded"], told["fits"]) == (7 * UNIT, 3 * UNIT, False)
    assert told["findings"] == [{"part": "payout", "text": "of nobody"}]
    assert told["bytes"] == {
        "clients": 7,
        "updates": 1_234,
        "uncompressed": 9_000,
        "models": 500,
        "validators": 2,
        "verdicts": 90,
    }
    assert told["blocks"] == {"first": 4, "drawn": 7, "last": 21}


def test_people_get_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    print_audit(AUDIT)
    shown = capsys.readouterr().out
    shown = " ".join(shown.split())
    for words in (
        "25.0 % / 75.0 % of the stake, 0.4 / 1.6 seats to be expected, 0 / 2 drawn.",
        "Task 1, round 2: published",
        "Blocks 4 to 21, roles drawn in 7",
        "Metric 50.00 % before, 52.00 % after",
        "Bytes: 1,234 instead of 9,000 for 7 updates, 500 for the model, 90 on the chain for 2 verdicts.",
        "its update made the model better",
        "its result was not the majority's",
        "Paid 7.00 of 10.00; 3.00 that nobody earned stay in the owner's pool.",
        "✗ payout: of nobody",
    ):
        assert words in shown


def test_whole_updates_are_told_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    print_audit(replace(AUDIT, uncompressed=None))
    assert "Bytes: 1,234 for 7 updates, 500 for the model" in " ".join(capsys.readouterr().out.split())
