"""Every enumeration of the chain has its words."""

from __future__ import annotations

from node_cli.scenario.wording import OUTCOMES, REASONS, ROLES
from pallets.federated_round import Outcome, Reason, Role


def test_whatever_the_chain_says_a_person_can_read() -> None:
    assert set(OUTCOMES) == set(Outcome)
    assert set(REASONS) == set(Reason)
    assert set(ROLES) == set(Role)


def test_no_two_have_the_same_word() -> None:
    assert len(set(OUTCOMES.values())) == len(Outcome)
    assert len({word for word, _ in REASONS.values()}) == len(Reason)
