"""Networks under robust rules: the rules' own integers on moves, in groups, in coalitions and in whole rounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.content.chunked import ChunkedStore
from chain.content.memory import MemoryStore
from chain.primitives import AccountId
from pallets.federated_round import Outcome
from pallets.federated_round.audit import Evidence, audit_payouts, audit_work
from pallets.federated_round.rule_bounds import applied
from pallets.federated_round.rules import (
    Bulyan,
    ClippedMean,
    GeometricMedian,
    Krum,
    Median,
    Momentum,
    MultiKrum,
    RobustRule,
    TrimmedMean,
)
from pallets.federated_round.settings import NetworkSettings, SettingsError, encode_settings
from pallets.federated_round.shapes.choice import Hierarchical
from pallets.federated_round.strategies import ClientUpdate, UpdateRefused, strategy_for
from pallets.federated_round.strategies.grouped_networks import GroupedNetworks
from pallets.federated_round.strategies.grouping import grouping_of
from pallets.federated_round.strategies.network_averaging import NetworkAveraging
from pallets.federated_round.types import Phase
from pallets.learning.aggregation.hierarchical import GroupSum, encode_group
from pallets.learning.aggregation.rates import ONE
from pallets.learning.estimators.network import decode_network
from pallets.learning.linear_model import WEIGHT_LIMIT
from pallets.learning.moves import encode_moves
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.ml_registry import NETWORK_AVERAGING
from tests.pallets.federated_round.dev_learners import TERMS, Learners, rows_of
from tests.pallets.federated_round.secrecy.hidden_play import Hidden, grouped, terms_of
from tests.pallets.learning.robust import oracle

UNIT = 1 << 24
SETTINGS = NetworkSettings(
    encode_quantiser(Quantiser((FeatureRange(0, 65536),) * 2)),
    classes=2,
    hidden=1,
    bits=32,
    epochs=20,
    learning_rate=1 << 15,
    batch=8,
)
PARAMETERS = NetworkAveraging(SETTINGS).parameters
STILL = encode_moves(np.zeros(PARAMETERS, np.int64), 32)
START = NetworkAveraging(SETTINGS).aggregate([ClientUpdate(AccountId(bytes(32)), 1, STILL)], None)
RULES: tuple[RobustRule, ...] = (
    Median(1),
    TrimmedMean(1, 2),
    Krum(2),
    MultiKrum(1, 3),
    Bulyan(1),
    GeometricMedian(2),
    ClippedMean(1, UNIT),
)
some_moves = st.lists(
    st.lists(st.integers(-(2**30), 2**30), min_size=PARAMETERS, max_size=PARAMETERS), min_size=1, max_size=7
)


def sent(moves: list[list[int]], groups: list[int] | None = None) -> list[ClientUpdate]:
    """An update of each client; their samples are a claim that no robust rule listens to."""
    return [
        ClientUpdate(AccountId(bytes((place + 1,)) * 32), 7**place, encode_moves(np.array(each), 32), group)
        for place, (each, group) in enumerate(zip(moves, groups or [0] * len(moves), strict=True))
    ]


def moved(model: bytes) -> list[int]:
    """How far a model's weights are from where all began."""
    begun, ended = decode_network(START.model).weights, decode_network(model).weights
    return [after - before for after, before in zip(ended, begun, strict=True)]


def expected(rule: RobustRule, moves: list[list[int]]) -> list[int]:
    """By the oracle; of too few for the rule the plain mean."""
    found = applied(rule, len(moves))
    if found is None:
        return oracle.means(oracle.columns(moves))
    return oracle.joined(found.bound, moves, found.adversaries, found.number)


@settings(deadline=None, max_examples=80)
@given(some_moves, st.sampled_from(RULES))
def test_a_model_is_moved_by_what_the_rule_makes_of_the_moves(moves: list[list[int]], rule: RobustRule) -> None:
    assert moved(NetworkAveraging(SETTINGS, rule).aggregate(sent(moves), None).model) == expected(rule, moves)


@settings(deadline=None, max_examples=40)
@given(some_moves, st.sampled_from(RULES), st.data())
def test_of_groups_the_rule_joins_the_mean_moves(moves: list[list[int]], rule: RobustRule, data: st.DataObject) -> None:
    groups = data.draw(st.lists(st.integers(0, 2), min_size=len(moves), max_size=len(moves)))
    updates, strategy = sent(moves, groups), GroupedNetworks(SETTINGS, rule)
    means = [
        oracle.means(oracle.columns([each for each, group in zip(moves, groups, strict=True) if group == number]))
        for number in sorted(set(groups))
    ]
    flat = strategy.aggregate(updates, None).model
    assert moved(flat) == expected(rule, means)
    grouping = grouping_of(strategy)
    anchored = [
        grouping.group([update for update in updates if update.group == number]) for number in sorted(set(groups))
    ]
    assert grouping.join(anchored, {}, None, None).model == flat


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_weights_stay_within_what_they_may_be(rule: RobustRule) -> None:
    strategy = NetworkAveraging(SETTINGS, replace(rule, clip=2**60) if isinstance(rule, ClippedMean) else rule)
    updates, base = sent([[2**45] * PARAMETERS] * 7), START.model
    for _ in range(2):
        base = strategy.aggregate(updates, base).model
        assert set(decode_network(base).weights) == {WEIGHT_LIMIT - 1}


