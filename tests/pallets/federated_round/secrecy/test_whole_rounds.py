"""Hidden rounds from end to end: exact sums, whoever drops out, and nothing seen of a client."""

from __future__ import annotations

import pytest

from pallets.federated_round import Outcome, Phase, Reason
from tests.pallets.federated_round.secrecy.hidden_play import FULL, Hidden, open_model, terms_of

CLIENTS = 5


def test_a_hidden_round_comes_to_the_model_of_the_open_one_to_the_last_bit() -> None:
    played = Hidden(terms_of(FULL, CLIENTS, 3), CLIENTS)
    assert played.finish() is Outcome.PUBLISHED
    assert played.failed == []
    assert played.model() == open_model(CLIENTS, 3)
    assert {each.reason for each in played.settled().values()} == {Reason.SHARED}
