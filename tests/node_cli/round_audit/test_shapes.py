"""Rounds of every shape are replayed from their chain alone, and explained."""

from __future__ import annotations

from dataclasses import replace

import pytest

from node_cli.round_audit.audited import audited
from node_cli.round_audit.recorded import OfStore
from pallets.federated_round import Outcome, Terms
from pallets.federated_round.shapes.choice import Buffered, Cyclic, Hierarchical
from pallets.learning.aggregation.rates import ONE
from tests.pallets.federated_round.dev_learners import TERMS, Learners

SEATS = replace(TERMS.seats, clients=4, minimum_clients=3)
SHAPED = {
    "hierarchical": replace(TERMS, shape=Hierarchical(2, 2), seats=SEATS),
    "buffered": replace(TERMS, shape=Buffered(1, ONE), seats=SEATS),
    "cyclic": replace(TERMS, shape=Cyclic(), seats=replace(SEATS, clients=1, minimum_clients=1)),
    "without seals": replace(TERMS, unsealed_updates=True, seats=replace(SEATS, aggregators=1, validators=1)),
}


@pytest.mark.parametrize("terms", SHAPED.values(), ids=SHAPED)
def test_a_round_of_another_shape_is_replayed_and_fits(terms: Terms) -> None:
    played = Learners(terms=(replace(terms, reward_threshold=0),), clients=4)
    played.play_all()
    audit = audited(OfStore(played.node.chain), 0, 0, played.content.get)
    assert audit.outcome is Outcome.PUBLISHED
    assert audit.findings == ()
    assert audit.paid > 0
