from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from pallets.learning.estimators.artifact_kinds import predictions
from pallets.learning.estimators.tree_fitting import (
    decision_tree_classifier,
    decision_tree_regressor,
    random_forest_classifier,
    random_forest_regressor,
)
from tests.pallets.learning.estimators.tables import CLASSIFIED, shipped


@pytest.mark.parametrize("name", CLASSIFIED)
@pytest.mark.parametrize("max_depth", [3, 32])
def test_a_tree_says_the_classes_of_scikit_learn(name: str, max_depth: int) -> None:
    train, test = shipped(name).train, shipped(name).test
    model = decision_tree_classifier(
        train.steps, train.targets, classes=train.classes, max_depth=max_depth, min_leaf=2, seed=5
    )
    learner = DecisionTreeClassifier(max_depth=max_depth, min_samples_leaf=2, random_state=5)
    learner.fit(train.steps, train.targets)
    assert predictions(model, test.steps.tolist()) == learner.predict(test.steps).tolist()


def test_a_tree_says_the_values_of_scikit_learn_to_half_a_step() -> None:
    train, test = shipped("diabetes").train, shipped("diabetes").test
    model = decision_tree_regressor(train.steps, train.targets, min_leaf=3, seed=5)
    learner = DecisionTreeRegressor(max_depth=32, min_samples_leaf=3, random_state=5).fit(train.steps, train.values)
    found = np.array(predictions(model, test.steps.tolist())) / 65536
    assert np.abs(found - learner.predict(test.steps)).max() <= 2**-17


@pytest.mark.parametrize("name", CLASSIFIED)
def test_a_forest_votes_as_the_trees_of_scikit_learn_do(name: str) -> None:
    train, test = shipped(name).train, shipped(name).test
    model = random_forest_classifier(train.steps, train.targets, classes=train.classes, trees=20, seed=5)
    learner = RandomForestClassifier(20, max_depth=32, random_state=5).fit(train.steps, train.targets)
    votes = np.array([tree.predict(test.steps) for tree in learner.estimators_]).astype(int)
    expected = [np.bincount(column, minlength=train.classes).argmax() for column in votes.T]
    found = predictions(model, test.steps.tolist())
    assert found == expected
    assert (np.array(found) == learner.predict(test.steps)).mean() > 0.95  # it averages shares instead


def test_a_forest_says_the_values_of_scikit_learn_to_one_step_and_a_half() -> None:
    train, test = shipped("diabetes").train, shipped("diabetes").test
    model = random_forest_regressor(train.steps, train.targets, trees=10, seed=5)
    learner = RandomForestRegressor(10, max_depth=32, random_state=5).fit(train.steps, train.values)
    found = np.array(predictions(model, test.steps.tolist())) / 65536
    assert np.abs(found - learner.predict(test.steps)).max() <= 1.5 * 2**-16


def test_a_class_without_rows_is_never_said() -> None:
    model = decision_tree_classifier([[1], [9]], [0, 3], classes=5)
    assert predictions(model, [[0], [10]]) == [0, 3]


@settings(max_examples=40)
@given(st.data(), st.integers(2, 30), st.integers(1, 4))
def test_trees_of_random_tables_say_the_classes_of_scikit_learn(data: st.DataObject, rows: int, features: int) -> None:
    step = st.sampled_from([0, 1, 2, 32767, 32768, 65534, 65535]) | st.integers(0, 65535)
    tables = st.lists(st.lists(step, min_size=features, max_size=features), min_size=rows, max_size=rows)
    train, test = data.draw(tables), data.draw(tables)
    labels = data.draw(st.lists(st.integers(0, 3), min_size=rows, max_size=rows))
    learner = DecisionTreeClassifier(max_depth=32, random_state=1).fit(train, labels)
    model = decision_tree_classifier(train, labels, classes=4, seed=1)
    assert predictions(model, train + test) == learner.predict(train + test).tolist()
