"""All strategies: equal bytes for equal inputs, refusals of what is no update, and verdicts that add up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import AccountId
from pallets.federated_round.data import DataError, DataSet
from pallets.federated_round.settings import (
    BoostingSettings,
    ForestSettings,
    LinearSettings,
    NetworkSettings,
    QuotaSettings,
)
from pallets.federated_round.strategies import (
    Averaging,
    Boosting,
    ClientUpdate,
    ForestMerge,
    ForestQuota,
    Strategy,
    UpdateRefused,
)
from pallets.federated_round.strategies.judging import verdict, yardstick_of
from pallets.federated_round.strategies.network_averaging import NetworkAveraging
from pallets.federated_round.types import MILLION
from pallets.learning.attacks import label_flip
from pallets.learning.contribution import shapley_of_table
from pallets.learning.forest_codec import decode_forest
from pallets.learning.linear_model import decode_linear
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.learning.stream import Stream

QUANTISER = encode_quantiser(Quantiser((FeatureRange(0, 65536),) * 2))
FOREST = ForestSettings(QUANTISER, classes=3, trees=4, max_depth=6, min_leaf=1, features_per_split=0)
LINEAR = LinearSettings(QUANTISER, classes=3, epochs=20, learning_rate=2 << 16, l2=0)
QUOTA = QuotaSettings(QUANTISER, classes=3, trees=4, rows_for_a_tree=10, max_depth=6, min_leaf=1, features_per_split=0)
BOOSTED = BoostingSettings(
    QUANTISER,
    classes=3,
    stages=3,
    rate=1 << 15,
    max_depth=3,
    min_leaf=1,
    features_per_split=2,
    rows_share=1 << 16,
    start=0,
)
NETWORK = NetworkSettings(QUANTISER, classes=3, hidden=8, bits=16, epochs=20, learning_rate=1 << 15, batch=8)
STRATEGIES: dict[str, Strategy] = {
    "forest classes": ForestMerge(FOREST),
    "forest values": ForestMerge(replace(FOREST, classes=0)),
    "linear classes": Averaging(LINEAR),
    "linear values": Averaging(replace(LINEAR, classes=0, learning_rate=1 << 15)),
    "quota classes": ForestQuota(QUOTA),
    "quota values": ForestQuota(replace(QUOTA, classes=0)),
    "boosted classes": Boosting(BOOSTED),
    "boosted values": Boosting(replace(BOOSTED, classes=0, rate=1 << 16)),
    "network classes": NetworkAveraging(NETWORK),
    "network values": NetworkAveraging(replace(NETWORK, classes=0, learning_rate=1 << 12)),
}
ALIKE = ({"forest classes", "quota classes"}, {"forest values", "quota values", "boosted values", "boosted classes"})
"""Strategies whose updates are forests of one kind and shape, and may suit each other."""
CLIENTS = tuple(AccountId(bytes((number,)) * 32) for number in (1, 2, 3))

every_strategy = pytest.mark.parametrize("name", STRATEGIES)


def data_of(seed: bytes, name: str, count: int = 40) -> DataSet:
    stream = Stream(seed)
    rows = [tuple(stream.draws(2, 65536)) for _ in range(count)]
    if "values" in name:
        return DataSet.of(rows, [row[0] - row[1] // 2 for row in rows])
    return DataSet.of(rows, [min(row[0] // 21846, 2) for row in rows])


def updates_of(strategy: Strategy, name: str, base: bytes | None = None) -> list[ClientUpdate]:
    return [
        ClientUpdate(who, 10 * (place + 1), strategy.train(data_of(who, name), base, who))
        for place, who in enumerate(CLIENTS)
    ]


@every_strategy
def test_equal_inputs_give_equal_bytes(name: str) -> None:
    strategy = STRATEGIES[name]
    updates = updates_of(strategy, name)
    assert updates == updates_of(strategy, name)
    model = strategy.aggregate(updates, None).model
    assert model == strategy.aggregate(updates, None).model
    for update in updates:
        strategy.check(update.data)
    next_updates = updates_of(strategy, name, model)
    assert strategy.aggregate(next_updates, model).model != model


@every_strategy
def test_contributions_add_up_to_the_improvement(name: str) -> None:
    strategy, test = STRATEGIES[name], data_of(b"test", name)
    base = None
    for _ in range(2):
        updates = updates_of(strategy, name, base)
        model = strategy.aggregate(updates, base).model
        judged = strategy.evaluate(updates, base, model, test)
        assert [score.account for score in judged.clients] == list(CLIENTS)
        gained = sum(score.contribution for score in judged.clients)
        assert abs(gained - (judged.after - judged.before)) <= len(CLIENTS) + 1
        base = model


@every_strategy
def test_before_the_first_version_the_best_constant_is_the_model_to_beat(name: str) -> None:
    strategy, test = STRATEGIES[name], data_of(b"test", name)
    updates = updates_of(strategy, name)
    judged = strategy.evaluate(updates, None, strategy.aggregate(updates, None).model, test)
    assert judged.before == judged.constant
    assert judged.after > judged.constant
    most = max(test.targets.count(target) for target in set(test.targets))
    assert judged.constant == (0 if "values" in name else most * MILLION // len(test))


@every_strategy
def test_whoever_turns_the_truth_around_is_worse_than_a_constant_and_contributes_less_than_nothing(name: str) -> None:
    strategy, test = STRATEGIES[name], data_of(b"test", name)
    updates = updates_of(strategy, name)
    rows = data_of(CLIENTS[2], name)
    lies = [-target for target in rows.targets] if "values" in name else label_flip(rows.targets, 3)
    poisoned = strategy.train(DataSet.of(rows.rows(), lies), None, CLIENTS[2])
    updates[2] = replace(updates[2], data=poisoned)
    judged = strategy.evaluate(updates, None, strategy.aggregate(updates, None).model, test)
    honest, liar = judged.clients[:2], judged.clients[2]
    assert liar.contribution < 0
    assert liar.solo < judged.constant
    assert all(score.contribution > 0 for score in honest)


@every_strategy
def test_a_model_that_is_none_improves_nothing(name: str) -> None:
    strategy, test = STRATEGIES[name], data_of(b"test", name)
    judged = strategy.evaluate(updates_of(strategy, name), None, b"", test)
    assert judged.after - judged.before == -MILLION


@every_strategy
def test_what_is_no_update_of_the_task_is_refused(name: str) -> None:
    strategy = STRATEGIES[name]
    update = updates_of(strategy, name)[0].data
    unlike = [other for other in STRATEGIES if not any({name, other} <= alike for alike in ALIKE) and other != name]
    others = [STRATEGIES[other].train(data_of(b"x", other), None, bytes(32)) for other in unlike]
    for data in (b"", update[:-1], update + b"\0", b"PLF\x01", *others):
        with pytest.raises(UpdateRefused):
            strategy.check(data)


@every_strategy
def test_data_of_another_shape_suit_neither_training_nor_judging(name: str) -> None:
    strategy = STRATEGIES[name]
    narrow = DataSet.of([(1,), (2,)], (0, 1))
    with pytest.raises(DataError):
        strategy.check_data(narrow)
    with pytest.raises(DataError):
        strategy.train(narrow, None, bytes(32))
    updates = updates_of(strategy, name)
    with pytest.raises(DataError):
        strategy.evaluate(updates, None, strategy.aggregate(updates, None).model, narrow)


def test_values_that_are_all_equal_judge_nothing() -> None:
    with pytest.raises(DataError):
        yardstick_of(DataSet.of([(1, 2), (3, 4)], (5, 5)), 2, 0)


def test_a_forest_update_has_at_least_one_tree_and_no_more_than_allowed() -> None:
    generous = ForestMerge(replace(FOREST, trees=5))
    update = generous.train(data_of(b"x", "classes"), None, bytes(32))
    generous.check(update)
    with pytest.raises(UpdateRefused):
        STRATEGIES["forest classes"].check(update)
    none = ForestMerge(replace(FOREST, trees=0)).train(data_of(b"x", "classes"), None, bytes(32))
    with pytest.raises(UpdateRefused):
        generous.check(none)


def test_the_merged_forest_has_the_previous_trees_and_then_each_clients() -> None:
    strategy = STRATEGIES["forest classes"]
    first = strategy.aggregate(updates_of(strategy, "classes"), None).model
    updates = updates_of(strategy, "classes")
    second = decode_forest(strategy.aggregate(updates, first).model)
    parts = [decode_forest(first), *(decode_forest(update.data) for update in updates)]
    assert second.trees == tuple(tree for part in parts for tree in part.trees)


def test_the_average_counts_each_client_by_its_samples() -> None:
    strategy = STRATEGIES["linear classes"]
    updates = updates_of(strategy, "linear classes")
    models = [decode_linear(update.data) for update in updates]
    mean = decode_linear(strategy.aggregate(updates, None).model)
    for place, weight in enumerate(mean.weights):
        exact = sum(model.weights[place] * update.samples for model, update in zip(models, updates, strict=True))
        assert abs(weight * 60 - exact) < 60


def test_a_verdict_is_in_parts_per_million_of_the_metric() -> None:
    test = DataSet.of([(0, 0)] * 4, (0, 0, 0, 1))
    judged = verdict(CLIENTS[:2], shapley_of_table([3, 4, 3, 4]), 3, [4, 1], 4, yardstick_of(test, 2, 2))
    assert (judged.before, judged.after, judged.constant) == (750_000, MILLION, 750_000)
    assert [(score.contribution, score.solo) for score in judged.clients] == [(250_000, MILLION), (0, 250_000)]
