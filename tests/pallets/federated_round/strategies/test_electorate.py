"""Coalitions of forests: the table of all values is the value of each, with a base version and without, to sixteen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import AccountId
from pallets.federated_round.data import DataSet
from pallets.federated_round.settings import ForestSettings
from pallets.federated_round.strategies import ClientUpdate, ForestMerge
from pallets.federated_round.strategies.electorate import Electorate
from pallets.federated_round.strategies.judging import yardstick_of
from pallets.federated_round.worth import SampledShapley
from pallets.learning.forest import Forest
from pallets.learning.forest_codec import decode_forest
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.learning.stream import Stream

SETTINGS = ForestSettings(
    encode_quantiser(Quantiser((FeatureRange(0, 65536),) * 2)),
    classes=3,
    trees=2,
    max_depth=4,
    min_leaf=1,
    features_per_split=0,
)


def data_of(seed: bytes, classes: int, count: int = 20) -> DataSet:
    stream = Stream(seed)
    rows = [tuple(stream.draws(2, 65536)) for _ in range(count)]
    return DataSet.of(rows, [min(row[0] // 21846, 2) if classes else row[0] - row[1] for row in rows])


def forests_of(strategy: ForestMerge, classes: int, count: int) -> list[Forest]:
    seeds = [bytes((place,)) * 32 for place in range(count)]
    return [decode_forest(strategy.train(data_of(seed, classes), None, seed)) for seed in seeds]


@pytest.mark.parametrize("classes", [3, 0])
@pytest.mark.parametrize("has_base", [True, False])
def test_the_table_of_all_values_is_the_value_of_each(classes: int, has_base: bool) -> None:
    forests = forests_of(ForestMerge(replace(SETTINGS, classes=classes)), classes, 5)
    test = data_of(b"test", classes)
    base = forests.pop() if has_base else None
    electorate = Electorate(forests, base, test.rows(), yardstick_of(test, 2, classes))
    values = electorate.all_values()
    assert values == [electorate.value(coalition) for coalition in range(1 << len(forests))]
    if base is None:
        assert [electorate.alone(client) for client in range(len(forests))] == [
            values[1 << client] for client in range(len(forests))
        ]


def test_sixteen_clients_beside_a_base_version_are_judged_exactly() -> None:
    strategy = ForestMerge(SETTINGS)
    accounts = [AccountId(bytes((place + 1,)) * 32) for place in range(16)]
    updates = [ClientUpdate(who, 10, strategy.train(data_of(who, 3), None, who)) for who in accounts]
    base = strategy.train(data_of(b"base", 3), None, bytes(32))
    model = strategy.aggregate(updates, base).model
    judged = strategy.evaluate(updates, base, model, data_of(b"test", 3))
    gained = sum(score.contribution for score in judged.clients)
    assert abs(gained - (judged.after - judged.before)) <= 17


def test_more_clients_are_judged_by_a_sample_that_its_seed_repeats() -> None:
    strategy = ForestMerge(SETTINGS, SampledShapley(8, 0))
    accounts = [AccountId(bytes((place + 1,)) * 32) for place in range(18)]
    updates = [ClientUpdate(who, 10, strategy.train(data_of(who, 3), None, who)) for who in accounts]
    model = strategy.aggregate(updates, None).model
    one, same, other = (
        strategy.evaluate(updates, None, model, data_of(b"test", 3), None, seed) for seed in (b"1", b"1", b"2")
    )
    assert one == same
    assert one.clients != other.clients
