"""Forests from rows and a seed: the same bytes on every machine, whatever the numpy, the threads or the order.

Tree `i` depends on the rows, the parameters and H(seed, i) alone; `first_tree` lets workers grow parts of one forest,
which `forest.merge` joins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pallets.learning.binning import bin_features
from pallets.learning.fixed_point import INT32_MAX, INT32_MIN, TARGET_FRACTIONAL_BITS, divide
from pallets.learning.forest import Forest, ForestKind, ForestParameters, Tree
from pallets.learning.quantise import FEATURE_LIMIT
from pallets.learning.split_search import Shape, Sides, class_sides, target_sides
from pallets.learning.stream import Stream, seed_for
from pallets.learning.training_rows import Column, Integers, Table, column_of, table_of
from pallets.learning.tree_growth import Outcome, grow_trees

ROWS_AT_ONCE = 2**16
"""Bootstrapped rows of the trees that are grown together: enough to make numpy's overhead small."""


@dataclass(frozen=True, slots=True, eq=False)
class _Classes:
    """Rows teach classes; a leaf says the most frequent one, the lowest of equals."""

    labels: Integers
    classes: int

    @property
    def cells_per_bin(self) -> int:
        return self.classes

    def sides(self, codes: Integers, nodes: Integers, rows: Integers, shape: Shape) -> Sides:
        return class_sides(codes, nodes, self.labels[rows], shape, self.classes)

    def are_mixed(self, rows: Integers, starts: Integers) -> NDArray[np.bool_]:
        return _differ(self.labels[rows], starts)

    def leaf_values(self, rows: Integers, starts: Integers) -> Integers:
        node_of_row = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(rows)))
        places = node_of_row * self.classes + self.labels[rows]
        counts = np.bincount(places, minlength=len(starts) * self.classes)
        values: Integers = counts.reshape(-1, self.classes).argmax(axis=1)
        return values


@dataclass(frozen=True, slots=True, eq=False)
class _Targets:
    """Rows teach values; a leaf says their mean, rounded toward zero."""

    targets: Integers
    centred: Integers
    """Targets less about their mean: moves no split, and keeps the floats of the search far apart."""

    @property
    def cells_per_bin(self) -> int:
        return 1  # counts and sums are made one after the other

    def sides(self, codes: Integers, nodes: Integers, rows: Integers, shape: Shape) -> Sides:
        return target_sides(codes, nodes, self.centred[rows], shape)

    def are_mixed(self, rows: Integers, starts: Integers) -> NDArray[np.bool_]:
        return _differ(self.targets[rows], starts)

    def leaf_values(self, rows: Integers, starts: Integers) -> Integers:
        sums = np.add.reduceat(self.targets[rows], starts)
        sizes = np.diff(starts, append=len(rows))
        means: Integers = np.sign(sums) * (np.abs(sums) // sizes)
        return means


def train_classifier(
    features: Table, labels: Column, parameters: ForestParameters, seed: bytes, *, first_tree: int = 0
) -> Forest:
    """A forest that votes.

    features: (rows, features), 0 to 65,535
    labels: (rows,), 0 to parameters.classes - 1
    Raises TrainingError where there are no rows, or a value leaves its domain.
    """
    table = table_of(features, FEATURE_LIMIT)
    column = column_of(labels, len(table), 0, parameters.classes - 1, "label")
    outcome = _Classes(column, parameters.classes)
    trees = _grow(table, outcome, parameters, seed, first_tree)
    return Forest(ForestKind.CLASSIFIER, table.shape[1], parameters.classes, 0, trees)


def train_regressor(
    features: Table,
    targets: Column,
    parameters: ForestParameters,
    seed: bytes,
    *,
    fractional_bits: int = TARGET_FRACTIONAL_BITS,
    first_tree: int = 0,
) -> Forest:
    """A forest whose values are averaged.

    features: (rows, features), 0 to 65,535
    targets: (rows,), int32 fixed point with `fractional_bits`
    Raises TrainingError where there are no rows, or a value leaves its domain.
    """
    table = table_of(features, FEATURE_LIMIT)
    column = column_of(targets, len(table), INT32_MIN, INT32_MAX, "target")
    centre = divide(int(column.sum()), len(column))
    trees = _grow(table, _Targets(column, column - centre), parameters, seed, first_tree)
    return Forest(ForestKind.REGRESSOR, table.shape[1], 0, fractional_bits, trees)


def _grow(
    table: NDArray[np.uint16], outcome: Outcome, parameters: ForestParameters, seed: bytes, first_tree: int
) -> tuple[Tree, ...]:
    bins = bin_features(table)
    at_once = max(1, ROWS_AT_ONCE // len(table))
    trees: list[Tree] = []
    for first in range(0, parameters.trees, at_once):
        numbers = range(first_tree + first, first_tree + min(first + at_once, parameters.trees))
        streams = [Stream(seed_for("tree", seed, number)) for number in numbers]
        bootstraps = [stream.draws(len(table), len(table)) for stream in streams]
        trees += grow_trees(bins, outcome, parameters, streams, bootstraps)
    return tuple(trees)


def _differ(values: Integers, starts: Integers) -> NDArray[np.bool_]:
    """Whether each group of values has two different ones."""
    differs: NDArray[np.bool_] = np.minimum.reduceat(values, starts) < np.maximum.reduceat(values, starts)
    return differs
