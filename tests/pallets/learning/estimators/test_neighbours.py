from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from pallets.learning.estimators.artifact import EstimatorError, Task
from pallets.learning.estimators.neighbours import Neighbours, squared_distance
from pallets.learning.estimators.point_fitting import neighbours_classifier, neighbours_regressor
from tests.pallets.learning.estimators.models import STEPS, neighbours
from tests.pallets.learning.estimators.tables import CLASSIFIED, shipped


def is_tied(model: Neighbours, row: list[int]) -> bool:
    ranked = sorted(squared_distance(point, row) for point in model.points)
    return model.k < len(ranked) and ranked[model.k - 1] == ranked[model.k]


@pytest.mark.parametrize("name", CLASSIFIED)
@pytest.mark.parametrize("k", [1, 5])
def test_classes_are_those_of_scikit_learn_wherever_the_last_neighbour_is_not_tied(name: str, k: int) -> None:
    train, test = shipped(name).train, shipped(name).test
    model = neighbours_classifier(train.steps, train.targets, classes=train.classes, k=k)
    expected = KNeighborsClassifier(k).fit(train.steps, train.targets).predict(test.steps[:60])
    rows = test.steps[:60].tolist()
    untied = [place for place, row in enumerate(rows) if not is_tied(model, row)]
    assert len(untied) > 50
    assert [model.predict(rows[place]) for place in untied] == expected[untied].tolist()


def test_values_are_those_of_scikit_learn_less_what_is_cut() -> None:
    train, test = shipped("diabetes").train, shipped("diabetes").test
    model = neighbours_regressor(train.steps, train.targets, k=7)
    expected = KNeighborsRegressor(7).fit(train.steps, train.values).predict(test.steps)
    found = np.array([model.predict(row) for row in test.steps.tolist()]) / 65536
    assert np.abs(found - expected).max() < 2**-16


@given(neighbours(), st.data())
def test_the_nearest_are_those_of_a_full_sort(model: Neighbours, data: st.DataObject) -> None:
    row = data.draw(st.tuples(*[STEPS] * model.features))
    places = sorted(range(len(model.points)), key=lambda place: (squared_distance(model.points[place], row), place))
    assert model.nearest(row) == places[: model.k]


def test_equal_distances_rank_by_place_and_equal_votes_go_to_the_lowest_class() -> None:
    model = Neighbours(Task.CLASSIFIER, 1, 3, 2, ((4,), (6,), (4,)), (2, 1, 0))
    assert model.nearest((5,)) == [0, 1]
    assert model.predict((5,)) == 1


def test_a_mean_is_rounded_toward_zero() -> None:
    assert Neighbours(Task.REGRESSOR, 1, 0, 2, ((4,), (6,)), (-1, -2)).predict((5,)) == -1


@pytest.mark.parametrize(
    ("k", "answers", "why"),
    [(3, (0, 1), "3 neighbours, not 1 to 2"), (1, (0,), "1 answers for 2 points"), (1, (0, 2), "a class outside 0..1")],
)
def test_what_is_no_model_is_refused(k: int, answers: tuple[int, ...], why: str) -> None:
    with pytest.raises(EstimatorError, match=why):
        Neighbours(Task.CLASSIFIER, 1, 2, k, ((4,), (6,)), answers)
