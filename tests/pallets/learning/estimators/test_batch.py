from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.learning.estimators.artifact import EstimatorError, Task
from pallets.learning.estimators.artifact_kinds import Model, Transform, predictions
from pallets.learning.estimators.batch import batch_predictions
from pallets.learning.estimators.categorical_bayes import CategoricalBayes
from pallets.learning.estimators.neighbours import Neighbours
from pallets.learning.estimators.support_vectors import SupportVectors
from tests.pallets.learning.estimators.models import STEPS, any_model, networks, rows_of, support_vectors

SMALL = st.integers(-(2**34), 2**34)


@settings(max_examples=300)
@given(any_model() | support_vectors(SMALL) | networks(st.integers(-(2**26), 2**26)), st.data())
def test_many_rows_get_the_answers_of_one_at_a_time(model: Model, data: st.DataObject) -> None:
    if isinstance(model, Transform | CategoricalBayes):
        return
    rows = data.draw(rows_of(model.features, data.draw(st.integers(1, 4))))
    assert batch_predictions(model, rows) == predictions(model, rows)


@given(support_vectors(SMALL), st.data())
def test_a_support_vector_itself_is_asked_the_same_way(model: SupportVectors, data: st.DataObject) -> None:
    rows = [*model.vectors, data.draw(st.tuples(*[STEPS] * model.features))]
    assert batch_predictions(model, rows) == predictions(model, rows)


def test_many_equal_distances_rank_by_place() -> None:
    points = tuple((place % 3,) for place in range(300))
    model = Neighbours(Task.REGRESSOR, 1, 0, 40, points, tuple(40 * place**2 for place in range(300)))
    rows = [(0,), (1,), (2,), (9,)]
    squares = [sum(place**2 for place in range(first, 120, 3)) for first in (0, 1, 2, 2)]
    assert batch_predictions(model, rows) == predictions(model, rows) == squares


def test_rows_of_another_width_are_refused() -> None:
    model = Neighbours(Task.CLASSIFIER, 1, 2, 1, ((4,),), (1,))
    with pytest.raises(EstimatorError, match="rows of 2 values for 1 features"):
        batch_predictions(model, [[1, 2]])
