from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.learning.boosting.model import (
    BoostedModel,
    BoostedPredictor,
    BoostingError,
    BoostingParameters,
    empty_boosted,
)
from pallets.learning.boosting.model_codec import encode_boosted
from pallets.learning.boosting.rounds import bagged, extended, whose_turn
from pallets.learning.boosting.training import grow_stages
from pallets.learning.datasets import breast_cancer
from pallets.learning.fixed_point import divide
from pallets.learning.forest import Forest, ForestKind
from pallets.learning.forest_federation import client_seed
from pallets.learning.metrics import accuracy_ppm
from pallets.learning.partition import equal_parts
from pallets.learning.unlearning import advanced, begun, unlearned
from tests.pallets.learning.boosting.models import CLASSES, updates
from tests.pallets.learning.forests import blob_labels, drawn_rows, rows_near

CLIENTS = tuple(bytes([client]) * 32 for client in range(3))
ONE_STAGE = BoostingParameters(stages=1, rate=20_000)


@given(st.sampled_from(CLASSES), st.data())
def test_each_clients_trees_count_for_its_share(classes: int, data: st.DataObject) -> None:
    given_ = data.draw(st.lists(updates(classes), max_size=3))
    model = bagged(empty_boosted(3, classes), given_)
    assert model.stages == sum(BoostedModel(classes, model.start, update).stages for update in given_)
    row = data.draw(rows_near(model.forest))
    expected = [0] * model.columns
    for update in given_:
        for number, tree in enumerate(update.trees):
            alone = BoostedPredictor(BoostedModel(0, (0,), replace(update, trees=(tree,)))).predict(row)
            expected[number % model.columns] += divide(alone, len(given_))
    assert BoostedPredictor(model).scores(row) == expected


@given(st.sampled_from(CLASSES), st.data())
def test_the_order_of_the_clients_does_not_change_what_is_said(classes: int, data: st.DataObject) -> None:
    given_ = data.draw(st.lists(updates(classes), min_size=1, max_size=3))
    start = empty_boosted(3, classes)
    one, other = bagged(start, given_), bagged(start, given_[::-1])
    row = data.draw(rows_near(one.forest))
    assert BoostedPredictor(one).scores(row) == BoostedPredictor(other).scores(row)


@given(updates(3))
def test_the_only_clients_trees_are_added_as_they_are(update: Forest) -> None:
    start = empty_boosted(3, 3)
    assert extended(start, update).forest == update
    assert bagged(start, []) == start


@given(st.integers(1, 9), st.integers(0, 5), st.binary(max_size=4))
def test_each_client_has_one_turn_in_a_cycle(clients: int, cycle: int, seed: bytes) -> None:
    turns = [whose_turn(number, clients, seed) for number in range(cycle * clients, (cycle + 1) * clients)]
    assert sorted(turns) == list(range(clients))


def test_the_order_of_turns_is_drawn_for_each_cycle_and_seed() -> None:
    def orders(seed: bytes) -> set[tuple[int, ...]]:
        return {tuple(whose_turn(20 * cycle + place, 20, seed) for place in range(20)) for cycle in range(3)}

    assert len(orders(b"a") | orders(b"b")) == 6
    for number, clients in ((0, 0), (-1, 3)):
        with pytest.raises(BoostingError, match=f"no turn {number} among {clients} clients"):
            whose_turn(number, clients, b"")


def test_trees_of_another_shape_are_refused() -> None:
    start = empty_boosted(3, 3)
    one_tree = replace(start.forest, trees=grow_stages(empty_boosted(3), [[0] * 3], [0], ONE_STAGE, b"").trees)
    for update, message in (
        (Forest(ForestKind.REGRESSOR, 2, 0, 16, ()), "another kind or shape"),
        (Forest(ForestKind.CLASSIFIER, 3, 2, 0, ()), "another kind or shape"),
        (one_tree, "1 trees are no whole stages of 3 columns"),
    ):
        with pytest.raises(BoostingError, match=message):
            bagged(start, [update])


@pytest.mark.parametrize("way", ["bagging", "cyclic"])
def test_clients_learn_together_what_none_of_them_could_alone(way: str) -> None:
    task = breast_cancer()
    parts = equal_parts(len(task.rows), 12, b"parts")
    unknown, clients = task.subset(parts[0]), [task.subset(part[:20]) for part in parts[1:9]]

    def accuracy(model: BoostedModel) -> int:
        predictor = BoostedPredictor(model)
        return accuracy_ppm([predictor.predict(row) for row in unknown.rows], unknown.targets)

    def grown(model: BoostedModel, client: int) -> Forest:
        own = clients[client]
        return grow_stages(model, own.rows, own.targets, ONE_STAGE, client_seed(b"r", bytes([client])))

    model = empty_boosted(30, 2)
    for number in range(24 if way == "cyclic" else 8):
        if way == "cyclic":
            model = extended(model, grown(model, whose_turn(number, len(clients), b"turns")))
        else:
            model = bagged(model, [grown(model, client) for client in range(len(clients))])
    alone = [extended(empty_boosted(30, 2), grown(empty_boosted(30, 2), client)) for client in range(len(clients))]
    assert accuracy(model) > max(900_000, sum(map(accuracy, alone)) // len(alone))


@settings(deadline=None, max_examples=15)
@given(st.lists(st.lists(st.sampled_from(CLIENTS), unique=True), min_size=1, max_size=4), st.integers(1, 2))
def test_bagging_without_a_client_is_replayed_to_the_byte(rounds: list[list[bytes]], every: int) -> None:
    def step(model: BoostedModel, number: int, clients: Sequence[bytes]) -> BoostedModel:
        grown = []
        for client in clients:
            rows = drawn_rows(12, 3, client[0])
            grown.append(
                grow_stages(model, rows, blob_labels(rows, 2, 1), ONE_STAGE, client_seed(bytes([number]), client))
            )
        return bagged(model, grown)

    joined = never_joined = begun(empty_boosted(3, 2))
    for clients in [[CLIENTS[0]], *rounds]:
        joined = advanced(joined, clients, step, every=every)
        never_joined = advanced(never_joined, [c for c in clients if c != CLIENTS[0]], step, every=every)
    replayed = unlearned(joined, CLIENTS[0], step, every=every)
    assert encode_boosted(replayed.state) == encode_boosted(never_joined.state)
