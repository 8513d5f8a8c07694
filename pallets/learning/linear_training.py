"""Linear and logistic regression by gradient descent in integers: equal rows and equal start give equal weights.

One epoch is one step over all rows. Scores and residuals have 16 fractional bits, features 15, weights and gradients
24; every division rounds toward zero. More than two classes are learnt one against the rest.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pallets.learning.fixed_point import (
    INT32_MAX,
    INT32_MIN,
    INT64_MAX,
    TARGET_FRACTIONAL_BITS,
    WEIGHT_FRACTIONAL_BITS,
    Overflow,
    rescale,
)
from pallets.learning.linear_corrections import Correction
from pallets.learning.linear_model import (
    FEATURE_BITS,
    FEATURE_MIDDLE,
    LINEAR_FEATURE_LIMIT,
    RATE_BITS,
    LinearKind,
    LinearModel,
    LinearParameters,
)
from pallets.learning.sigmoid import LAST_STEP, ONE, STEP_BITS, table
from pallets.learning.training_rows import Column, Integers, Table, TrainingError, column_of, table_of

SCORE_SHIFT = WEIGHT_FRACTIONAL_BITS + FEATURE_BITS - TARGET_FRACTIONAL_BITS
"""Bits that a sum of products has more than a score."""

GRADIENT_SHIFT = TARGET_FRACTIONAL_BITS + FEATURE_BITS - WEIGHT_FRACTIONAL_BITS
"""Bits that a sum of residuals times features has more than a gradient."""


def train_linear(
    start: LinearModel,
    features: Table,
    targets: Column,
    parameters: LinearParameters,
    correction: Correction | None = None,
) -> LinearModel:
    """The model after `epochs` steps from `start`.

    features: (rows, features), 0 to 65,535
    targets: (rows,) classes of a classifier, or int32 with 16 fractional bits
    correction: what FedProx or SCAFFOLD add to the gradient, see `linear_corrections`
    Raises TrainingError for rows that do not fit the model, and Overflow where the descent leaves int64: such a
    learning rate is too large.
    """
    inputs = inputs_of(start, features)
    wanted = wanted_of(start, targets, len(inputs))
    weights = weights_of(start)
    for _ in range(parameters.epochs):
        residuals = answers_of(start, inputs, weights) - wanted
        weights = stepped(weights, residuals, inputs, parameters, correction)
    return replace(start, weights=tuple(weights.ravel().tolist()))


def stepped(
    weights: Integers,
    residuals: Integers,
    inputs: Integers,
    parameters: LinearParameters,
    correction: Correction | None = None,
) -> Integers:
    """The weights after one step against the gradient of all rows; raises Overflow where that leaves int64.

    residuals: (rows, outputs) what the weights say less what they should, 16 fractional bits
    """
    gradient = _divided(_products(residuals.T, inputs), len(inputs) << GRADIENT_SHIFT)
    gradient[:, :-1] += _shifted(_scaled(weights[:, :-1], parameters.l2), RATE_BITS)
    if correction is not None:
        gradient += correction(weights)
    moved: Integers = weights - _shifted(_scaled(gradient, parameters.learning_rate), RATE_BITS)
    return moved


def linear_loss(model: LinearModel, features: Table, targets: Column) -> int:
    """The mean squared difference of the answers and what a perfect model would say, 24 fractional bits.

    Of a classifier that is the Brier score of its sigmoids, the sum over its outputs. Rounded down; raises
    TrainingError as `train_linear` does.
    """
    inputs = inputs_of(model, features)
    away = answers_of(model, inputs, weights_of(model)) - wanted_of(model, targets, len(inputs))
    squares = sum(value * value for value in away.ravel().tolist())  # Python's integers: nothing can wrap
    return rescale(squares, 2 * TARGET_FRACTIONAL_BITS, WEIGHT_FRACTIONAL_BITS) // len(inputs)


def sigmoids(scores: Integers) -> Integers:
    """`sigmoid.sigmoid` of each score."""
    values = np.array(table(), dtype=np.int64)
    size = np.minimum(np.abs(scores), LAST_STEP << STEP_BITS)
    step, rest = size >> STEP_BITS, size & ((1 << STEP_BITS) - 1)
    low = values[step]
    high = values[np.minimum(step + 1, LAST_STEP)]
    value = low + ((high - low) * rest >> STEP_BITS)
    answers: Integers = np.where(scores >= 0, value, ONE - value)
    return answers


def weights_of(model: LinearModel) -> Integers:
    """(outputs, features + 1) the weights, 24 fractional bits."""
    return np.array(model.weights, dtype=np.int64).reshape(model.outputs, -1)


def inputs_of(model: LinearModel, features: Table) -> Integers:
    """(rows, features + 1) distances from the middle, the constant last; raises TrainingError."""
    rows = table_of(features, LINEAR_FEATURE_LIMIT)
    if rows.shape[1] != model.features:
        raise TrainingError(f"rows of {rows.shape[1]} features for a model of {model.features}")
    inputs = np.full((len(rows), model.features + 1), 1 << FEATURE_BITS, dtype=np.int64)
    inputs[:, :-1] = rows.astype(np.int64) - FEATURE_MIDDLE
    return inputs


def answers_of(model: LinearModel, inputs: Integers, weights: Integers) -> Integers:
    """(rows, outputs) what the weights say, 16 fractional bits."""
    scores = _shifted(_products(inputs, weights.T), SCORE_SHIFT)
    return scores if model.kind is LinearKind.REGRESSOR else sigmoids(scores)


def wanted_of(model: LinearModel, targets: Column, rows: int) -> Integers:
    """(rows, outputs) answers that a perfect model would give, 16 fractional bits; raises TrainingError."""
    if model.kind is LinearKind.REGRESSOR:
        return column_of(targets, rows, INT32_MIN, INT32_MAX, "target")[:, None]
    labels = column_of(targets, rows, 0, model.classes - 1, "label")[:, None]
    own_class = np.array([1]) if model.outputs == 1 else np.arange(model.classes)
    wanted: Integers = np.where(labels == own_class, ONE, 0)
    return wanted


def _products(left: Integers, right: Integers) -> Integers:
    """The matrix product, which must not leave int64 on the way."""
    _require_room(_largest(left) * _largest(right) * left.shape[1])
    product: Integers = np.matmul(left, right)
    return product


def _scaled(values: Integers, factor: int) -> Integers:
    _require_room(_largest(values) * factor)
    scaled: Integers = values * factor
    return scaled


def _divided(values: Integers, divisor: int) -> Integers:
    """The quotients rounded toward zero."""
    quotients: Integers = np.sign(values) * (np.abs(values) // divisor)
    return quotients


def _shifted(values: Integers, bits: int) -> Integers:
    """The values divided by 2^bits, rounded toward zero."""
    quotients: Integers = np.sign(values) * (np.abs(values) >> bits)
    return quotients


def _largest(values: Integers) -> int:
    return int(np.abs(values).max(initial=0))


def _require_room(bound: int) -> None:
    if bound > INT64_MAX:
        raise Overflow("the descent leaves int64: lower the learning rate")
