from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pallets.learning.forest import ForestParameters, merge
from pallets.learning.forest_training import train_classifier, train_regressor
from pallets.learning.metrics import r_squared_ppm
from pallets.learning.prediction import Predictor
from pallets.learning.training_rows import TrainingError
from tests.pallets.learning.forests import blob_labels, drawn_rows
from tests.pallets.learning.oracle_forest import oracle_forest
from tests.pallets.learning.pinned_forests import PINNED, digests


@st.composite
def tables(draw: st.DrawFn) -> list[list[int]]:
    """Up to 40 rows, of few or many different values."""
    features = draw(st.integers(1, 7))
    values = draw(st.sampled_from([2, 5, 65536]))
    return drawn_rows(draw(st.integers(1, 40)), features, draw(st.integers(0, 10**6)), values)


@st.composite
def parameters(draw: st.DrawFn, classes: int) -> ForestParameters:
    return ForestParameters(
        trees=3,
        max_depth=draw(st.sampled_from([0, 1, 3, 32])),
        min_leaf=draw(st.sampled_from([1, 2, 5])),
        features_per_split=draw(st.integers(0, 8)),
        classes=classes,
    )


@settings(max_examples=60, deadline=None)
@given(tables(), st.data(), st.integers(1, 4))
def test_the_fast_classifier_is_the_oracles(rows: list[list[int]], data: st.DataObject, classes: int) -> None:
    labels = data.draw(st.lists(st.integers(0, classes - 1), min_size=len(rows), max_size=len(rows)))
    chosen = data.draw(parameters(classes))
    assert train_classifier(rows, labels, chosen, b"seed") == oracle_forest(rows, labels, chosen, b"seed")


@settings(max_examples=60, deadline=None)
@given(tables(), st.data(), st.sampled_from([3, 100, 2**31 - 1]))
def test_the_fast_regressor_is_the_oracles(rows: list[list[int]], data: st.DataObject, largest: int) -> None:
    targets = data.draw(st.lists(st.integers(-largest - 1, largest), min_size=len(rows), max_size=len(rows)))
    chosen = data.draw(parameters(0))
    assert train_regressor(rows, targets, chosen, b"seed", fractional_bits=4) == oracle_forest(
        rows, targets, chosen, b"seed", 4
    )


def test_more_values_than_bins_are_cut_as_the_oracle_does() -> None:
    rows = drawn_rows(320, 2, 5)
    labels = blob_labels(rows, 3, 5)
    chosen = ForestParameters(trees=1, classes=3, max_depth=4)
    assert train_classifier(rows, labels, chosen, b"x") == oracle_forest(rows, labels, chosen, b"x")


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 7), st.integers(0, 7))
@example(0, 7)
def test_parts_of_a_forest_are_the_forest(first: int, second: int) -> None:
    rows = drawn_rows(30, 5, 1)
    labels = blob_labels(rows, 2, 1)
    low, high = sorted((first, second))
    whole = ForestParameters(trees=7, classes=2)
    parts = [
        train_classifier(rows, labels, replace(whole, trees=end - start), b"seed", first_tree=start)
        for start, end in ((0, low), (low, high), (high, 7))
    ]
    assert merge(parts) == train_classifier(rows, labels, whole, b"seed")


def test_a_seed_gives_the_pinned_bytes() -> None:
    assert digests() == PINNED


@pytest.mark.parametrize(("hash_seed", "threads"), [("0", "1"), ("random", "4")])
def test_another_process_gives_the_same_bytes(hash_seed: str, threads: str) -> None:
    environment = {"PYTHONHASHSEED": hash_seed, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.pallets.learning.pinned_forests"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert tuple(ran.stdout.split()) == PINNED


@pytest.mark.parametrize("threads", [2, 5])
def test_threads_that_grow_parts_give_the_same_bytes(threads: int) -> None:
    rows = drawn_rows(200, 8, 3)
    labels = blob_labels(rows, 2, 3)
    one_tree = ForestParameters(trees=1, classes=2)
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(lambda i: train_classifier(rows, labels, one_tree, b"t", first_tree=i), range(12)))
    assert merge(parts) == train_classifier(rows, labels, replace(one_tree, trees=12), b"t")


def test_a_tree_depends_on_its_seed() -> None:
    rows = drawn_rows(50, 4, 4)
    labels = blob_labels(rows, 2, 4)
    chosen = ForestParameters(trees=5, classes=2)
    one, other = (train_classifier(rows, labels, chosen, seed) for seed in (b"a", b"b"))
    assert len(set(one.trees + other.trees)) == 10


def test_rows_agree_or_a_forest_of_leaves_results() -> None:
    forest = train_classifier([[1, 2]] * 3, [1, 0, 1], ForestParameters(trees=4, classes=2), b"")
    assert [tree.depth for tree in forest.trees] == [0] * 4


def test_a_regressor_explains_most_of_a_smooth_target() -> None:
    rows = drawn_rows(500, 3, 6)
    targets = [row[0] + row[1] // 2 for row in rows]
    forest = train_regressor(rows[:350], targets[:350], ForestParameters(trees=30, features_per_split=2), b"r")
    predictor = Predictor(forest)
    assert r_squared_ppm([predictor.predict(row) for row in rows[350:]], targets[350:]) > 930_000


@pytest.mark.parametrize(
    ("features", "labels", "message"),
    [
        ([], [], "features of shape"),
        ([[1], [2, 3]], [0, 0], "rows of different lengths"),
        ([[1], [65536]], [0, 0], r"a feature outside 0\.\.65535"),
        ([[-1], [0]], [0, 0], r"a feature outside 0\.\.65535"),
        ([[0.5], [0]], [0, 0], "a feature of type float64, not an integer"),
        ([[0], [0]], [0], r"labels of shape \(1,\) for 2 rows"),
        ([[0], [0]], [0, 2], r"a label outside 0\.\.1"),
        ([[0] * 256], [0], "features of shape"),
    ],
)
def test_rows_that_nothing_can_be_learnt_from_are_refused(
    features: list[list[int]], labels: list[int], message: str
) -> None:
    with pytest.raises(TrainingError, match=message):
        train_classifier(features, labels, ForestParameters(classes=2), b"")


def test_a_target_must_fit_an_int32() -> None:
    with pytest.raises(TrainingError, match="a target outside"):
        train_regressor([[0]], [2**31], ForestParameters(), b"")
