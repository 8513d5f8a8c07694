"""Networks descend from a start that all clients share: stochastic gradients in floats, the outcome quantised.

The float part may differ in its last bits between machines. What a client sends, and what is averaged, are the
quantised weights: integers, averaged exactly.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

from pallets.learning.estimators.artifact import Task
from pallets.learning.estimators.fitting import WHOLE, Floats, centred, labels_of, nearest, real, values_of
from pallets.learning.estimators.network import Network, starting_network
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS
from pallets.learning.stream import Stream, seed_for
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
    """The network after `epochs` passes over the rows in seeded order: cross-entropy, or squared error.

    rate: the step along a batch's mean gradient, 16 fractional bits
    Raises TrainingError where the rows do not fit the network, or the descent leaves its range: the rate is too large.
    """
    reals = centred(rows)
    if reals.shape[1] != start.features:
        raise TrainingError(f"rows of {reals.shape[1]} features for a network of {start.features}")
    inputs = np.column_stack([reals, np.ones(len(reals))])
    wanted = _wanted(start, targets, len(reals))
    inner, outer = _layers(start)
    stream = Stream(seed)
    for _ in range(epochs):
        order = stream.permutation(len(reals))
        for first in range(0, len(order), batch):
            chosen = order[first : first + batch]
            _step(inner, outer, inputs[chosen], wanted[chosen], start, real(rate))
    return replace(start, weights=_quantised(inner, outer))


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


def _step(inner: Floats, outer: Floats, inputs: Floats, wanted: Floats, network: Network, rate: float) -> None:
    """Move both layers along the mean gradient of a batch."""
    units = np.maximum(inputs @ inner.T, 0.0)
    scores = units @ outer[:, :-1].T + outer[:, -1]
    residuals = (_answers(scores, network) - wanted) / len(inputs)
    back = (residuals @ outer[:, :-1]) * (units > 0.0)
    outer[:, :-1] -= rate * (residuals.T @ units)
    outer[:, -1] -= rate * residuals.sum(axis=0)
    inner -= rate * (back.T @ inputs)


def _answers(scores: Floats, network: Network) -> Floats:
    if network.task is Task.REGRESSOR:
        return scores
    if network.outputs == 1:
        sigmoids: Floats = 0.5 * (1.0 + np.tanh(0.5 * scores))
        return sigmoids
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = weights / weights.sum(axis=1, keepdims=True)
    return shares


def _wanted(network: Network, targets: Column, rows: int) -> Floats:
    """(rows, outputs) answers of a perfect network."""
    if network.task is Task.REGRESSOR:
        return values_of(targets, rows)[:, None]
    labels = labels_of(targets, rows, network.classes, all_present=False)[:, None]
    own_class = np.array([1]) if network.outputs == 1 else np.arange(network.classes)
    hits: Floats = (labels == own_class).astype(np.float64)
    return hits


def _layers(network: Network) -> tuple[Floats, Floats]:
    weights = np.array(network.weights, dtype=np.float64) / 2.0**WEIGHT_FRACTIONAL_BITS
    inner = weights[: network.inner].reshape(network.hidden, -1)
    return inner, weights[network.inner :].reshape(network.outputs, -1)


def _quantised(inner: Floats, outer: Floats) -> tuple[int, ...]:
    return nearest(np.concatenate([inner.ravel(), outer.ravel()]), WEIGHT_FRACTIONAL_BITS)
