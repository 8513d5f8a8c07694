from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.naive_bayes import BernoulliNB, CategoricalNB, GaussianNB, MultinomialNB

from pallets.learning.estimators.bayes_fitting import (
    bernoulli_bayes,
    categorical_bayes,
    gaussian_bayes,
    multinomial_bayes,
)
from pallets.learning.training_rows import TrainingError
from tests.pallets.learning.estimators.tables import CLASSIFIED, Shipped, shipped


def compare(model: Any, learner: Any, rows: np.ndarray, inputs: np.ndarray, bits: int, bound: float) -> None:
    found = np.array([[score / 2**bits for score in model.scores(row)] for row in rows.tolist()])
    joint = learner.predict_joint_log_proba(inputs)
    assert np.abs(found - joint).max() <= bound + 1e-9 * np.abs(joint).max()
    assert [model.predict(row) for row in rows.tolist()] == learner.predict(inputs).tolist()


@pytest.mark.parametrize("name", CLASSIFIED)
def test_gaussian_scores_and_classes_are_those_of_scikit_learn(name: str) -> None:
    train, test = shipped(name).train, shipped(name).test
    model = gaussian_bayes(train.steps, train.targets, classes=train.classes)
    learner = GaussianNB().fit(train.reals, train.targets)
    compare(model, learner, test.steps, test.reals, 144, float(model.error_bound))
    assert float(model.error_bound) < 1e-4


@pytest.mark.parametrize("name", CLASSIFIED)
def test_bernoulli_scores_and_classes_are_those_of_scikit_learn(name: str) -> None:
    train, test = shipped(name).train, shipped(name).test
    model = bernoulli_bayes(train.steps, train.targets, classes=train.classes, smoothing=1 << 15, threshold=20_000)
    learner = BernoulliNB(alpha=0.5, binarize=20_000).fit(train.steps, train.targets)
    bound = max(float(model.error_of(row)) for row in test.steps.tolist())
    compare(model, learner, test.steps, test.steps, 32, bound)
    assert bound < 1e-7


@pytest.mark.parametrize("name", CLASSIFIED)
def test_multinomial_scores_and_classes_are_those_of_scikit_learn(name: str) -> None:
    train, test = _counts(shipped(name).train), _counts(shipped(name).test)
    model = multinomial_bayes(train.steps, train.targets, classes=train.classes)
    learner = MultinomialNB().fit(train.steps, train.targets)
    bound = max(float(model.error_of(row)) for row in test.steps.tolist())
    compare(model, learner, test.steps, test.steps, 32, bound)
    assert bound < 1e-6


@pytest.mark.parametrize("name", CLASSIFIED)
def test_categorical_scores_and_classes_are_those_of_scikit_learn(name: str) -> None:
    train = _counts(shipped(name))
    model = categorical_bayes(train.steps, train.targets, classes=train.classes)
    learner = CategoricalNB().fit(train.steps, train.targets)
    compare(model, learner, train.steps, train.steps, 32, float(model.error_bound))
    assert float(model.error_bound) < 1e-7


def test_a_table_without_any_variance_is_learnt_all_the_same() -> None:
    model = gaussian_bayes([[5], [5], [5]], [0, 1, 1], classes=2)
    assert model.predict((5,)) == 1


def test_a_label_beyond_the_classes_is_refused() -> None:
    with pytest.raises(TrainingError, match=r"a label outside 0\.\.1"):
        gaussian_bayes([[5], [6]], [0, 2], classes=2)


def _counts(table: Shipped) -> Shipped:
    """Sixteen levels of each feature."""
    return Shipped(table.steps >> 12, table.targets, table.classes)
