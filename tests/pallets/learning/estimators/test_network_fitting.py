from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier, MLPRegressor

from pallets.learning.estimators.artifact import Task
from pallets.learning.estimators.batch import batch_predictions
from pallets.learning.estimators.fitting import WHOLE
from pallets.learning.estimators.network import Network, average_networks, starting_network
from pallets.learning.estimators.network_fitting import (
    descend,
    from_scikit_learn,
    network_classifier,
    network_regressor,
)
from pallets.learning.estimators.scores import accuracy, r_squared
from pallets.learning.partition import equal_parts, label_skew
from pallets.learning.stream import seed_for
from pallets.learning.training_rows import TrainingError
from tests.pallets.learning.estimators.tables import margins, reals_of, shipped


def played(parts: tuple[tuple[int, ...], ...], rounds: int) -> list[Fraction]:
    """The accuracy on rows that no client has, before the first round and after each."""
    train, test = shipped("digits").train, shipped("digits").test
    model = starting_network(Task.CLASSIFIER, 64, 24, 10, b"digits")
    found = [_accuracy(model)]
    for number in range(rounds):
        updates = [
            descend(
                model, train.steps[list(part)], train.targets[list(part)], epochs=3, batch=16, seed=seed_for(number)
            )
            for part in parts
        ]
        model = average_networks(updates, [len(part) for part in parts])
        found.append(_accuracy(model))
    assert len(test.steps) == 250
    return found


def _accuracy(model: Network) -> Fraction:
    test = shipped("digits").test
    return accuracy(batch_predictions(model, test.steps), test.targets.tolist())


def test_a_network_averaged_over_clients_improves_over_rounds_on_digits() -> None:
    found = played(equal_parts(250, 5, b"parts"), rounds=10)
    assert found[0] < Fraction(1, 4)
    assert found[2] > found[0] + Fraction(1, 4)
    assert found[10] > found[2]
    assert found[10] > Fraction(8, 10)


def test_it_improves_where_clients_have_different_digits() -> None:
    labels = shipped("digits").train.targets.tolist()
    found = played(label_skew(labels, 5, b"parts", Fraction(1, 2), at_least=10), rounds=8)
    assert found[8] > Fraction(3, 4)


def test_equal_seeds_give_equal_networks() -> None:
    train = shipped("iris").train
    one, same, other = (
        network_classifier(train.steps, train.targets, classes=3, epochs=2, seed=seed) for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


def test_a_regressor_learns_values() -> None:
    train, test = shipped("diabetes").train, shipped("diabetes").test
    model = network_regressor(train.steps, train.targets // 100, epochs=200, rate=WHOLE // 50)
    assert r_squared(batch_predictions(model, test.steps), (test.targets // 100).tolist()) > Fraction(3, 10)


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "digits"])
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_classes_of_a_perceptron_are_those_of_scikit_learn_wherever_the_margin_exceeds_the_error(name: str) -> None:
    train, test = shipped(name).train, shipped(name).test
    learner = MLPClassifier(hidden_layer_sizes=(16,), max_iter=60, random_state=2).fit(train.reals, train.targets)
    model = from_scikit_learn(learner)
    shares = np.log(np.maximum(learner.predict_proba(test.reals), 1e-300))
    clear = margins(shares) > 2 * float(model.error_bound) + 1e-6
    found = np.array([model.predict(row) for row in test.steps.tolist()])
    assert float(model.error_bound) < 0.02
    assert clear.mean() > 0.95
    assert (found[clear] == learner.predict(test.reals)[clear]).all()


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_values_of_a_perceptron_are_those_of_scikit_learn_within_the_stated_error() -> None:
    train, test = shipped("diabetes").train, shipped("diabetes").test
    learner: Any = MLPRegressor(hidden_layer_sizes=(16,), max_iter=100, random_state=2).fit(train.reals, train.values)
    model = from_scikit_learn(learner)
    found = np.array([model.predict(row) for row in test.steps.tolist()]) / 65536
    bound = float(model.error_bound) + 2**-16 + 1e-9
    assert np.abs(found - learner.predict(reals_of(test.steps))).max() <= bound
    assert bound < 0.02


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_other_perceptrons_are_refused() -> None:
    train = shipped("iris").train
    learner = MLPClassifier(hidden_layer_sizes=(4, 4), max_iter=2).fit(train.reals, train.targets)
    with pytest.raises(TrainingError, match="a perceptron of 3 layers and relu, not 2 and relu"):
        from_scikit_learn(learner)


def test_a_rate_that_is_too_large_is_an_error_and_no_model() -> None:
    train = shipped("diabetes").train
    start = starting_network(Task.REGRESSOR, 10, 8, 0, b"seed")
    with pytest.raises(TrainingError, match="no numbers within"), np.errstate(all="ignore"):
        descend(start, train.steps, train.targets, rate=WHOLE * 16, epochs=5, seed=b"order")


def test_rows_of_another_width_are_refused() -> None:
    start = starting_network(Task.REGRESSOR, 10, 8, 0, b"seed")
    with pytest.raises(TrainingError, match="rows of 2 features for a network of 10"):
        descend(start, [[1, 2]], [0], seed=b"order")
