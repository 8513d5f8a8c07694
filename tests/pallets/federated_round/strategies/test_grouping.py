"""Groups joined at a root give what all updates give at once, whoever is in which; what is no group is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.primitives import AccountId
from pallets.federated_round.data import DataSet
from pallets.federated_round.rules import Adagrad, Adam, AggregationRule, Mean, Median, Momentum, Yogi
from pallets.federated_round.settings import LinearSettings
from pallets.federated_round.strategies import Boosting, ClientUpdate, ForestMerge, ForestQuota, Strategy
from pallets.federated_round.strategies.averaging import Averaging
from pallets.federated_round.strategies.by_samples import BySamplesStrategy
from pallets.federated_round.strategies.grouped_averaging import GroupedAveraging
from pallets.federated_round.strategies.grouping import grouping_of
from pallets.federated_round.strategies.strategy import StrategyError, UpdateRefused
from pallets.learning.aggregation.rates import ONE
from pallets.learning.linear_model import LinearKind, LinearModel, decode_linear, encode_linear
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.learning.stream import Stream
from tests.effort import EFFORT
from tests.pallets.federated_round.strategies.test_strategies import BOOSTED, FOREST, QUOTA, data_of

QUANTISER = encode_quantiser(Quantiser((FeatureRange(0, 65536),) * 2))
LINEAR = LinearSettings(QUANTISER, classes=2, epochs=1, learning_rate=1 << 16, l2=0)
CLIENTS = tuple(AccountId(bytes((number,)) * 32) for number in range(1, 7))
LINEAR_RULES: tuple[AggregationRule, ...] = (
    Mean(),
    Momentum(ONE // 2, ONE // 3),
    Adam(ONE, ONE // 2, ONE // 2, 1 << 38),
    Yogi(ONE, ONE // 2, ONE // 2, 1 << 38),
    Adagrad(ONE, 1 << 38),
)
groupings = st.lists(st.integers(0, 3), min_size=6, max_size=6)
weights = st.lists(st.tuples(*[st.integers(-(2**40), 2**40)] * 3), min_size=6, max_size=6)
counts = st.lists(st.integers(1, 10_000), min_size=6, max_size=6)


def in_groups(updates: list[ClientUpdate]) -> list[list[ClientUpdate]]:
    numbers = sorted({update.group for update in updates})
    return [[update for update in updates if update.group == number] for number in numbers]


def root_of(strategy: Strategy, updates: list[ClientUpdate], base: bytes | None = None) -> bytes:
    grouping = grouping_of(strategy)
    groups = [grouping.group(group) for group in in_groups(updates)]
    for group in groups:
        grouping.check(group)
    samples = {update.account: update.samples for update in updates}
    return grouping.join(groups, samples, base, None).model


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(LINEAR_RULES), groupings, weights, counts)
def test_a_linear_rule_gives_the_flat_model_to_the_byte(
    rule: AggregationRule, groups: list[int], models: list[tuple[int, ...]], samples: list[int]
) -> None:
    updates = [
        ClientUpdate(who, count, encode_linear(LinearModel(LinearKind.CLASSIFIER, 2, 2, model)), group)
        for who, group, model, count in zip(CLIENTS, groups, models, samples, strict=True)
    ]
    flat, grouped = Averaging(LINEAR, rule), GroupedAveraging(LINEAR, rule)
    assert root_of(grouped, updates) == flat.aggregate(updates, None).model == grouped.aggregate(updates, None).model


@settings(deadline=None, max_examples=5 * EFFORT)
@given(groupings)
def test_trees_give_the_flat_model_to_the_byte(groups: list[int]) -> None:
    for strategy in (ForestMerge(replace(FOREST, trees=2)), ForestQuota(QUOTA), Boosting(replace(BOOSTED, stages=1))):
        updates = [
            ClientUpdate(who, 5 * group + 3, strategy.train(data_of(who, "classes", 12), None, who), group)
            for who, group in zip(CLIENTS, groups, strict=True)
        ]
        first = strategy.aggregate(updates, None).model
        assert root_of(strategy, updates) == first
        assert root_of(strategy, updates, first) == strategy.aggregate(updates, first).model


@settings(deadline=None, max_examples=30)
@given(groupings.filter(lambda groups: len(set(groups)) >= 3), weights)
def test_a_robust_rule_stands_over_groups_in_the_model_and_in_the_coalitions(
    groups: list[int], models: list[tuple[int, ...]]
) -> None:
    strategy = GroupedAveraging(LINEAR, Median(1))
    updates = [
        ClientUpdate(who, 10, encode_linear(LinearModel(LinearKind.CLASSIFIER, 2, 2, model)), group)
        for who, group, model in zip(CLIENTS, groups, models, strict=True)
    ]
    root = root_of(strategy, updates)
    assert root == strategy.aggregate(updates, None).model
    means = [
        [sum(column) / len(group) for column in zip(*(decode_linear(each.data).weights for each in group), strict=True)]
        for group in in_groups(updates)
    ]
    for weight, column in zip(decode_linear(root).weights, zip(*means, strict=True), strict=True):
        ordered = sorted(column)
        middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
        assert abs(weight - middle) <= 3  # each mean, and the mean of two middles, is rounded toward zero


def test_a_group_of_another_shape_is_refused() -> None:
    grouping = grouping_of(GroupedAveraging(LINEAR))
    other = grouping_of(GroupedAveraging(replace(LINEAR, classes=3)))
    stream = Stream(b"rows")
    rows = DataSet.of([tuple(stream.draws(2, 65536)) for _ in range(9)], [0, 1, 2] * 3)
    trained = Averaging(replace(LINEAR, classes=3)).train(rows, None, b"")
    group = other.group([ClientUpdate(CLIENTS[0], 5, trained)])
    trees = grouping_of(ForestMerge(FOREST))
    for data in (b"", group, group[:-1], b"PLD\x01\0\0"):
        for each in (grouping, trees):
            with pytest.raises(UpdateRefused):
                each.check(data)


def test_judging_by_samples_groups_as_what_it_judges_and_other_strategies_do_not_group() -> None:
    inner = GroupedAveraging(LINEAR)
    assert grouping_of(BySamplesStrategy(inner)) == grouping_of(inner)
    with pytest.raises(StrategyError):
        grouping_of(Averaging(LINEAR))
