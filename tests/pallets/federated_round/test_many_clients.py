"""Many accounts enrol in one round of the real chain, a hundred are drawn, and all of it is settled.

`PALLETLAB_EFFORT=25` (`make storms`) makes them a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from chain.content.chunked import ChunkedStore
from chain.content.memory import MemoryStore
from chain.content.store import ContentStore
from chain.node.service import Node
from chain.offchain.participant import Participant
from chain.offchain.settings import WorkerSettings
from chain.state.overlay import Overlay
from chain.store.block_store import BlockStore
from pallets.federated_round import Outcome, Reason, Role, Schedule, Seats
from pallets.federated_round.data import LocalData, Operator
from pallets.federated_round.worth import BySamples
from runtime.dev import DevRuntime, genesis_state
from runtime.devnet import node_of
from tests.effort import EFFORT
from tests.pallets.federated_round import dev_learners
from tests.pallets.federated_round.dev_learners import KEEPERS, OWNER, TERMS, Learners, clients_of, rows_of

CLIENTS, SEATS = (1000, 100) if EFFORT >= 25 else (30, 20)
ROWS = [rows_of(f"rows {number}", 10) for number in range(8)]


class ManyRuntime(DevRuntime):
    """The development chain with room for more accounts in a round's lottery."""

    def __init__(self, storage: Overlay) -> None:
        super().__init__(storage)
        rounds = self.federated_round
        rounds.config = replace(rounds.config, max_enrolled=2048)


def many_node(
    genesis: Mapping[str, Any],
    participants: list[Participant],
    store: BlockStore | None,
    workers: WorkerSettings | None,
    content: ContentStore,
) -> Node[ManyRuntime]:
    """What `Learners` runs on."""
    return node_of(ManyRuntime, genesis_state(genesis), participants, store=store, workers=workers, content=content)


class ManyLearners(Learners):
    """Clients who share a few tables of rows, so that to begin takes no longer for each of many."""

    def _operator(self, key: Any) -> Operator:
        if key is OWNER or key in KEEPERS:
            return super()._operator(key)
        return Operator(data=LocalData(ROWS[key.account[0] % len(ROWS)], key.account))


def test_many_enrol_some_are_drawn_and_all_of_these_are_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    make: Callable[..., Node[ManyRuntime]] = many_node
    monkeypatch.setattr(dev_learners, "dev_node", make)
    terms = replace(
        TERMS,
        schedule=Schedule(enrol=8, train=8, aggregate=8, evaluate=8, reveal=8, disclose=8),
        seats=Seats(SEATS, SEATS, 1, 1),
        worth=BySamples(),
    )
    learners = ManyLearners((terms,), clients=CLIENTS, content=ChunkedStore(MemoryStore()))
    learners.open()
    learners.start()
    learners.play()
    course, rounds = learners.course(), learners.node.runtime_at().federated_round
    assert course.outcome is Outcome.PUBLISHED
    assert course.enrolled == CLIENTS + len(KEEPERS)
    drawn = rounds.holders(0, 0, Role.CLIENT)
    assert len(drawn) == SEATS
    assert {key.account for key in clients_of(CLIENTS)} >= set(drawn)
    settled = learners.settled(Role.CLIENT)
    assert set(settled) == set(drawn)
    assert {each.reason for each in settled.values()} == {Reason.CONTRIBUTED}
    share = terms.round_reward * terms.split.clients // 100
    assert sum(each.paid for each in settled.values()) == share
    learners.node.runtime_at().try_state()
