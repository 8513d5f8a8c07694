"""Hidden rounds from end to end: exact sums whoever drops out and whenever, and nothing seen of a client."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from pallets.federated_round import Outcome, Phase, Reason, Role
from pallets.federated_round.data import operator_of
from pallets.federated_round.drawing import training_seed
from pallets.federated_round.rules import MEAN, AggregationRule, Momentum
from pallets.federated_round.secrecy.choice import OPEN
from pallets.federated_round.strategies.averaging import Averaging
from pallets.learning.aggregation.rates import ONE
from pallets.learning.linear_model import LinearModel
from tests.pallets.federated_round.fake_node import FakeNode
from tests.pallets.federated_round.secrecy.hidden_play import (
    EXACT,
    FULL,
    SETTINGS,
    Hidden,
    clients_of,
    grouped,
    terms_of,
)

CLIENTS, FEWEST = 5, 3
GONE = clients_of(CLIENTS)[1]


@cache
def open_model(out: bool = False, rule: AggregationRule = MEAN) -> LinearModel:
    """What the same clients come to in an open round; out: without the one who drops."""
    played = Hidden(terms_of(OPEN, CLIENTS, FEWEST, rule), CLIENTS)
    played.until(Phase.COMMIT_UPDATES)
    if out:
        played.stop(GONE)
    played.finish()
    return played.model()


def test_an_aggregator_and_a_validator_who_are_alone_state_what_they_find_of_hidden_updates() -> None:
    terms = terms_of(FULL, CLIENTS, FEWEST)
    played = Hidden(replace(terms, seats=replace(terms.seats, aggregators=1, validators=1)), CLIENTS)
    passed = set[Phase]()
    while played.round.outcome is None:
        passed.add(played.round.phase)
        played.block()
    assert played.round.outcome is Outcome.PUBLISHED
    assert Phase.COMMIT_UPDATES in passed
    assert passed.isdisjoint({Phase.COMMIT_AGGREGATES, Phase.COMMIT_EVALUATIONS})
    assert played.failed == []
    assert played.model() == open_model()
    assert {each.reason for role in Role for each in played.settled(role).values()} == {Reason.SHARED, Reason.AGREED}


@pytest.mark.parametrize("rule", [MEAN, Momentum(ONE, ONE // 2)], ids=["mean", "momentum"])
def test_a_hidden_round_comes_to_the_model_of_the_open_one_to_the_last_bit(rule: AggregationRule) -> None:
    played = Hidden(terms_of(FULL, CLIENTS, FEWEST, rule), CLIENTS)
    assert played.finish() is Outcome.PUBLISHED
    assert played.failed == []
    assert played.model() == open_model(rule=rule)
    assert {each.reason for each in played.settled().values()} == {Reason.SHARED}
    assert {each.reason for each in played.settled(Role.AGGREGATOR).values()} == {Reason.AGREED}
    assert {each.reason for each in played.settled(Role.VALIDATOR).values()} == {Reason.AGREED}


def test_the_parts_of_a_full_sum_are_equal_and_all_is_paid() -> None:
    played = Hidden(terms_of(FULL, CLIENTS, FEWEST), CLIENTS)
    played.finish()
    assert [each.paid for each in played.settled().values()] == [1_400] * CLIENTS
    latest = played.runtime.ml_registry.latest(0)
    agreed = played.rounds.agreed_aggregate.get(played.key)
    assert latest is not None
    assert agreed is not None
    assert played.runtime.ml_registry.version(latest).artifact == agreed.model
    shares = [played.runtime.ml_registry.shares.get((latest, who)) for who in played.clients]
    assert shares == [200_000] * CLIENTS


def test_nothing_that_leaves_a_node_is_a_clients_update() -> None:
    played = Hidden(terms_of(FULL, CLIENTS, FEWEST), CLIENTS)
    played.finish()
    seed = played.round.seed
    assert seed is not None
    strategy = Averaging(SETTINGS)
    everything = b"".join(played.content.get(entry.cid) for entry in played.content.entries())
    for who in played.clients:
        operator = operator_of(played.nodes[who].data)
        assert operator is not None
        assert operator.data is not None
        update = strategy.train(operator.data.data, None, training_seed(seed, who))
        weights = update[-8 * 3 :]
        assert weights not in everything
        assert all(weights not in value for value in played.nodes[who].local.values())


@pytest.mark.parametrize(
    "phase",
    [Phase.ANNOUNCE_KEYS, Phase.DEAL_SHARES, Phase.CHECK_SHARES, Phase.COMMIT_UPDATES, Phase.REVEAL_UPDATES],
    ids=lambda phase: phase.name,
)
def test_who_drops_before_its_update_is_there_is_not_in_the_sum(phase: Phase) -> None:
    played = Hidden(terms_of(FULL, CLIENTS, FEWEST), CLIENTS)
    played.until(phase)
    played.stop(GONE)
    assert played.finish() is Outcome.PUBLISHED
    assert played.model() == open_model(out=True)
    reasons = {who: each.reason for who, each in played.settled().items()}
    assert reasons == {who: Reason.ABSENT if who == GONE else Reason.SHARED for who in played.clients}
    assert played.settled()[GONE].slashed == 1_000
    assert [each.paid for who, each in played.settled().items() if who != GONE] == [1_750] * 4


@pytest.mark.parametrize("phase", [Phase.CHECK_UPDATES, Phase.OPEN_SHARES], ids=lambda phase: phase.name)
def test_who_drops_after_its_update_is_there_stays_in_the_sum_and_is_not_paid(phase: Phase) -> None:
    played = Hidden(terms_of(FULL, CLIENTS, FEWEST), CLIENTS)
    played.until(phase)
    played.stop(GONE)
    assert played.finish() is Outcome.PUBLISHED
    assert played.model() == open_model()
    assert played.settled()[GONE].reason is Reason.ABSENT
    assert sum(each.paid for each in played.settled().values()) == 7_000


def test_one_client_after_the_other_may_drop_as_long_as_the_threshold_is_left() -> None:
    played = Hidden(terms_of(FULL, 7, 4), 7)
    gone = played.clients[:3]
    for who, phase in zip(gone, [Phase.DEAL_SHARES, Phase.COMMIT_UPDATES, Phase.OPEN_SHARES], strict=True):
        played.until(phase)
        played.stop(who)
    assert played.finish() is Outcome.PUBLISHED
    [group] = played.groups
    assert group.accounts(group.survivors) == played.clients[2:]
    assert [who for who, each in played.settled().items() if each.reason is Reason.ABSENT] == list(gone)


@pytest.mark.parametrize(
    "phase",
    [Phase.ANNOUNCE_KEYS, Phase.DEAL_SHARES, Phase.COMMIT_UPDATES, Phase.REVEAL_UPDATES, Phase.OPEN_SHARES],
    ids=lambda phase: phase.name,
)
def test_too_few_survivors_end_the_round_with_an_outcome_of_their_own(phase: Phase) -> None:
    played = Hidden(terms_of(FULL, CLIENTS, FEWEST), CLIENTS)
    played.until(phase)
    played.stop(*played.clients[:3])
    pool = played.rounds.task(0).pool
    assert played.finish() is Outcome.TOO_FEW_SURVIVORS
    assert played.rounds.agreed_aggregate.get(played.key) is None
    assert played.rounds.task(0).pool == pool
    reasons = [each.reason for each in played.settled().values()]
    assert reasons == [Reason.ABSENT] * 3 + [Reason.NOT_NEEDED] * 2


def test_a_second_round_goes_on_from_the_first_with_other_keys() -> None:
    models = []
    for secrecy in (FULL, OPEN):
        played = Hidden(terms_of(secrecy, CLIENTS, FEWEST), CLIENTS)
        played.finish()
        played.start()
        played.finish()
        models.append(played.model())
    hidden, seen = models
    assert hidden == seen


def secrets_of(node: FakeNode) -> list[bytes]:
    return [key for key in node.local if key.startswith(b"secret/federated_round/hidden")]


def test_the_secrets_of_a_round_are_dropped_before_it_ends_and_its_keys_serve_no_more() -> None:
    played = Hidden(terms_of(FULL, CLIENTS, FEWEST), CLIENTS)
    played.until(Phase.OPEN_SHARES)
    assert [len(secrets_of(played.nodes[who])) for who in played.clients] == [1] * CLIENTS
    assert all(not secrets_of(node) for who, node in played.nodes.items() if who not in played.clients)
    played.finish()
    assert [secrets_of(played.nodes[who]) for who in played.clients] == [[]] * CLIENTS
    first = {who: played.rounds.public_keys.get((0, 0, who)) for who in played.clients}
    played.start()
    played.until(Phase.DEAL_SHARES)
    second = {who: played.rounds.public_keys.get((0, 1, who)) for who in played.clients}
    assert all(second.values())
    assert not set(first.values()) & set(second.values())


def test_the_secrets_of_a_round_that_failed_are_dropped_with_the_next() -> None:
    played = Hidden(terms_of(FULL, CLIENTS, FEWEST), CLIENTS)
    played.until(Phase.COMMIT_UPDATES)
    stopped = {who: played.nodes[who] for who in played.clients[:3]}
    played.stop(*stopped)
    assert played.finish() is Outcome.TOO_FEW_SURVIVORS
    [kept] = secrets_of(played.nodes[played.clients[4]])
    played.start()
    played.block()
    assert kept not in played.nodes[played.clients[4]].local


def test_a_worker_may_be_stopped_and_started_after_any_block() -> None:
    played = Hidden(terms_of(FULL, CLIENTS, FEWEST), CLIENTS)
    assert played.finish(played.restart) is Outcome.PUBLISHED
    assert played.failed == []
    assert played.model() == open_model()
    assert {each.reason for each in played.settled().values()} == {Reason.SHARED}


@pytest.mark.parametrize("groups", [2, 3])
def test_groups_that_lose_nobody_come_to_the_mean_of_all_up_to_one_rounding_each(groups: int) -> None:
    played = Hidden(terms_of(grouped(groups, groups), 6, 6), 6)
    assert played.finish() is Outcome.PUBLISHED
    assert len(played.groups) == groups
    seen = Hidden(terms_of(OPEN, 6, 6), 6)
    seen.finish()
    pairs = zip(played.model().weights, seen.model().weights, strict=True)
    assert all(abs(one - other) <= 1 for one, other in pairs)


def test_coarse_values_in_32_bits_come_near() -> None:
    coarse = replace(EXACT, clip=64 << 8, fractional_bits=8, modulus_bits=32)
    terms = replace(terms_of(replace(FULL, hiding=coarse), CLIENTS, FEWEST), max_samples=30)
    played = Hidden(terms, CLIENTS)
    assert played.finish() is Outcome.PUBLISHED
    pairs = zip(played.model().weights, open_model().weights, strict=True)
    assert all(abs(one - other) <= 1 << 16 for one, other in pairs)
