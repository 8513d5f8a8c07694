from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning import leaf_masks
from pallets.learning.fixed_point import divide
from pallets.learning.forest import LEAF, Forest, ForestKind, Tree
from pallets.learning.forest_codec import encode_forest
from pallets.learning.leaf_masks import LeafMasks
from pallets.learning.prediction import PredictionError, Predictor, comparisons_bound
from tests.pallets.learning.forests import forests, rows_near, walk

classifiers = forests((ForestKind.CLASSIFIER,))
regressors = forests((ForestKind.REGRESSOR,))


@given(classifiers, st.data())
def test_votes_are_those_of_the_trees_one_by_one(forest: Forest, data: st.DataObject) -> None:
    row = data.draw(rows_near(forest))
    expected = [0] * forest.classes
    for tree in forest.trees:
        expected[walk(tree, row)] += 1
    predictor = Predictor(forest)
    assert predictor.votes(row) == expected == LeafMasks(forest).votes(row)
    assert predictor.predict(row) == expected.index(max(expected))


@given(classifiers, st.data())
def test_a_forest_too_large_for_masks_votes_the_same(forest: Forest, data: st.DataObject) -> None:
    row = data.draw(rows_near(forest))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaf_masks, "MASK_BYTES_LIMIT", -1)
        walked = Predictor(forest)
    assert walked.votes(row) == Predictor(forest).votes(row)
    assert walked.predict(row) == Predictor(forest).predict(row)


@given(regressors, st.data())
def test_a_regressor_says_the_mean_of_its_trees_toward_zero(forest: Forest, data: st.DataObject) -> None:
    row = data.draw(rows_near(forest))
    total = sum(walk(tree, row) for tree in forest.trees)
    assert Predictor(forest).total(row) == total
    assert Predictor(forest).predict(row) == (divide(total, len(forest.trees)) if forest.trees else 0)


@given(forests(), st.data())
def test_no_row_needs_more_comparisons_than_the_bound(forest: Forest, data: st.DataObject) -> None:
    predictor = Predictor(forest)
    assert 0 <= predictor.comparisons(data.draw(rows_near(forest))) <= predictor.cost_bound


@given(forests(), st.data(), st.integers(0, 3))
def test_the_encoding_tells_what_its_predictions_can_cost(forest: Forest, data: st.DataObject, count: int) -> None:
    predictor = Predictor(forest)
    taken = sum(predictor.comparisons(data.draw(rows_near(forest))) for _ in range(count))
    assert taken <= comparisons_bound(encode_forest(forest), count) == count * sum(t.depth for t in forest.trees)


def test_comparisons_are_counted_along_the_paths_taken() -> None:
    deep = Tree(bytes([0, LEAF, 0, LEAF, LEAF]), (10, 0, 20, 1, 0))
    predictor = Predictor(Forest(ForestKind.CLASSIFIER, 1, 2, 0, (deep, deep)))
    assert [predictor.comparisons([value]) for value in (10, 11, 21)] == [2, 4, 4]
    assert predictor.cost_bound == 4


def test_the_lowest_of_tied_classes_wins() -> None:
    leaves = tuple(Tree(bytes([LEAF]), (label,)) for label in (2, 1, 2, 1))
    assert Predictor(Forest(ForestKind.CLASSIFIER, 1, 3, 0, leaves)).predict([0]) == 1


def test_a_forest_without_trees_says_the_lowest_class_or_zero() -> None:
    assert Predictor(Forest(ForestKind.CLASSIFIER, 1, 3, 0, ())).predict([0]) == 0
    assert Predictor(Forest(ForestKind.REGRESSOR, 1, 0, 16, ())).predict([0]) == 0


def test_questions_that_a_forest_cannot_answer_are_refused() -> None:
    classifier = Predictor(Forest(ForestKind.CLASSIFIER, 2, 3, 0, ()))
    regressor = Predictor(Forest(ForestKind.REGRESSOR, 2, 0, 16, ()))
    for ask in (classifier.predict, classifier.comparisons, regressor.predict):
        with pytest.raises(PredictionError, match="a row of 1 values for 2 features"):
            ask([0])
    with pytest.raises(PredictionError, match="a regressor does not vote"):
        regressor.votes([0, 0])
    with pytest.raises(PredictionError, match="a classifier has no values to add"):
        classifier.total([0, 0])


def test_the_deepest_tree_there_may_be_is_walked() -> None:
    left_comb = Tree(bytes([0] * 64 + [LEAF] * 65), tuple(range(64, 0, -1)) + tuple(i % 2 for i in range(65)))
    predictor = Predictor(Forest(ForestKind.CLASSIFIER, 1, 2, 0, (left_comb,)))
    assert [predictor.predict([value]) for value in (0, 1, 2, 64, 65)] == [0, 0, 1, 1, 0]
    assert predictor.cost_bound == predictor.comparisons([0]) == 64
