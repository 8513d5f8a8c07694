from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.boosting.model import (
    BoostedModel,
    BoostedPredictor,
    BoostingError,
    BoostingParameters,
    empty_boosted,
    with_trees,
)
from pallets.learning.forest import LEAF, Forest, ForestKind, Tree
from pallets.learning.prediction import PredictionError
from tests.pallets.learning.boosting.models import models
from tests.pallets.learning.forests import rows_near, walk


def leaf(value: int) -> Tree:
    return Tree(bytes([LEAF]), (value,))


@given(models(), st.data())
def test_a_score_is_the_start_and_its_columns_leaves(model: BoostedModel, data: st.DataObject) -> None:
    row = data.draw(rows_near(model.forest))
    expected = list(model.start)
    for number, tree in enumerate(model.forest.trees):
        expected[number % model.columns] += walk(tree, row)
    predictor = BoostedPredictor(model)
    assert predictor.scores(row) == expected
    if model.classes > 2:
        assert predictor.predict(row) == expected.index(max(expected))
    else:
        assert predictor.predict(row) == ((expected[0] > 0) if model.classes else expected[0])
    assert predictor.cost_bound == sum(tree.depth for tree in model.forest.trees)


def test_a_tie_goes_to_the_lowest_class() -> None:
    three = with_trees(empty_boosted(1, 3), [leaf(1), leaf(5), leaf(5)])
    assert BoostedPredictor(three).predict([0]) == 1
    assert BoostedPredictor(empty_boosted(1, 3)).predict([0]) == 0
    assert BoostedPredictor(empty_boosted(1, 2)).predict([0]) == 0
    assert BoostedPredictor(with_trees(empty_boosted(1, 2), [leaf(1)])).predict([0]) == 1


def test_a_model_counts_its_stages() -> None:
    model = with_trees(empty_boosted(1, 3), [leaf(0)] * 6)
    assert (model.columns, model.stages) == (3, 2)
    assert (empty_boosted(1, 2).columns, empty_boosted(1).columns) == (1, 1)


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(PredictionError, match="a row of 2 values for 1 features"):
        BoostedPredictor(empty_boosted(1)).predict([0, 0])


@pytest.mark.parametrize(
    ("classes", "start", "forest", "message"),
    [
        (1, (0,), Forest(ForestKind.REGRESSOR, 1, 0, 16, ()), "1 classes, not 0 or 2 to 256"),
        (257, (0,) * 257, Forest(ForestKind.REGRESSOR, 1, 0, 16, ()), "257 classes"),
        (3, (0,), Forest(ForestKind.REGRESSOR, 1, 0, 16, ()), "1 starts for 3 columns"),
        (0, (2**31,), Forest(ForestKind.REGRESSOR, 1, 0, 16, ()), "a start outside int32"),
        (2, (0,), Forest(ForestKind.REGRESSOR, 1, 0, 15, ()), "log-odds with 15 fractional bits"),
        (2, (0,), Forest(ForestKind.CLASSIFIER, 1, 2, 0, ()), "another kind"),
        (3, (0,) * 3, Forest(ForestKind.REGRESSOR, 1, 0, 16, (leaf(0),)), "1 trees are no whole stages of 3 columns"),
    ],
)
def test_records_that_are_no_model_are_refused(
    classes: int, start: tuple[int, ...], forest: Forest, message: str
) -> None:
    with pytest.raises(BoostingError, match=message):
        BoostedModel(classes, start, forest)


@pytest.mark.parametrize(
    ("name", "value"),
    [("stages", -1), ("rate", 0), ("rate", 65537), ("max_depth", 65), ("min_leaf", 0), ("rows_share", 0)],
)
def test_senseless_parameters_are_refused(name: str, value: int) -> None:
    with pytest.raises(BoostingError, match=f"{name} is {value}, not "):
        replace(BoostingParameters(), **{name: value})
