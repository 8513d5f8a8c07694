"""Networks descend from a start that all clients share: stochastic gradients in floats, the outcome quantised.

The float part may differ in its last bits between machines. What a client sends, and what is averaged, are the
quantised weights: integers, averaged exactly.
"""

from __future__ import annotations

import numpy as np

from pallets.learning.estimators.artifact import Task
from pallets.learning.estimators.fitting import WHOLE, Floats, centred, labels_of, real, values_of
from pallets.learning.estimators.network_arrays import NetworkShape
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS
from pallets.learning.stream import Stream
from pallets.learning.training_rows import Column, Integers, Table, TrainingError


def descended(
    shape: NetworkShape,
    start: Integers,
    rows: Table,
    targets: Column,
    *,
    epochs: int = 5,
    rate: int = WHOLE // 10,
    batch: int = 32,
    seed: bytes,
) -> Integers:
    """The weights after `epochs` passes over the rows in seeded order: cross-entropy, or squared error.

    rate: the step along a batch's mean gradient, 16 fractional bits
    Raises TrainingError where the rows do not fit the network, or the descent leaves its range: the rate is too large.
    """
    reals = centred(rows)
    if reals.shape[1] != shape.features:
        raise TrainingError(f"rows of {reals.shape[1]} features for a network of {shape.features}")
    inputs = np.column_stack([reals, np.ones(len(reals))])
    wanted = _wanted(shape, targets, len(reals))
    weights = start / 2.0**WEIGHT_FRACTIONAL_BITS
    inner = weights[: shape.inner].reshape(shape.hidden, -1)
    outer = weights[shape.inner :].reshape(shape.outputs, -1)
    stream = Stream(seed)
    for _ in range(epochs):
        order = stream.permutation(len(reals))
        for first in range(0, len(order), batch):
            chosen = order[first : first + batch]
            _step(inner, outer, inputs[chosen], wanted[chosen], shape, real(rate))
    return fixed(weights)


def fixed(weights: Floats) -> Integers:
    """Each weight's nearest fixed-point number; raises TrainingError where one is none, or not within 2^20."""
    # NaN is not below anything
    if not np.abs(weights).max(initial=0.0) < 2.0**20:
        raise TrainingError("the descent has weights that are no numbers within 2^20: lower the rate")
    return np.rint(weights * 2.0**WEIGHT_FRACTIONAL_BITS).astype(np.int64)


def _step(inner: Floats, outer: Floats, inputs: Floats, wanted: Floats, shape: NetworkShape, rate: float) -> None:
    """Move both layers along the mean gradient of a batch."""
    units = np.maximum(inputs @ inner.T, 0.0)
    scores = units @ outer[:, :-1].T + outer[:, -1]
    residuals = (_answers(scores, shape) - wanted) / len(inputs)
    back = (residuals @ outer[:, :-1]) * (units > 0.0)
    outer[:, :-1] -= rate * (residuals.T @ units)
    outer[:, -1] -= rate * residuals.sum(axis=0)
    inner -= rate * (back.T @ inputs)


def _answers(scores: Floats, shape: NetworkShape) -> Floats:
    if shape.task is Task.REGRESSOR:
        return scores
    if shape.outputs == 1:
        sigmoids: Floats = 0.5 * (1.0 + np.tanh(0.5 * scores))
        return sigmoids
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = weights / weights.sum(axis=1, keepdims=True)
    return shares


def _wanted(shape: NetworkShape, targets: Column, rows: int) -> Floats:
    """(rows, outputs) answers of a perfect network."""
    if shape.task is Task.REGRESSOR:
        return values_of(targets, rows)[:, None]
    labels = labels_of(targets, rows, shape.classes, all_present=False)[:, None]
    own_class = np.array([1]) if shape.outputs == 1 else np.arange(shape.classes)
    hits: Floats = (labels == own_class).astype(np.float64)
    return hits
