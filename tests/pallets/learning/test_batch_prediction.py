from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.learning import batch_prediction
from pallets.learning.batch_prediction import BatchPredictor
from pallets.learning.forest import LEAF, Forest, ForestKind, ForestParameters, Tree
from pallets.learning.forest_training import train_classifier, train_regressor
from pallets.learning.prediction import PredictionError, Predictor
from tests.pallets.learning.forests import blob_labels, drawn_rows, forests, rows_near


@given(forests(), st.data())
def test_a_table_gets_the_answers_that_its_rows_get_one_by_one(forest: Forest, data: st.DataObject) -> None:
    rows = [data.draw(rows_near(forest)) for _ in range(data.draw(st.integers(1, 4)))]
    predictor, batch = Predictor(forest), BatchPredictor(forest)
    assert batch.predict(rows).tolist() == [predictor.predict(row) for row in rows]
    if forest.kind is ForestKind.CLASSIFIER:
        assert batch.votes(rows).tolist() == [predictor.votes(row) for row in rows]
    else:
        assert batch.totals(rows).tolist() == [predictor.total(row) for row in rows]


@settings(deadline=None)
@given(st.integers(1, 2000))
def test_the_answers_do_not_depend_on_how_many_rows_walk_together(walks: int) -> None:
    rows = drawn_rows(60, 5, 1)
    grown = ForestParameters(trees=9, classes=3)
    classifier = train_classifier(rows, blob_labels(rows, 3, 1), grown, b"batch")
    regressor = train_regressor(rows, [row[0] - row[1] for row in rows], ForestParameters(trees=9), b"batch")
    for forest in (classifier, regressor):
        predictor = Predictor(forest)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(batch_prediction, "WALKS_AT_ONCE", walks)
            assert BatchPredictor(forest).predict(rows).tolist() == [predictor.predict(row) for row in rows]


def test_each_tree_says_its_own_leaf() -> None:
    stump = Tree(bytes([1, LEAF, LEAF]), (500, 7, -9))
    forest = Forest(ForestKind.REGRESSOR, 2, 0, 0, (stump, Tree(bytes([LEAF]), (3,))))
    assert BatchPredictor(forest).leaf_values([[0, 500], [0, 501]]).tolist() == [[7, 3], [-9, 3]]
    assert BatchPredictor(forest).predict(np.array([[0, 500], [0, 501]])).tolist() == [5, -3]


def test_questions_that_a_forest_cannot_answer_are_refused() -> None:
    classifier = BatchPredictor(Forest(ForestKind.CLASSIFIER, 2, 3, 0, ()))
    regressor = BatchPredictor(Forest(ForestKind.REGRESSOR, 2, 0, 16, ()))
    assert classifier.predict([[1, 2]]).tolist() == regressor.predict([[1, 2]]).tolist() == [0]
    for ask, rows, message in (
        (classifier.predict, [[0]], "rows of 1 values for 2 features"),
        (regressor.predict, [[0, 65536]], r"a feature outside 0\.\.65535"),
        (classifier.predict, [], "features of shape"),
        (regressor.votes, [[0, 0]], "a regressor does not vote"),
        (classifier.totals, [[0, 0]], "a classifier has no values to add"),
    ):
        with pytest.raises(PredictionError, match=message):
            ask(rows)
