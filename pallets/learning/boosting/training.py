"""Stages of boosted trees from rows and a seed: the same bytes on every machine, whatever the numpy or the threads.

A stage's trees learn the residuals that the model leaves, splitting them as a regressor splits targets:

    regressor     residual = target - score, cut to int32; a leaf says the mean residual of its rows
    classifier    residual = (1 or 0) - p, where p = sigmoid(score), 16 fractional bits; a leaf says one Newton step,
                  (sum of residuals) / (sum of p × (1 - p)), cut to ±16 where probabilities are as good as certain

What a leaf says is multiplied by the rate, and every division rounds toward zero. All columns of a stage are grown
from the same scores. The tree of stage `s` and column `c` draws from H(seed, s, c), stages counted from the model's
first, so training on in two parts is training on in one.
Source: Friedman 2001, algorithms 1 and 5, with the residuals of one class against the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pallets.learning.batch_prediction import BatchPredictor
from pallets.learning.binning import Bins, bin_features
from pallets.learning.boosting.model import RATE_BITS, BoostedModel, BoostingParameters, with_trees
from pallets.learning.fixed_point import INT32_MAX, INT32_MIN, TARGET_FRACTIONAL_BITS
from pallets.learning.forest import Forest, ForestParameters, Tree
from pallets.learning.linear_training import sigmoids
from pallets.learning.quantise import FEATURE_LIMIT
from pallets.learning.sigmoid import ONE
from pallets.learning.split_search import Shape, Sides, target_sides
from pallets.learning.stream import Stream, seed_for
from pallets.learning.training_rows import Column, Integers, Table, TrainingError, column_of, table_of
from pallets.learning.tree_growth import grow_trees

LARGEST_STEP = 16 * ONE
"""Log-odds of a Newton step; the sigmoid is flat from 12 on."""


@dataclass(frozen=True, slots=True, eq=False)
class _Residuals:
    """What the rows of all columns still lack, the first column's rows first.

    weights: p × (1 - p) of each row with 32 fractional bits for a classifier, None for a regressor
    rate: of the learning, 16 fractional bits
    """

    residuals: Integers
    weights: Integers | None
    rate: int

    @property
    def cells_per_bin(self) -> int:
        return 1

    def sides(self, codes: Integers, nodes: Integers, rows: Integers, shape: Shape) -> Sides:
        return target_sides(codes, nodes, self.residuals[rows], shape)

    def are_mixed(self, rows: Integers, starts: Integers) -> NDArray[np.bool_]:
        residuals = self.residuals[rows]
        differs: NDArray[np.bool_] = np.minimum.reduceat(residuals, starts) < np.maximum.reduceat(residuals, starts)
        return differs

    def leaf_values(self, rows: Integers, starts: Integers) -> Integers:
        sums = np.add.reduceat(self.residuals[rows], starts)
        if self.weights is None:
            steps = _divided(sums, np.diff(starts, append=len(rows)))
        else:
            # 2^20 rows of 2^16 leave room for the shift: below 2^52
            curvature = np.add.reduceat(self.weights[rows], starts) >> TARGET_FRACTIONAL_BITS
            steps = _divided(sums << TARGET_FRACTIONAL_BITS, np.maximum(curvature, 1))
            steps = np.clip(steps, -LARGEST_STEP, LARGEST_STEP)
        return _divided(steps * self.rate, 1 << RATE_BITS)


def train_boosted(
    start: BoostedModel, features: Table, targets: Column, parameters: BoostingParameters, seed: bytes
) -> BoostedModel:
    """The model with as many stages more as the parameters say; raises TrainingError as `grow_stages` does."""
    return with_trees(start, grow_stages(start, features, targets, parameters, seed).trees)


def grow_stages(
    model: BoostedModel, features: Table, targets: Column, parameters: BoostingParameters, seed: bytes
) -> Forest:
    """The trees that a client adds to a model.

    features: (rows, features), 0 to 65,535
    targets: (rows,) classes, or int32 fixed point with the model's fractional bits
    Raises TrainingError where there are no rows, or they do not fit the model, or a value leaves its domain, and
    ForestError where the trees are more than a forest holds.
    """
    table = table_of(features, FEATURE_LIMIT)
    if table.shape[1] != model.forest.features:
        raise TrainingError(f"rows of {table.shape[1]} features for a model of {model.forest.features}")
    wanted = _wanted(model, targets, len(table))
    bins = _for_each_column(bin_features(table), model.columns)
    grown: list[Tree] = []
    scores = np.array(model.start, dtype=np.int64)[:, None] + _said(model.forest, table, model.columns)
    for stage in range(model.stages, model.stages + parameters.stages):
        streams = [Stream(seed_for("boosting", seed, stage, column)) for column in range(model.columns)]
        samples = [
            [column * len(table) + row for row in _sample(stream, len(table), parameters.rows_share)]
            for column, stream in enumerate(streams)
        ]
        outcome = _outcome(model, wanted, scores, parameters.rate)
        added = grow_trees(bins, outcome, _tree_parameters(parameters), streams, samples)
        scores = scores + _said(replace(model.forest, trees=tuple(added)), table, model.columns)
        grown += added
    return replace(model.forest, trees=tuple(grown))


def boosted_scores(model: BoostedModel, features: Table) -> Integers:
    """(rows, columns) the scores of a whole table, those of `BoostedPredictor`; raises PredictionError."""
    leaves = BatchPredictor(model.forest).leaf_values(features)
    scores: Integers = _column_sums(leaves, model.columns).T + np.array(model.start, dtype=np.int64)
    return scores


def _wanted(model: BoostedModel, targets: Column, rows: int) -> Integers:
    """(columns, rows) targets, or one in fixed point where the row is of the column's class and zero elsewhere."""
    if not model.classes:
        return column_of(targets, rows, INT32_MIN, INT32_MAX, "target")[None, :]
    labels = column_of(targets, rows, 0, model.classes - 1, "label")
    classes = np.array([1]) if model.columns == 1 else np.arange(model.classes)
    is_own: NDArray[np.bool_] = labels == classes[:, None]
    return is_own.astype(np.int64) * ONE


