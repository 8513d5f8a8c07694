from __future__ import annotations

from chain.scale import codec_of
from pallets.federated_round.payment import CAPPED, PROPORTIONAL, PaymentRule
from pallets.federated_round.settlement import scores_of
from pallets.learning.payment import Verdict


def test_a_task_pays_by_the_rule_that_its_terms_name() -> None:
    verdict = Verdict((400, 40, 60, -5), (11, 12, 12, 3), (10, 10, 10, 10), 10)
    assert scores_of(PROPORTIONAL, verdict) == [400, 40, 60, -5]
    assert scores_of(CAPPED, verdict) == [20, 20, 20, 0]


def test_rules_are_one_byte_on_chain() -> None:
    assert [codec_of(PaymentRule).encode(rule) for rule in (PROPORTIONAL, CAPPED)] == [b"\0", b"\1"]
