from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.neural_network import MLPClassifier

from pallets.learning.estimators.artifact import EstimatorError
from pallets.learning.estimators.bayes_fitting import gaussian_bayes, multinomial_bayes
from pallets.learning.estimators.linear_fitting import logistic_regression, ridge, score_error
from pallets.learning.estimators.network_fitting import from_scikit_learn
from pallets.learning.estimators.probabilities import Sure, probabilities
from tests.pallets.learning.estimators.tables import CLASSIFIED, shipped

SOFTMAX = 2.0**-18


def shares(model: Sure, steps: np.ndarray) -> np.ndarray:
    return np.array([probabilities(model, row) for row in steps.tolist()]) / 2**30


@pytest.mark.parametrize("name", CLASSIFIED)
def test_shares_are_those_of_scikit_learn_within_the_stated_error(name: str) -> None:
    train, test = shipped(name).train, shipped(name).test
    linear = logistic_regression(train.steps, train.targets, classes=train.classes)
    expected = LogisticRegression(max_iter=2000).fit(train.reals, train.targets).predict_proba(test.reals)
    assert np.abs(shares(linear, test.steps) - expected).max() <= SOFTMAX + float(score_error(linear))
    normal = gaussian_bayes(train.steps, train.targets, classes=train.classes)
    expected = GaussianNB().fit(train.reals, train.targets).predict_proba(test.reals)
    assert np.abs(shares(normal, test.steps) - expected).max() <= SOFTMAX + float(normal.error_bound)
    counts = multinomial_bayes(train.steps >> 12, train.targets, classes=train.classes)
    expected = MultinomialNB().fit(train.steps >> 12, train.targets).predict_proba(test.steps >> 12)
    bound = max(float(counts.error_of(row)) for row in (test.steps >> 12).tolist())
    assert np.abs(shares(counts, test.steps >> 12) - expected).max() <= SOFTMAX + bound


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_shares_of_a_perceptron_are_those_of_scikit_learn_within_the_stated_error() -> None:
    train, test = shipped("iris").train, shipped("iris").test
    learner = MLPClassifier(hidden_layer_sizes=(8,), max_iter=50, random_state=1).fit(train.reals, train.targets)
    model = from_scikit_learn(learner)
    bound = SOFTMAX + float(model.error_bound)
    assert np.abs(shares(model, test.steps) - learner.predict_proba(test.reals)).max() <= bound


def test_a_regressor_has_no_probabilities() -> None:
    with pytest.raises(EstimatorError, match="a regressor has no probabilities"):
        probabilities(ridge([[1], [2]], [0, 1]), (1,))
