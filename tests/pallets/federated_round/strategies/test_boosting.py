"""Boosted trees in rounds: bagging and turns are those of the core, refusals, and a model that is full."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

import pytest

from chain.primitives import AccountId
from pallets.federated_round.data import DataSet
from pallets.federated_round.settings import BoostingSettings
from pallets.federated_round.strategies import Boosting, ClientUpdate, StrategyError, UpdateRefused, boosting
from pallets.federated_round.worth import SampledShapley
from pallets.learning.boosting.model import empty_boosted
from pallets.learning.boosting.model_codec import decode_boosted, encode_boosted
from pallets.learning.boosting.rounds import bagged, extended
from pallets.learning.boosting.training import train_boosted
from pallets.learning.forest_codec import decode_forest, encode_forest
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.learning.stream import Stream

QUANTISER = encode_quantiser(Quantiser((FeatureRange(0, 65536),) * 2))
SETTINGS = BoostingSettings(
    QUANTISER,
    classes=3,
    stages=2,
    rate=1 << 15,
    max_depth=3,
    min_leaf=1,
    features_per_split=2,
    rows_share=1 << 16,
    start=0,
)
STRATEGY = Boosting(SETTINGS)
CLIENTS = tuple(AccountId(bytes((number,)) * 32) for number in (1, 2, 3))


def data_of(seed: bytes, count: int = 40) -> DataSet:
    stream = Stream(seed)
    rows = [tuple(stream.draws(2, 65536)) for _ in range(count)]
    return DataSet.of(rows, [min((row[0] + row[1]) // 43_700, 2) for row in rows])


def updates_of(base: bytes | None = None, strategy: Boosting = STRATEGY) -> list[ClientUpdate]:
    return [ClientUpdate(who, 40, strategy.train(data_of(who), base, who)) for who in CLIENTS]


def test_a_round_is_bagging_and_a_round_of_one_client_is_training_on() -> None:
    start = empty_boosted(2, 3)
    updates = updates_of()
    forests = [decode_forest(update.data) for update in updates]
    first = STRATEGY.aggregate(updates, None).model
    assert decode_boosted(first) == bagged(start, forests)
    turn = updates_of(first)[:1]
    assert decode_boosted(STRATEGY.aggregate(turn, first).model) == extended(
        decode_boosted(first), decode_forest(turn[0].data)
    )
    alone = train_boosted(start, data_of(CLIENTS[0]).rows(), data_of(CLIENTS[0]).targets, SETTINGS.parameters, b"s")
    by_turn = STRATEGY.train(data_of(CLIENTS[0]), None, b"s")
    assert STRATEGY.aggregate([ClientUpdate(CLIENTS[0], 40, by_turn)], None).model == encode_boosted(alone)


def test_rounds_of_corrections_make_the_model_better() -> None:
    base, test, metrics = None, data_of(b"test", 200), list[int]()
    for _ in range(4):
        updates = updates_of(base)
        model = STRATEGY.aggregate(updates, base).model
        metrics.append(STRATEGY.evaluate(updates, base, model, test).after)
        base = model
    assert metrics[-1] > metrics[0] > 600_000, metrics


def test_only_whole_stages_up_to_the_most_are_an_update() -> None:
    update = decode_forest(updates_of()[0].data)
    for count in (0, 1, 2, 4, 5, 9):
        trees = (update.trees * 2)[:count]
        with pytest.raises(UpdateRefused):
            STRATEGY.check(encode_forest(replace(update, trees=trees)))
    for count in (3, 6):
        STRATEGY.check(encode_forest(replace(update, trees=update.trees[:count])))


def test_a_model_without_room_stays_as_it_is() -> None:
    first = STRATEGY.aggregate(updates_of(), None).model
    updates = updates_of(first)
    with mock.patch.object(boosting, "MAX_TREES", 35):
        assert STRATEGY.aggregate(updates, first).model == first
        judged = STRATEGY.evaluate(updates, first, first, data_of(b"test"))
    assert judged.after == judged.before


def test_a_base_that_starts_elsewhere_is_refused() -> None:
    values = replace(SETTINGS, classes=0, start=7)
    model = encode_boosted(empty_boosted(2, 0, start=8))
    with pytest.raises(StrategyError):
        Boosting(values).train(data_of(b"x"), model, b"s")
    Boosting(values).train(data_of(b"x"), encode_boosted(empty_boosted(2, 0, start=7)), b"s")


def test_a_sample_of_orders_judges_the_same_corrections() -> None:
    updates, test = updates_of(), data_of(b"test", 60)
    model = STRATEGY.aggregate(updates, None).model
    exact = STRATEGY.evaluate(updates, None, model, test)
    sampled = Boosting(SETTINGS, SampledShapley(400, 0)).evaluate(updates, None, model, test, None, b"seed")
    for one, other in zip(exact.clients, sampled.clients, strict=True):
        assert one.solo == other.solo
        assert abs(one.contribution - other.contribution) < 60_000
