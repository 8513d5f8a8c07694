from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.svm import SVC, SVR

from pallets.learning.estimators.kernel_fitting import support_vector_classifier, support_vector_regressor
from pallets.learning.estimators.support_vectors import Kernel
from pallets.learning.training_rows import TrainingError
from tests.pallets.learning.estimators.tables import CLASSIFIED, reals_of, shipped

ROWS = 60


@pytest.mark.parametrize("name", CLASSIFIED)
@pytest.mark.parametrize("kernel", Kernel)
def test_classes_and_decisions_are_those_of_scikit_learn(name: str, kernel: Kernel) -> None:
    train, test = shipped(name).train, shipped(name).test
    model = support_vector_classifier(train.steps, train.targets, classes=train.classes, kernel=kernel)
    settings: dict[str, Any] = {"kernel": kernel.name.lower(), "gamma": model.gamma / 2**24 or "scale"}
    machine = SVC(decision_function_shape="ovo", **settings).fit(train.reals, train.targets)
    rows = test.steps[:ROWS].tolist()
    decisions = machine.decision_function(test.reals[:ROWS]).reshape(ROWS, -1)
    found = np.array([model.scores(row) for row in rows], float) / 2**62
    sign = -1 if train.classes == 2 else 1
    assert np.abs(found - sign * decisions).max() <= float(model.error_bound) + 1e-9
    assert float(model.error_bound) < 1e-4
    assert [model.predict(row) for row in rows] == machine.predict(test.reals[:ROWS]).tolist()


@pytest.mark.parametrize("kernel", Kernel)
def test_values_are_those_of_scikit_learn_within_the_stated_error(kernel: Kernel) -> None:
    train, test = shipped("diabetes").train, shipped("diabetes").test
    model = support_vector_regressor(
        train.steps, train.targets, kernel=kernel, gamma=2**23, inverse_penalty=100 << 16, tolerance=1 << 15
    )
    settings: dict[str, Any] = {"kernel": kernel.name.lower(), "gamma": 0.5, "C": 100.0, "epsilon": 0.5}
    machine = SVR(**settings).fit(train.reals, train.values)
    found = np.array([model.predict(row) for row in test.steps[:ROWS].tolist()]) / 65536
    expected = machine.predict(test.reals[:ROWS])
    assert np.abs(found - expected).max() <= float(model.error_bound) + 2**-16 + 1e-9
    assert float(model.error_bound) < 1e-3


def test_a_class_without_rows_is_refused() -> None:
    with pytest.raises(TrainingError, match="class 2 of 3 has no row to learn from"):
        support_vector_classifier([[1], [2]], [0, 1], classes=3)


@settings(max_examples=30)
@given(st.data(), st.sampled_from(Kernel), st.integers(1, 2**28), st.integers(2, 4))
def test_decisions_of_random_tables_are_those_of_scikit_learn(
    data: st.DataObject, kernel: Kernel, gamma: int, classes: int
) -> None:
    rows = data.draw(st.lists(st.tuples(*[st.integers(0, 65535)] * 2), min_size=classes, max_size=12, unique=True))
    labels = [place % classes for place in range(len(rows))]
    model = support_vector_classifier(rows, labels, classes=classes, kernel=kernel, gamma=gamma)
    chosen: dict[str, Any] = {"kernel": kernel.name.lower(), "gamma": gamma / 2**24}
    machine = SVC(decision_function_shape="ovo", **chosen).fit(reals_of(rows), labels)
    decisions = machine.decision_function(reals_of(rows)).reshape(len(rows), -1) * (-1 if classes == 2 else 1)
    found = np.array([model.scores(row) for row in rows], float) / 2**62
    assert np.abs(found - decisions).max() <= float(model.error_bound) + 1e-9
    clear = np.abs(decisions).min(axis=1) > float(model.error_bound) + 1e-9
    said = np.array([model.predict(row) for row in rows])
    assert (said[clear] == machine.predict(reals_of(rows))[clear]).all()
