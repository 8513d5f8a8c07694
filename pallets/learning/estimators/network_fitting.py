"""Networks by stochastic gradients (`network_descent`), or from scikit-learn's fitted perceptrons."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

from pallets.learning.estimators.artifact import Task
from pallets.learning.estimators.fitting import WHOLE, Floats, centred, nearest
from pallets.learning.estimators.network import Network, starting_network
from pallets.learning.estimators.network_arrays import NetworkShape
from pallets.learning.estimators.network_descent import descended
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS
from pallets.learning.stream import seed_for
from pallets.learning.training_rows import Column, Table, TrainingError


def descend(
    start: Network,
    rows: Table,
    targets: Column,
    *,
    epochs: int = 5,
    rate: int = WHOLE // 10,
    batch: int = 32,
    seed: bytes,
) -> Network:
    """The network after a descent as of `network_descent.descended`."""
    shape = NetworkShape(start.task, start.features, start.hidden, start.classes)
    weights = np.array(start.weights, dtype=np.int64)
    moved = descended(shape, weights, rows, targets, epochs=epochs, rate=rate, batch=batch, seed=seed)
    return replace(start, weights=tuple(moved.tolist()))


def network_classifier(
    rows: Table,
    labels: Column,
    *,
    classes: int,
    hidden: int = 32,
    epochs: int = 20,
    rate: int = WHOLE // 10,
    seed: int = 0,
) -> Network:
    """A classifier descended from the seed's start."""
    return _from_seed(Task.CLASSIFIER, rows, labels, classes, hidden, epochs, rate, seed)


def network_regressor(
    rows: Table, targets: Column, *, hidden: int = 32, epochs: int = 20, rate: int = WHOLE // 100, seed: int = 0
) -> Network:
    """A regressor descended from the seed's start; targets with 16 fractional bits, best within a few units."""
    return _from_seed(Task.REGRESSOR, rows, targets, 0, hidden, epochs, rate, seed)


def from_scikit_learn(fitted: MLPClassifier | MLPRegressor) -> Network:
    """A fitted multilayer perceptron with one hidden layer of rectified units, trained on centred rows."""
    if fitted.activation != "relu" or len(fitted.coefs_) != 2:
        raise TrainingError(f"a perceptron of {len(fitted.coefs_)} layers and {fitted.activation}, not 2 and relu")
    is_classifier = isinstance(fitted, MLPClassifier)
    inner, outer = (
        np.column_stack([weights.T, constants])
        for weights, constants in zip(fitted.coefs_, fitted.intercepts_, strict=True)
    )
    return Network(
        Task.CLASSIFIER if is_classifier else Task.REGRESSOR,
        features=inner.shape[1] - 1,
        hidden=len(inner),
        classes=len(fitted.classes_) if is_classifier else 0,
        weights=_quantised(inner, outer),
    )


def _from_seed(
    task: Task, rows: Table, targets: Column, classes: int, hidden: int, epochs: int, rate: int, seed: int
) -> Network:
    features = centred(rows).shape[1]
    start = starting_network(task, features, hidden, classes, seed_for("network start", seed))
    return descend(start, rows, targets, epochs=epochs, rate=rate, seed=seed_for("network order", seed))


def _quantised(inner: Floats, outer: Floats) -> tuple[int, ...]:
    return nearest(np.concatenate([inner.ravel(), outer.ravel()]), WEIGHT_FRACTIONAL_BITS)
