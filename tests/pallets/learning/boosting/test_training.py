from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor

from pallets.learning.boosting.model import BoostedPredictor, BoostingParameters, empty_boosted
from pallets.learning.boosting.training import boosted_scores, grow_stages, train_boosted
from pallets.learning.datasets import TabularTask, breast_cancer, iris
from pallets.learning.metrics import accuracy_ppm, r_squared_ppm
from pallets.learning.partition import hold_out
from pallets.learning.training_rows import TrainingError
from tests.pallets.learning.boosting.oracle_boosting import oracle_boosted
from tests.pallets.learning.forests import blob_labels, drawn_rows


@st.composite
def tables(draw: st.DrawFn) -> list[list[int]]:
    """Up to 30 rows, of few or many different values."""
    values = draw(st.sampled_from([2, 5, 65536]))
    return drawn_rows(draw(st.integers(1, 30)), draw(st.integers(1, 5)), draw(st.integers(0, 10**6)), values)


@st.composite
def parameters(draw: st.DrawFn) -> BoostingParameters:
    return BoostingParameters(
        stages=draw(st.integers(0, 4)),
        rate=draw(st.sampled_from([1, 6554, 65536])),
        max_depth=draw(st.sampled_from([0, 1, 3])),
        min_leaf=draw(st.sampled_from([1, 4])),
        features_per_split=draw(st.sampled_from([1, 2, 255])),
        rows_share=draw(st.sampled_from([1, 40000, 65536])),
    )


@settings(max_examples=50, deadline=None)
@given(tables(), st.data(), st.integers(2, 4))
def test_the_fast_classifier_is_the_oracles(rows: list[list[int]], data: st.DataObject, classes: int) -> None:
    labels = data.draw(st.lists(st.integers(0, classes - 1), min_size=len(rows), max_size=len(rows)))
    chosen = data.draw(parameters())
    start = empty_boosted(len(rows[0]), classes, start=data.draw(st.sampled_from([0, -70000])))
    assert train_boosted(start, rows, labels, chosen, b"s") == oracle_boosted(start, rows, labels, chosen, b"s")


@settings(max_examples=50, deadline=None)
@given(tables(), st.data(), st.sampled_from([3, 100, 2**31 - 1]))
def test_the_fast_regressor_is_the_oracles(rows: list[list[int]], data: st.DataObject, largest: int) -> None:
    targets = data.draw(st.lists(st.integers(-largest - 1, largest), min_size=len(rows), max_size=len(rows)))
    chosen = data.draw(parameters())
    start = empty_boosted(len(rows[0]), start=data.draw(st.integers(-largest, largest)))
    assert train_boosted(start, rows, targets, chosen, b"s") == oracle_boosted(start, rows, targets, chosen, b"s")


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 6), st.sampled_from([0, 2, 3]))
def test_training_on_in_two_parts_is_training_on_in_one(first: int, classes: int) -> None:
    rows = drawn_rows(40, 3, 1)
    targets = blob_labels(rows, classes, 1) if classes else [row[0] - row[1] for row in rows]
    chosen = BoostingParameters(stages=6, rows_share=50000)
    start = empty_boosted(3, classes)
    half = train_boosted(start, rows, targets, replace(chosen, stages=first), b"p")
    whole = train_boosted(half, rows, targets, replace(chosen, stages=6 - first), b"p")
    assert whole == train_boosted(start, rows, targets, chosen, b"p")
    assert grow_stages(start, rows, targets, chosen, b"p") == whole.forest


@pytest.mark.parametrize("classes", [0, 2, 3])
def test_scores_of_a_table_are_those_of_its_rows(classes: int) -> None:
    rows = drawn_rows(50, 4, 2)
    targets = blob_labels(rows, classes, 2) if classes else [row[0] for row in rows]
    model = train_boosted(empty_boosted(4, classes), rows, targets, BoostingParameters(stages=5), b"t")
    predictor = BoostedPredictor(model)
    assert boosted_scores(model, rows).tolist() == [predictor.scores(row) for row in rows]


@pytest.mark.parametrize("load", [breast_cancer, iris])
def test_accuracy_is_near_that_of_scikit_learn(load: Callable[[], TabularTask]) -> None:
    task = load()
    ours = theirs = 0
    for seed in range(3):
        learn, judge = hold_out(len(task.rows), Fraction(3, 10), bytes([seed]))
        known, unknown = task.subset(learn), task.subset(judge)
        start = empty_boosted(len(task.feature_names), task.classes)
        model = train_boosted(start, known.rows, known.targets, BoostingParameters(stages=60), b"a")
        predictor = BoostedPredictor(model)
        ours += accuracy_ppm([predictor.predict(row) for row in unknown.rows], unknown.targets)
        peer = GradientBoostingClassifier(n_estimators=60, random_state=0).fit(np.array(known.rows), known.targets)
        theirs += accuracy_ppm(np.asarray(peer.predict(np.array(unknown.rows))).tolist(), unknown.targets)
    assert ours > theirs - 3 * 15_000
    assert ours > 3 * 920_000


def test_a_regressor_explains_as_much_as_scikit_learns() -> None:
    rows = drawn_rows(500, 3, 6)
    targets = [row[0] + row[1] // 2 for row in rows]
    chosen = BoostingParameters(stages=100)
    mean = sum(targets[:350]) // 350
    predictor = BoostedPredictor(train_boosted(empty_boosted(3, start=mean), rows[:350], targets[:350], chosen, b"r"))
    ours = r_squared_ppm([predictor.predict(row) for row in rows[350:]], targets[350:])
    peer = GradientBoostingRegressor(n_estimators=100, random_state=0).fit(np.array(rows[:350]), targets[:350])
    said = np.asarray(peer.predict(np.array(rows[350:]))).round().astype(np.int64).tolist()
    theirs = r_squared_ppm(said, targets[350:])
    assert ours > max(theirs - 5_000, 950_000)


@pytest.mark.parametrize(
    ("rows", "targets", "message"),
    [
        ([], [], "features of shape"),
        ([[0]], [0], "rows of 1 features for a model of 2"),
        ([[0, 0]], [2], r"a label outside 0\.\.1"),
        ([[0, 0]], [0, 1], r"labels of shape \(2,\) for 1 rows"),
    ],
)
def test_rows_that_do_not_fit_are_refused(rows: list[list[int]], targets: list[int], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        grow_stages(empty_boosted(2, 2), rows, targets, BoostingParameters(), b"")
