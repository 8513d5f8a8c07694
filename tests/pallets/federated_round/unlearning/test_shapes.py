"""Rounds of other shapes are done again after an erasure, too: to the bytes of a chain that the client never joined."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from chain.primitives import AccountId, Hash
from pallets.federated_round import Phase, Role, Terms
from pallets.federated_round.audit import Evidence, audit_payouts, audit_work, outcome_finding
from pallets.federated_round.errors import AlreadyCommitted, StaleUpdate
from pallets.federated_round.rules import Median
from pallets.federated_round.settings import Settings
from pallets.federated_round.shapes.choice import Buffered, Cyclic, Hierarchical
from pallets.federated_round.shapes.types import Turns
from pallets.federated_round.types import DataCommitment
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop
from pallets.learning.aggregation.rates import ONE
from tests.pallets.federated_round.mock import CLIENTS
from tests.pallets.federated_round.unlearning.acts import (
    BOOSTED,
    FOREST,
    LEAVER,
    LINEAR,
    PLAYED,
    QUOTA,
    Chain,
    data_of,
    same_randomness,
)

GROUPED: Final = replace(PLAYED, shape=Hierarchical(2, 2), seats=replace(PLAYED.seats, aggregators=4))
ROBUST: Final = replace(GROUPED, rule=Median(0))
IN_TURNS: Final = replace(PLAYED, shape=Cyclic(), seats=replace(PLAYED.seats, clients=1, minimum_clients=1))
BUFFERED: Final = replace(PLAYED, shape=Buffered(2, ONE), seats=replace(PLAYED.seats, minimum_clients=2))
LATE: Final = CLIENTS[3]


def findings(chain: Chain, number: int) -> list[str]:
    """What an audit finds in a round."""
    task = chain.rounds.task(0)
    evidence = Evidence(chain.rounds, 0, number, task, Phase.REVEAL_EVALUATIONS, chain.devnet.content.get)
    found = (*audit_work(evidence), *audit_payouts(evidence), *outcome_finding(evidence))
    return [f"{each.part}: {each.text}" for each in found]


@pytest.mark.parametrize(
    ("settings", "terms"),
    [(LINEAR, GROUPED), (LINEAR, ROBUST), (FOREST, GROUPED), (QUOTA, GROUPED), (BOOSTED, GROUPED)],
    ids=["mean", "median", "forest", "quota", "boosted"],
)
def test_groups_are_dealt_and_joined_again_without_the_client(
    settings: Settings, terms: Terms, monkeypatch: pytest.MonkeyPatch
) -> None:
    same_randomness(monkeypatch)
    with_it, never = Chain(settings, terms), Chain(settings, terms, without=LEAVER)
    for chain in (with_it, never):
        chain.play(2)
    assert with_it.model != never.model
    with_it.erase()
    with_it.unlearn()
    assert with_it.model == never.model
    for number in range(2):
        groups = [chain.rounds.tiers.get((0, at)) for chain, at in ((with_it, 2 + number), (never, number))]
        assert groups[0] is not None
        assert [tier.clients for tier in groups[0]] == [tier.clients for tier in groups[1] or ()]
        assert findings(with_it, 2 + number) == []
    assert with_it.devnet.failed == []
    with_it.devnet.runtime.try_state()


def test_turns_are_taken_again_in_the_order_in_which_they_came(monkeypatch: pytest.MonkeyPatch) -> None:
    same_randomness(monkeypatch)
    with_it = Chain(LINEAR, IN_TURNS)
    with_it.play(3)
    turns = [with_it.rounds.holders(0, number, Role.CLIENT)[0] for number in range(3)]
    leaver, *others = turns
    assert len(set(turns)) == 3
    never = Chain(LINEAR, IN_TURNS)
    nodes = {who: never.devnet.nodes.pop(who) for who in CLIENTS}
    for number, who in enumerate(others):
        never.devnet.nodes[who] = nodes[who]  # nobody else offers anything
        if number:
            never.start()
        never.end_round()
        del never.devnet.nodes[who]
    assert with_it.model != never.model
    with_it.erase(leaver)
    with_it.unlearn()
    assert with_it.model == never.model
    assert [with_it.rounds.holders(0, number, Role.CLIENT) for number in (3, 4)] == [(who,) for who in others]
    assert with_it.rounds.turns.get(0) == Turns(0, tuple(sorted(turns)))
    assert findings(with_it, 3) == findings(with_it, 4) == []


def play_with_one_late(chain: Chain) -> None:
    """Two buffers: one client delivers to the first when that is closed, and so waits for the second."""
    late = chain.devnet.nodes.pop(LATE)
    chain.until(lambda: chain.rounds.course(0, 0).phase is Phase.COMMIT_AGGREGATES)
    chain.devnet.nodes[LATE] = late
    chain.end_round()
    chain.start()
    chain.end_round()


def test_buffers_take_the_same_updates_again_each_from_what_took_the_place_of_its_base(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    same_randomness(monkeypatch)
    with_it, never = Chain(LINEAR, BUFFERED), Chain(LINEAR, BUFFERED, without=LEAVER)
    for chain in (with_it, never):
        play_with_one_late(chain)
        taken = chain.rounds.taken.get((0, 1, LATE))
        assert taken is not None
        assert (taken.base, taken.staleness) == (None, 1)
    assert with_it.model != never.model
    with_it.erase()
    with_it.unlearn()
    assert with_it.model == never.model
    first = with_it.rounds.course(0, 2).version
    for who in CLIENTS:
        taken = with_it.rounds.taken.get((0, 3, who))
        if who == LEAVER:
            assert taken is None
        else:
            assert taken is not None
            assert (taken.base, taken.staleness) == ((None, 1) if who == LATE else (first, 0))
    assert findings(with_it, 2) == findings(with_it, 3) == []
    with_it.devnet.runtime.try_state()


def deliver_from(chain: Chain, who: AccountId, base: Hash | None) -> RuntimeCall:
    """A delivery of a client's, with its own data."""
    found = data_of(who)
    data = DataCommitment(found.root, len(found.data))
    return call_of(chain.rounds.deliver, task=0, base=base, data=data, seal=Hash(bytes(32)))


def test_a_buffer_that_is_filled_again_takes_nothing_from_another_base_and_nothing_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    same_randomness(monkeypatch)
    chain = Chain(LINEAR, BUFFERED)
    play_with_one_late(chain)
    chain.erase()
    chain.until(lambda: chain.rounds.task(0).rounds == 4)
    held = chain.devnet.nodes.pop(CLIENTS[0])
    chain.until(lambda: chain.rounds.taken.contains_key((0, 3, LATE)))
    runtime = chain.devnet.runtime
    assert_noop(runtime, Signed(CLIENTS[0]), deliver_from(chain, CLIENTS[0], None), StaleUpdate)
    assert_noop(runtime, Signed(LATE), deliver_from(chain, LATE, None), AlreadyCommitted)
    chain.devnet.nodes[held.account] = held
    chain.unlearn()
    assert set(chain.rounds.holders(0, 3, Role.CLIENT)) == set(CLIENTS) - {LEAVER}
