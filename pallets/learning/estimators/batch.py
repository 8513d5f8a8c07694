"""Predictions of many rows at once in numpy: the same numbers as one row at a time.

Forests, nearest neighbours, support vectors, centres and networks are asked in tables of int64, rows in blocks; where
a sum could leave int64, and for models that have little to gain, rows are asked one at a time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pallets.learning.batch_prediction import BatchPredictor
from pallets.learning.estimators.artifact import (
    FEATURE_BITS,
    FEATURE_MIDDLE,
    FEATURES_LIMIT,
    EstimatorError,
    Task,
)
from pallets.learning.estimators.artifact_kinds import Model, predictions
from pallets.learning.estimators.centroids import LIFT, Centroids
from pallets.learning.estimators.exponential import (
    COARSE_SHIFT,
    EXPONENT_BITS,
    FINE_MASK,
    FINE_SHIFT,
    LAST,
    ONE,
    REST_MASK,
    coarse_table,
    fine_table,
)
from pallets.learning.estimators.neighbours import Neighbours
from pallets.learning.estimators.network import UNIT_BITS, UNIT_SHIFT, Network
from pallets.learning.estimators.support_vectors import (
    DISTANCE_SHIFT,
    KERNEL_BITS,
    Kernel,
    SupportVectors,
    farthest,
)
from pallets.learning.fixed_point import INT64_MAX
from pallets.learning.forest import Forest
from pallets.learning.training_rows import Integers, Table, table_of

CELLS_AT_ONCE = 2**20
"""Numbers of a working table: 8 MiB."""

_SPLIT_BITS = 20
"""Coefficients are multiplied in two parts, the lower of so many bits."""


def batch_predictions(model: Model, rows: Table) -> list[int]:
    """What `artifact_kinds.predictions` says of the same rows; raises TrainingError for rows outside u16."""
    table = table_of(rows, FEATURES_LIMIT).astype(np.int64)
    if table.shape[1] != model.features:
        raise EstimatorError(f"rows of {table.shape[1]} values for {model.features} features")
    if isinstance(model, Forest):
        return [int(answer) for answer in BatchPredictor(model).predict(table)]
    if isinstance(model, Neighbours):
        return _neighbours(model, table)
    if isinstance(model, SupportVectors) and model.vectors:
        return _support_vectors(model, table)
    if isinstance(model, Centroids):
        return _centroids(model, table)
    if isinstance(model, Network):
        return _network(model, table)
    return predictions(model, table.tolist())


def exponentials(arguments: Integers) -> Integers:
    """`exp_negative` of each argument, from zero to below 2^62."""
    within = np.minimum(arguments, LAST - 1)
    rest = within & REST_MASK
    values = np.array(coarse_table(), np.int64)[within >> COARSE_SHIFT]
    values = values * np.array(fine_table(), np.int64)[within >> FINE_SHIFT & FINE_MASK] >> EXPONENT_BITS
    values = values * (ONE - rest + (rest * rest >> EXPONENT_BITS + 1)) >> EXPONENT_BITS
    found: Integers = np.where(arguments >= LAST, 0, values)
    return found


def _neighbours(model: Neighbours, table: Integers) -> list[int]:
    points = np.array(model.points, np.int64)
    return [
        model.verdict(places.tolist())
        for block in _blocks(table, len(points))
        # a stable sort ranks equal distances by the place of their point
        for places in np.argsort(_distances(block, points), axis=1, kind="stable")[:, : model.k]
    ]


def _centroids(model: Centroids, table: Integers) -> list[int]:
    centres = np.array(model.centres, np.int64)
    return [
        int(place)
        for block in _blocks(table, len(centres))
        for place in _distances((block - FEATURE_MIDDLE) << LIFT, centres).argmin(axis=1)
    ]


def _support_vectors(model: SupportVectors, table: Integers) -> list[int]:
    vectors = np.array(model.vectors, np.int64)
    coefficients = np.array(model.coefficients, np.int64)
    high, low = coefficients >> _SPLIT_BITS, coefficients & ((1 << _SPLIT_BITS) - 1)
    largest = model.features << KERNEL_BITS if model.kernel is Kernel.LINEAR else 1 << KERNEL_BITS
    heaviest = max(sum(map(abs, row)) for part in (high, low) for row in part.tolist())
    if heaviest * largest > INT64_MAX:
        return predictions(model, table.tolist())
    classes = np.repeat(np.arange(max(model.classes, 1)), model.supports or (len(vectors),))
    groups = (classes[:, None] == np.arange(max(model.classes, 1))).astype(np.int64)
    found = list[int]()
    for block in _blocks(table, len(vectors) * model.rows):
        if model.kernel is Kernel.RBF:
            distances = np.minimum(_distances(block, vectors), farthest(model.gamma))
            kernels = exponentials(distances * model.gamma >> DISTANCE_SHIFT)
        else:
            kernels = (block - FEATURE_MIDDLE) @ (vectors - FEATURE_MIDDLE).T
        # (rows, coefficient rows, classes) in two parts that are joined beyond int64
        upper, lower = ((kernels[:, None, :] * part[None]) @ groups for part in (high, low))
        for above, below in zip(upper.tolist(), lower.tolist(), strict=True):
            sums = [
                [(a << _SPLIT_BITS) + b for a, b in zip(*line, strict=True)] for line in zip(above, below, strict=True)
            ]
            if model.task is Task.REGRESSOR:
                scores = [(model.intercepts[0] << KERNEL_BITS) + sums[0][0]]
            else:
                scores = model.paired(sums)
            found.append(model.verdict(scores))
    return found


def _network(model: Network, table: Integers) -> list[int]:
    inner = np.array(model.weights[: model.inner], np.int64).reshape(model.hidden, -1)
    outer = np.array(model.weights[model.inner :], np.int64).reshape(model.outputs, -1)
    widest = max(sum(map(abs, line)) for line in inner.tolist())
    # a sum of products is at most the sum of the weights, times one; a unit is its first 17 bits up
    if widest << FEATURE_BITS > INT64_MAX or _outer_reach(outer, widest) > INT64_MAX:
        return predictions(model, table.tolist())
    inputs = np.column_stack([table - FEATURE_MIDDLE, np.full(len(table), 1 << FEATURE_BITS)])
    units = np.maximum(inputs @ inner.T >> UNIT_SHIFT, 0)
    scores = np.column_stack([units, np.full(len(table), 1 << UNIT_BITS)]) @ outer.T
    return [model.verdict(each) for each in scores.tolist()]


def _outer_reach(outer: Integers, widest: int) -> int:
    """A bound on the scores of a network whose hidden sums are at most `widest` × 2^15."""
    unit: int = max(widest << FEATURE_BITS >> UNIT_SHIFT, 1 << UNIT_BITS) + 1
    heaviest: int = max(sum(map(abs, line)) for line in outer.tolist())
    return heaviest * unit


def _distances(block: Integers, points: Integers) -> Integers:
    """(rows, points) squared distances."""
    found = np.zeros((len(block), len(points)), np.int64)
    for feature in range(block.shape[1]):
        found += (block[:, feature, None] - points[None, :, feature]) ** 2
    return found


def _blocks(table: Integers, width: int) -> Iterator[Integers]:
    """The rows in blocks whose working table of `width` columns stays small."""
    size = max(CELLS_AT_ONCE // max(width, 1), 1)
    for first in range(0, len(table), size):
        yield table[first : first + size]