def test_a_scaled_update_moves_the_mean_and_no_robust_rule() -> None:
    honest = [[UNIT + place * 1000] * PARAMETERS for place in range(6)]
    loud = [[2**30] * PARAMETERS]
    for rule in RULES:
        joined = moved(NetworkAveraging(SETTINGS, rule).aggregate(sent(honest + loud), None).model)
        assert max(joined) <= UNIT + 5000 or isinstance(rule, ClippedMean)
    assert max(moved(NetworkAveraging(SETTINGS).aggregate(sent(honest + loud), None).model)) > 2**29


def test_every_coalition_is_joined_by_the_rule_and_each_update_alone_as_it_is() -> None:
    rows, test = rows_of("train", 60), rows_of("test", 60)
    big = replace(SETTINGS, hidden=8)
    strategy = NetworkAveraging(big, Median(1))
    good = [strategy.train(rows, None, bytes((number,))) for number in range(3)]
    bad = encode_moves(-2 * strategy.moves(good[0]), 32)
    updates = [ClientUpdate(AccountId(bytes((place,)) * 32), 9, data) for place, data in enumerate([*good, bad])]
    model = strategy.aggregate(updates, None).model
    judged = strategy.evaluate(updates, None, model, test)
    assert judged.after > judged.constant
    shares = {each.account[0]: each.contribution for each in judged.clients}
    assert min(shares[place] for place in range(3)) > shares[3]
    alone = [NetworkAveraging(big).evaluate([each], None, model, test).clients[0].solo for each in updates]
    assert [each.solo for each in judged.clients] == alone
    improved = judged.after - judged.before
    assert abs(sum(shares.values()) - improved) <= len(shares)


def test_rules_that_ask_more_than_moves_are_none_of_networks() -> None:
    with pytest.raises(SettingsError, match="networks are not joined by Momentum"):
        strategy_for(NETWORK_AVERAGING, encode_settings(SETTINGS), Momentum(ONE, 0))
    shape = Hierarchical(2, 2)
    assert type(strategy_for(NETWORK_AVERAGING, encode_settings(SETTINGS), Median(0), shape=shape)) is GroupedNetworks
    group = encode_group(GroupSum(1, (0,) * (PARAMETERS + 1)))
    with pytest.raises(UpdateRefused, match="moves, not"):
        grouping_of(GroupedNetworks(SETTINGS)).check(group)


@pytest.mark.parametrize("rule", [Median(1), MultiKrum(1, 2)], ids=lambda rule: type(rule).__name__)
def test_a_round_of_networks_under_a_rule_is_published_and_audited(rule: RobustRule) -> None:
    """One of seven learns every label the wrong way round."""
    settings_of_round = replace(SETTINGS, hidden=8)
    learners = Learners(
        (replace(TERMS, rule=rule, reward_threshold=0),),
        settings=settings_of_round,
        algorithm=NETWORK_AVERAGING,
        attackers=(2,),
        content=ChunkedStore(MemoryStore()),
    )
    learners.play_all()
    assert learners.course(0, 0).outcome is Outcome.PUBLISHED
    rounds = learners.node.runtime_at().federated_round
    evidence = Evidence(rounds, 0, 0, rounds.task(0), Phase.REVEAL_EVALUATIONS, learners.content.get)
    assert audit_work(evidence) == []
    assert audit_payouts(evidence) == []
    agreed = rounds.agreed_aggregate.get((0, 0))
    assert agreed is not None
    assert agreed.model is not None
    model = learners.content.get(agreed.model.cid.decode())
    updates = [
        ClientUpdate(who, 30, learners.content.get(update.cid.decode()))
        for who in rounds.joined_clients(0, 0)
        if (update := rounds.updates.get((0, 0, who))) is not None
    ]
    assert len(updates) == 7
    assert NetworkAveraging(settings_of_round, rule).aggregate(updates, None).model == model
    assert NetworkAveraging(settings_of_round).aggregate(updates, None).model != model


def test_hidden_groups_of_networks_are_joined_by_the_rule() -> None:
    """Each group's mean counts once; nobody sees a client's moves."""
    network = replace(SETTINGS, hidden=4)
    played = Hidden(terms_of(grouped(3, 3), 6, 6, Median(1)), 6, settings=network)
    assert played.finish() in {Outcome.PUBLISHED, Outcome.BELOW_THRESHOLD}
    evidence = Evidence(played.rounds, *played.key, played.rounds.task(0), Phase.REVEAL_EVALUATIONS, played.content.get)
    assert audit_work(evidence) == []
    plain = Hidden(terms_of(grouped(3, 3), 6, 6), 6, settings=network)
    plain.finish()
    assert plain.agreed() != played.agreed()