def _outcome(model: BoostedModel, wanted: Integers, scores: Integers, rate: int) -> _Residuals:
    if not model.classes:
        return _Residuals(np.clip(wanted - scores, INT32_MIN, INT32_MAX).ravel(), None, rate)
    said = sigmoids(scores.ravel())
    return _Residuals(wanted.ravel() - said, said * (ONE - said), rate)


def _sample(stream: Stream, rows: int, share: int) -> list[int]:
    """The rows that a tree learns from, ascending: the share of them, rounded up."""
    count = -(-rows * share >> RATE_BITS)
    return list(range(rows)) if count == rows else sorted(stream.choice(count, rows))


def _for_each_column(bins: Bins, columns: int) -> Bins:
    """The rows once for each column, so that the trees of a stage grow together."""
    return bins if columns == 1 else replace(bins, codes=np.tile(bins.codes, (columns, 1)))


def _tree_parameters(parameters: BoostingParameters) -> ForestParameters:
    return ForestParameters(
        max_depth=parameters.max_depth,
        min_leaf=parameters.min_leaf,
        features_per_split=parameters.features_per_split,
    )


def _said(forest: Forest, table: NDArray[np.uint16], columns: int) -> Integers:
    """(columns, rows) what the trees add to the scores."""
    return _column_sums(BatchPredictor(forest).leaf_values(table), columns)


def _column_sums(leaves: Integers, columns: int) -> Integers:
    """(columns, rows) the sums of each column's leaves."""
    sums: Integers = leaves.reshape(len(leaves), -1, columns).sum(axis=1).T
    return sums


def _divided(numerators: Integers, divisors: Integers | int) -> Integers:
    """Quotients rounded toward zero."""
    sizes: Integers = np.floor_divide(np.abs(numerators), divisors)
    quotients: Integers = np.sign(numerators) * sizes
    return quotients
