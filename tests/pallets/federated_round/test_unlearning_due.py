"""When data are erased that a version has learnt from, the chain says so once, and which versions those are."""

from __future__ import annotations

from chain.primitives import Hash
from pallets.federated_round import Outcome
from pallets.federated_round.events import UnlearningDue
from pallets.federated_round.queries import learnt_from
from pallets.frame.testing import events_of
from tests.pallets.federated_round.mock import CLIENTS
from tests.pallets.federated_round.test_worker import FOREST, devnet_of, finish, operators


def test_erased_data_that_a_version_has_learnt_from_are_due_to_be_unlearnt() -> None:
    who = operators()
    devnet = devnet_of(who, FOREST)
    local = who[CLIENTS[0]].data
    assert local is not None
    rounds = devnet.runtime.federated_round
    rounds.data_erased(Hash(bytes(32)))
    assert events_of(devnet.runtime, UnlearningDue) == []  # nothing has learnt from these
    assert finish(devnet) is Outcome.PUBLISHED
    version = rounds.course(0, 0).version
    assert learnt_from(rounds, local.root) == [(0, 0, CLIENTS[0], version)]
    assert learnt_from(rounds, Hash(bytes(32))) == []
    for _ in range(2):
        rounds.data_erased(local.root)
    assert events_of(devnet.runtime, UnlearningDue) == [UnlearningDue(local.root)]
