"""Rounds with every aggregation rule on a development node, with an attacker among the clients of the robust ones."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from chain.primitives import AccountId
from pallets.federated_round import Outcome, Reason, Role, Terms, queries
from pallets.federated_round.payment import PROPORTIONAL
from pallets.federated_round.rules import (
    Adagrad,
    Adam,
    AggregationRule,
    Bulyan,
    ClippedMean,
    Fair,
    GeometricMedian,
    Krum,
    Mean,
    Median,
    Momentum,
    MultiKrum,
    RobustRule,
    Scaffold,
    TrimmedMean,
    Yogi,
)
from pallets.federated_round.strategies.joining import controls_of
from pallets.federated_round.worth import SampledShapley
from pallets.learning.aggregation.rates import ONE
from pallets.learning.linear_model import LinearModel, decode_linear
from tests.pallets.federated_round.dev_learners import SETTINGS, TERMS, Learners, clients_of

CLIP = 2 << 24
ROBUST: tuple[RobustRule, ...] = (
    Median(1),
    TrimmedMean(1, 1),
    Krum(1),
    MultiKrum(1, 3),
    Bulyan(1),
    GeometricMedian(1),
    ClippedMean(1, CLIP),
)
REMEMBERING: tuple[AggregationRule, ...] = (
    Momentum(ONE, ONE // 2),
    Adam(ONE, ONE // 2, ONE // 2, 1 << 38),
    Yogi(ONE, ONE // 2, ONE // 2, 1 << 38),
    Adagrad(ONE, 1 << 38),
    Scaffold(ONE),
)


def name_of(rule: AggregationRule) -> str:
    return type(rule).__name__


def terms_of(rule: AggregationRule) -> Terms:
    return replace(TERMS, rule=rule, seats=replace(TERMS.seats, minimum_clients=7))


def updates_of(played: Learners, number: int = 0) -> dict[AccountId, LinearModel]:
    rounds = played.node.runtime_at().federated_round
    found = {key[2]: update for key, update in rounds.updates.iter(prefix=(0, number)) if update is not None}
    return {who: decode_linear(played.content.get(update.cid.decode())) for who, update in found.items()}


@cache
def honest_spread() -> tuple[list[int], list[int]]:
    """The lowest and the highest weight of the honest clients' updates: those are the same whatever the rule."""
    played = Learners(terms=(terms_of(Mean()),), attackers=(6,))
    played.play_all()
    attacker = clients_of(7)[6].account
    honest = [model.weights for who, model in updates_of(played).items() if who != attacker]
    columns = list(zip(*honest, strict=True))
    return [min(column) for column in columns], [max(column) for column in columns]


@pytest.mark.parametrize("rule", ROBUST, ids=name_of)
def test_an_attacker_within_the_bound_does_not_move_the_model_out_of_the_honest_range(rule: RobustRule) -> None:
    """By more than half its width; a clipped mean by no more than the clip times the attackers' share."""
    played = Learners(terms=(terms_of(rule),), attackers=(6,))
    played.play_all()
    assert played.course().outcome is Outcome.PUBLISHED
    low, high = honest_spread()
    for weight, lowest, highest in zip(played.model().weights, low, high, strict=True):
        room = CLIP if isinstance(rule, ClippedMean) else (highest - lowest) // 2 + 1
        assert lowest - room <= weight <= highest + room
    attacker = played.settled(Role.CLIENT)[clients_of(7)[6].account]
    assert attacker.paid == 0
    assert {each.reason for each in played.settled(Role.AGGREGATOR).values()} == {Reason.AGREED}
    assert {each.reason for each in played.settled(Role.VALIDATOR).values()} == {Reason.AGREED}


def test_the_same_attacker_moves_the_mean_further_than_any_honest_client() -> None:
    """So the test above can fail: this attacker's own weights are far outside the honest range."""
    played = Learners(terms=(terms_of(Mean()),), attackers=(6,))
    played.play_all()
    low, high = honest_spread()
    attack = updates_of(played)[clients_of(7)[6].account].weights
    wide = [(highest - lowest) // 2 + 1 for lowest, highest in zip(low, high, strict=True)]
    assert any(
        not lowest - room <= value <= highest + room
        for value, lowest, highest, room in zip(attack, low, high, wide, strict=True)
    )


@pytest.mark.parametrize("rule", REMEMBERING, ids=name_of)
def test_the_servers_state_travels_to_the_next_round_by_its_root(rule: AggregationRule) -> None:
    played = Learners(terms=(replace(terms_of(rule), reward_threshold=0),), rounds=2)
    played.play_all()
    rounds = played.node.runtime_at().federated_round
    first, second = (rounds.agreed_aggregate.get((0, number)) for number in range(2))
    assert first is not None
    assert second is not None
    assert rounds.server_states.get((0, 0)) is None
    assert played.course(0, 0).outcome is Outcome.PUBLISHED
    assert rounds.server_states.get((0, 1)) == first.state
    assert second.state not in (None, first.state)
    assert {each.reason for each in played.settled(Role.AGGREGATOR, 0, 1).values()} == {Reason.AGREED}


def test_scaffold_knows_every_client_after_a_round() -> None:
    played = Learners(terms=(terms_of(Scaffold(ONE)),))
    played.play_all()
    agreed = played.node.runtime_at().federated_round.agreed_aggregate.get((0, 0))
    assert agreed is not None
    assert agreed.state is not None
    controls = controls_of(played.content.get(agreed.state.cid.decode()), 3)
    assert sorted(controls) == sorted(key.account for key in clients_of(7))


@pytest.mark.parametrize("rule", [Mean(), Fair(1, 1, ONE)], ids=name_of)
def test_rules_without_a_memory_leave_no_state(rule: AggregationRule) -> None:
    played = Learners(terms=(terms_of(rule),))
    played.play_all()
    agreed = played.node.runtime_at().federated_round.agreed_aggregate.get((0, 0))
    assert agreed is not None
    assert (played.course().outcome, agreed.state) == (Outcome.PUBLISHED, None)


def test_the_proximal_term_keeps_clients_nearer_to_the_base() -> None:
    lengths = []
    for proximal in (0, 1 << 14):
        played = Learners(terms=(terms_of(Mean()),), settings=replace(SETTINGS, proximal=proximal))
        played.play_all()
        lengths.append(sum(weight * weight for weight in played.model().weights))
    assert lengths[1] < lengths[0]


def test_more_than_sixteen_clients_are_paid_by_a_sample_that_a_later_block_seeds() -> None:
    seats = replace(TERMS.seats, clients=20, minimum_clients=18)
    terms = replace(TERMS, seats=seats, worth=SampledShapley(orders=24, tolerance=2_000), payment=PROPORTIONAL)
    played = Learners(terms=(terms,), clients=18, attackers=(17,))
    played.play_all()
    rounds, course = played.node.runtime_at().federated_round, played.course()
    assert course.outcome is Outcome.PUBLISHED
    assert course.judging not in (None, course.seed)
    judged = rounds.judged(0, 0)
    assert judged is not None
    assert len(judged.clients) == 18
    [summary] = queries.rounds_of(rounds, 0)
    assert summary.paid == TERMS.round_reward
    assert played.settled(Role.CLIENT)[clients_of(18)[17].account].paid == 0
