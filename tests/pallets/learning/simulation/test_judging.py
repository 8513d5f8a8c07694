from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.boosting.model import BoostedPredictor, BoostingParameters, empty_boosted, with_trees
from pallets.learning.boosting.rounds import bagged
from pallets.learning.boosting.training import grow_stages
from pallets.learning.contribution import shapley
from pallets.learning.datasets import iris
from pallets.learning.estimators.artifact import Task
from pallets.learning.estimators.network import Network
from pallets.learning.estimators.network_arrays import NetworkShape, class_scores, starting_weights
from pallets.learning.estimators.network_descent import descended
from pallets.learning.fixed_point import Overflow, divide
from pallets.learning.forest import Forest, ForestKind, ForestParameters, merge
from pallets.learning.forest_training import train_classifier
from pallets.learning.linear_model import LinearKind, LinearModel, LinearParameters, empty_model
from pallets.learning.linear_training import train_linear
from pallets.learning.metrics import MILLION, correct
from pallets.learning.simulation.clipping import clipped_to_median
from pallets.learning.simulation.judging import (
    EXACT_CLIENTS,
    Members,
    alone_of,
    answers_of,
    average_values,
    boosted_answers,
    boosted_values,
    constant_value,
    contributions_of,
    forest_values,
    moved_to,
    network_values,
)

TASK = iris()
PARTS = [(TASK.rows[first::9], TASK.targets[first::9]) for first in range(3)]
ROWS, LABELS = TASK.rows[4::6], TASK.targets[4::6]
BASE = empty_model(LinearKind.CLASSIFIER, 4, 3)
ALL_COALITIONS: Members = (np.arange(8)[:, None] >> np.arange(3)) & 1


@given(st.lists(st.integers(0, 50), min_size=8, max_size=8))
def test_contributions_of_few_are_their_shapley_values(table: list[int]) -> None:
    found = contributions_of(3, lambda members: [table[sum(row << np.arange(3))] for row in members], None)
    exact = shapley(3, lambda coalition: table[coalition])
    assert found == tuple(divide(each * MILLION, exact.denominator) for each in exact.numerators)


def test_of_many_everybody_is_worth_what_all_lose_without_it() -> None:
    clients = EXACT_CLIENTS + 1
    worth = np.arange(clients)
    found = contributions_of(clients, lambda members: (members @ worth).tolist(), None)
    assert found == tuple(each * MILLION for each in range(clients))


def test_nobodys_value_is_what_is_told() -> None:
    ones = contributions_of(1, lambda members: members.sum(axis=1).tolist(), 0)
    assert ones == (MILLION,)
    assert contributions_of(1, lambda members: members.sum(axis=1).tolist(), 1) == (0,)


def test_averages_are_worth_what_their_mean_step_gets_right() -> None:
    parameters = LinearParameters(epochs=5, learning_rate=2 << 16)
    updates = [train_linear(BASE, *part, parameters) for part in PARTS]
    samples = [1, 2, 3]
    steps = clipped_to_median(np.array([update.weights for update in updates]))
    values = average_values(BASE, updates, samples, ROWS, LABELS)(ALL_COALITIONS)
    for coalition, value in zip(ALL_COALITIONS.tolist(), values, strict=True):
        counts = [count * member for count, member in zip(samples, coalition, strict=True)]
        total = max(sum(counts), 1)
        mean = [divide(sum(c * s for c, s in zip(counts, column, strict=True)), total) for column in steps.T.tolist()]
        model = LinearModel(BASE.kind, 4, 3, tuple(mean))
        assert value == correct([model.predict(row) for row in ROWS], LABELS)
        assert answers_of(model, ROWS) == [model.predict(row) for row in ROWS]


def test_forests_are_worth_what_they_get_right_beside_the_base() -> None:
    parameters = ForestParameters(trees=2, classes=3, max_depth=3)
    base, *forests = [train_classifier(*part, parameters, bytes([number])) for number, part in enumerate(PARTS)]
    values = forest_values(base, forests, ROWS, LABELS)
    for coalition in ([0, 0], [1, 0], [0, 1], [1, 1]):
        together = merge([base, *(forest for forest, is_in in zip(forests, coalition, strict=True) if is_in)])
        assert values(np.array([coalition])) == [correct(answers_of(together, ROWS), LABELS)]
    empty = Forest(ForestKind.CLASSIFIER, 4, 3, 0, ())
    assert forest_values(empty, forests, ROWS, LABELS)(alone_of(2)) == [
        correct(answers_of(forest, ROWS), LABELS) for forest in forests
    ]


def test_updates_that_leave_int64_are_refused() -> None:
    far = moved_to(BASE, np.full(15, 2**43))
    with pytest.raises(Overflow, match="too large to be judged"):
        average_values(BASE, [far], [2**30], ROWS, LABELS)(np.array([[1]]))


def test_the_best_constant_is_the_most_frequent_class() -> None:
    assert constant_value(LABELS) == max(Counter(LABELS).values())


def test_boosted_trees_are_worth_what_the_version_that_they_make_gets_right() -> None:
    parameters = BoostingParameters(stages=2, rate=1 << 15, max_depth=2)
    begun = with_trees(empty_boosted(4, 3), grow_stages(empty_boosted(4, 3), *PARTS[0], parameters, b"before").trees)
    updates = [grow_stages(begun, *part, parameters, bytes([number])) for number, part in enumerate(PARTS)]
    values = boosted_values(begun, updates, ROWS, LABELS)(ALL_COALITIONS)
    for coalition, value in zip(ALL_COALITIONS.tolist(), values, strict=True):
        members = [update for update, is_in in zip(updates, coalition, strict=True) if is_in]
        model = bagged(begun, members)
        predictor = BoostedPredictor(model)
        assert value == correct([predictor.predict(row) for row in ROWS], LABELS)
        assert boosted_answers(model, ROWS) == [predictor.predict(row) for row in ROWS]


@pytest.mark.parametrize("shift", [0, 17], ids=["together", "each by itself"])
def test_networks_are_worth_what_their_mean_step_gets_right(shift: int) -> None:
    shape = NetworkShape(Task.CLASSIFIER, 4, 5, 3)
    start = starting_weights(shape, b"start")
    updates = np.stack([descended(shape, start, *part, epochs=20, rate=1 << 15, batch=8, seed=b"s") for part in PARTS])
    start, updates = start << shift, updates << shift  # far out sums leave what floats hold exactly
    assert (class_scores(shape, updates, ROWS) is None) == bool(shift)
    steps, samples = updates - start, [1, 2, 3]
    values = network_values(shape, start, updates, samples, ROWS, LABELS)(ALL_COALITIONS)
    for coalition, value in zip(ALL_COALITIONS.tolist(), values, strict=True):
        counts = [count * member for count, member in zip(samples, coalition, strict=True)]
        total = max(sum(counts), 1)
        mean = [divide(sum(c * s for c, s in zip(counts, column, strict=True)), total) for column in steps.T.tolist()]
        network = Network(Task.CLASSIFIER, 4, 5, 3, tuple((start + np.array(mean)).tolist()))
        assert value == correct([network.predict(row) for row in ROWS], LABELS)
