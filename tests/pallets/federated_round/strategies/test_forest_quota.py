"""Forests by quota: rows decide how many trees count, whoever gives more gives them in vain, and a client can leave."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

import pytest

from chain.primitives import AccountId
from pallets.federated_round.data import DataSet
from pallets.federated_round.settings import QuotaSettings
from pallets.federated_round.strategies import ClientUpdate, ForestMerge, ForestQuota, UpdateRefused, forest_quota
from pallets.learning.forest_codec import decode_forest, encode_forest
from pallets.learning.forest_federation import Share, decode_federated, encode_federated, forgotten, trees_of
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.learning.stream import Stream

QUANTISER = encode_quantiser(Quantiser((FeatureRange(0, 65536),) * 2))
SETTINGS = QuotaSettings(
    QUANTISER, classes=2, trees=4, rows_for_a_tree=10, max_depth=5, min_leaf=1, features_per_split=0
)
STRATEGY = ForestQuota(SETTINGS)
ROWS = {AccountId(bytes((number,)) * 32): count for number, count in ((1, 5), (2, 25), (3, 99))}
QUOTAS = dict(zip(ROWS, (1, 3, 4), strict=True))


def data_of(seed: bytes, count: int) -> DataSet:
    stream = Stream(seed)
    rows = [tuple(stream.draws(2, 65536)) for _ in range(count)]
    return DataSet.of(rows, [int(row[0] > 30_000) for row in rows])


def updates_in(number: int) -> list[ClientUpdate]:
    """What the clients give in a round."""
    return [
        ClientUpdate(who, count, STRATEGY.train(data_of(who, count), None, bytes((number,)) + who))
        for who, count in ROWS.items()
    ]


def test_a_client_trains_and_gives_a_tree_for_each_so_many_rows_and_no_more_than_the_most() -> None:
    updates = updates_in(0)
    assert [len(decode_forest(update.data).trees) for update in updates] == list(QUOTAS.values())
    model = decode_federated(STRATEGY.aggregate(updates, None).model)
    assert model.shares == tuple(Share(who, quota) for who, quota in QUOTAS.items())


def test_trees_beyond_the_quota_count_neither_in_the_model_nor_in_the_verdict() -> None:
    updates = updates_in(0)
    greedy = ForestMerge(SETTINGS.forest(4)).train(data_of(next(iter(ROWS)), 5), None, bytes(1) + updates[0].account)
    more = [replace(updates[0], data=greedy), *updates[1:]]
    assert len(decode_forest(greedy).trees) == 4
    assert STRATEGY.aggregate(more, None) == STRATEGY.aggregate(updates, None)
    model, test = STRATEGY.aggregate(updates, None).model, data_of(b"test", 50)
    assert STRATEGY.evaluate(more, None, model, test) == STRATEGY.evaluate(updates, None, model, test)


def test_the_next_round_adds_to_each_clients_own_trees() -> None:
    first = STRATEGY.aggregate(updates_in(0), None).model
    second = decode_federated(STRATEGY.aggregate(updates_in(1), first).model)
    assert second.shares == tuple(Share(who, 2 * quota) for who, quota in QUOTAS.items())
    own = decode_forest(updates_in(0)[1].data).trees + decode_forest(updates_in(1)[1].data).trees
    assert second.forest.trees[2:8] == own


def test_a_client_that_leaves_was_never_there() -> None:
    base = None
    without = None
    leaver = list(ROWS)[1]
    for number in range(3):
        updates = updates_in(number)
        base = STRATEGY.aggregate(updates, base).model
        without = STRATEGY.aggregate([each for each in updates if each.account != leaver], without).model
    assert base is not None
    assert encode_federated(forgotten(decode_federated(base), leaver)) == without


def test_a_model_that_is_full_has_the_newest_trees_of_each_client() -> None:
    with mock.patch.object(forest_quota, "MAX_TREES", 10):
        first = STRATEGY.aggregate(updates_in(0), None).model
        second = decode_federated(STRATEGY.aggregate(updates_in(1), first).model)
    assert len(second.forest.trees) == 10
    for share, before, after in zip(second.shares, updates_in(0), updates_in(1), strict=True):
        given = decode_forest(before.data).trees + decode_forest(after.data).trees
        own = trees_of(second, share.client)
        assert second.forest.trees[own.start : own.stop] == given[-share.trees :]


def test_a_model_of_another_shape_is_refused_as_a_base_and_worth_nothing_as_a_result() -> None:
    updates, test = updates_in(0), data_of(b"test", 50)
    model = STRATEGY.aggregate(updates, None).model
    plain = encode_forest(decode_federated(model).forest)
    other = ForestQuota(replace(SETTINGS, classes=3))
    for base, strategy in ((plain, STRATEGY), (model, other)):
        with pytest.raises(UpdateRefused):
            strategy.aggregate(updates, base)
    assert STRATEGY.evaluate(updates, None, plain, test).after < 0
