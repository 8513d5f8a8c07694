"""Rounds that nobody enrols for, as all stand for their task: played, replayed from the chain alone, and explained."""

from __future__ import annotations

from dataclasses import replace

import pytest

from node_cli.round_audit.audited import audited
from node_cli.round_audit.recorded import OfStore
from pallets.federated_round import Outcome, Terms
from pallets.federated_round.shapes.choice import Buffered
from tests.node_cli.round_audit.test_shapes import SHAPED
from tests.pallets.federated_round.dev_learners import TERMS, Learners
from tests.pallets.federated_round.secrecy.test_dev_node import GROUPED

CASES = {"synchronous": TERMS, "hidden": replace(GROUPED, reward_threshold=0)} | SHAPED


@pytest.mark.parametrize("terms", CASES.values(), ids=CASES)
def test_a_round_without_a_phase_to_enrol_in_is_replayed_and_fits(terms: Terms) -> None:
    clients = max(terms.seats.clients, 4)
    at_once = replace(terms, schedule=replace(terms.schedule, enrol=0), reward_threshold=0)
    played = Learners(terms=(at_once,), clients=clients)
    played.open()
    played.seal()  # with what the workers sent when they saw the task
    standing = len(played.keepers) + (0 if isinstance(terms.shape, Buffered) else clients)  # whose clients deliver
    assert played.node.runtime_at().federated_round.standing_count.get(0) == standing
    played.start()
    played.play()
    audit = audited(OfStore(played.node.chain), 0, 0, played.content.get)
    assert audit.outcome is Outcome.PUBLISHED
    assert audit.findings == ()
    assert audit.paid > 0
