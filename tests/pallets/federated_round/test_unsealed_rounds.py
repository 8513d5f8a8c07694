"""Rounds without seals that workers play: what they make is what sealed rounds make, and each states it once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from chain.primitives import AccountId
from pallets.federated_round import Outcome, Phase, Reason, Role, Stage, Terms, opening
from pallets.federated_round import errors as refused
from pallets.federated_round.audit import Evidence, audit_payouts, audit_work, outcome_finding
from pallets.federated_round.noise import LocalGaussian
from pallets.frame.call import RuntimeCall
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop
from tests.pallets.federated_round.dev_learners import TERMS, Learners
from tests.pallets.federated_round.fake_node import Devnet, FakeNode
from tests.pallets.federated_round.mock import CLIENTS
from tests.pallets.federated_round.mock import TERMS as MOCK_TERMS
from tests.pallets.federated_round.test_worker import FOREST, LINEAR, devnet_of, finish, operators, settlements

AT_ONCE: Final = replace(TERMS, unsealed_updates=True, seats=replace(TERMS.seats, aggregators=1, validators=1))
MOCKED: Final = replace(
    MOCK_TERMS,
    unsealed_updates=True,
    reward_threshold=0,
    schedule=replace(MOCK_TERMS.schedule, train=8, aggregate=8),
    seats=replace(MOCK_TERMS.seats, aggregators=1, validators=1),
)


def played(terms: Terms = AT_ONCE) -> Learners:
    made = Learners(terms=(terms,), rounds=2, attackers=(6,))
    made.play_all()
    return made


@pytest.fixture(scope="module")
def at_once() -> Learners:
    """Two rounds in which nothing is sealed."""
    return played()


def test_the_same_models_are_made_and_the_same_is_paid_as_with_seals(
    at_once: Learners, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "is_sealed", lambda _stage, _peers, _terms: True)
    sealed = played()
    assert [each.course(0, 0).outcome for each in (at_once, sealed)] == [Outcome.PUBLISHED] * 2
    # the next round is drawn by the hash of a block that comes earlier without seals
    assert at_once.course().version == sealed.course().version
    for role in Role:
        assert at_once.settled(role) == sealed.settled(role)
    assert at_once.node.best.number < sealed.node.best.number


def test_anybody_finds_everything_as_it_should_be(at_once: Learners) -> None:
    rounds = at_once.node.runtime_at().federated_round
    for number in range(2):
        found = Evidence(rounds, 0, number, rounds.task(0), Phase.REVEAL_EVALUATIONS, at_once.content.get)
        assert audit_work(found) == audit_payouts(found) == outcome_finding(found) == []


def test_each_statement_is_submitted_once() -> None:
    devnet = devnet_of(operators(), FOREST, terms=MOCKED)
    assert finish(devnet) is Outcome.PUBLISHED
    # enrolments, what four clients, an aggregator and a validator state, and the test set
    assert devnet.submitted == 10 + 4 + 1 + 1 + 1
    assert devnet.failed == []


def until(devnet: Devnet, phase: Phase, found: Callable[[], bool] = lambda: True) -> None:
    for _ in range(40):
        if devnet.runtime.federated_round.course(0, 0).phase is phase and found():
            return
        devnet.block()
    raise AssertionError(f"the round does not come to {phase!r}")


def lost_and_begun_anew(devnet: Devnet, who: AccountId) -> RuntimeCall:
    """The call that a node had submitted when it was stopped, and its pool lost; another takes its place."""
    old = devnet.nodes[who]
    [lost] = old.pool
    # a new process draws other random numbers
    devnet.nodes[who] = FakeNode(who, old.data, devnet.content, [], dict(old.local), old.seeds_given + 100)
    return lost


def test_a_node_that_is_stopped_before_a_block_has_its_statement_states_the_same_again() -> None:
    noisy = replace(MOCKED, noise=LocalGaussian(1 << 22, 10))
    devnet, who = devnet_of(operators(), LINEAR, terms=noisy), CLIENTS[0]
    until(devnet, Phase.REVEAL_UPDATES)
    lost = lost_and_begun_anew(devnet, who)
    while not devnet.nodes[who].pool:
        devnet.block()
    assert devnet.nodes[who].pool == [lost]
    fresh = FakeNode(who, devnet.nodes[who].data, devnet.content, seeds_given=200)
    devnet.runtime.federated_round.offchain_worker(devnet.runtime.system.number.get(), fresh)
    [other] = fresh.pool
    assert other != lost  # noise is drawn once: what was forgotten would be another update
    assert finish(devnet) is Outcome.PUBLISHED
    assert settlements(devnet.runtime, Role.CLIENT)[who].reason is not Reason.ABSENT


def test_an_aggregator_that_comes_to_another_fork_states_what_is_true_there() -> None:
    devnet = devnet_of(operators(), LINEAR, terms=MOCKED)
    until(devnet, Phase.REVEAL_AGGREGATES)
    rounds = devnet.runtime.federated_round
    [aggregator] = rounds.holders(0, 0, Role.AGGREGATOR)
    [ours] = devnet.nodes[aggregator].pool
    devnet.nodes[aggregator].pool.clear()
    # over there one client was late
    rounds.updates.remove((0, 0, CLIENTS[0]))
    rounds.ballots.remove((0, 0, Stage.UPDATE, CLIENTS[0]))
    assert_noop(devnet.runtime, Signed(aggregator), ours, refused.BasisDiffers)
    while not devnet.nodes[aggregator].pool:
        devnet.block()
    assert devnet.nodes[aggregator].pool != [ours]
    assert finish(devnet) is Outcome.PUBLISHED
    assert rounds.joined_clients(0, 0) == CLIENTS[1:]
    assert settlements(devnet.runtime, Role.AGGREGATOR)[aggregator].reason is Reason.AGREED


def test_an_aggregator_waits_for_an_update_that_is_not_in_its_store_yet() -> None:
    devnet = devnet_of(operators(), LINEAR, terms=MOCKED)
    rounds = devnet.runtime.federated_round
    until(devnet, Phase.REVEAL_UPDATES, lambda: rounds.updates.contains_key((0, 0, CLIENTS[0])))
    update = rounds.updates.get((0, 0, CLIENTS[0]))
    assert update is not None
    cid = update.cid.decode()
    data = devnet.content.get(cid)
    devnet.content.delete(cid)
    until(devnet, Phase.REVEAL_AGGREGATES)
    for _ in range(2):
        devnet.block()
    assert rounds.course(0, 0).phase is Phase.REVEAL_AGGREGATES
    devnet.content.put(data)
    assert finish(devnet) is Outcome.PUBLISHED
    assert rounds.joined_clients(0, 0) == CLIENTS
