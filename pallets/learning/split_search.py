"""The best split of many nodes at once: integer histograms, and a comparison of exact rationals.

A split's worth is a rational: for classes (sum of squared class counts) / rows, for targets (sum of targets)² / rows,
added over the two sides; the largest worth is the smallest Gini impurity, or the smallest squared error.

Floats only sort out the hopeless. A float worth has a relative error below 2^-50 (its numerators are below 2^53, so
each of its at most four roundings costs 2^-53), so the best split is among those within 2^-48 of the largest float.
Those are compared as Python integers, cross-multiplied; ties go to the lowest feature, then the lowest threshold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pallets.learning.training_rows import Integers

NEAR = 1.0 - 2.0**-48
"""What share of the largest float worth a split must reach to be compared exactly."""

Shape = tuple[int, int, int]
"""Of a histogram: nodes, features drawn by each, bins of each."""


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Both sides of the split after each bin that has rows, all arrays (splits,).

    cells: the bins, as ascending places in the histogram
    left_rows, right_rows: how many rows fall on each side
    left_sums, right_sums: numerators of the worth: sums of squared class counts, or sums of targets
    squared: whether the numerators are still to be squared (targets)
    """

    cells: Integers
    left_rows: Integers
    right_rows: Integers
    left_sums: Integers
    right_sums: Integers
    squared: bool


@dataclass(frozen=True, slots=True, eq=False)
class Splits:
    """The best split of each node: which drawn feature, and the bins that its gap lies between.

    drawn is -1 where no split leaves enough rows on both sides.
    """

    drawn: Integers
    left_bin: Integers
    right_bin: Integers


def class_sides(codes: Integers, nodes: Integers, labels: Integers, shape: Shape, classes: int) -> Sides:
    """The sides for a classifier.

    codes: (rows, drawn) bin codes of the features that each row's node has drawn
    nodes, labels: (rows,) the node and the class of each row
    """
    size, bins = shape[0] * shape[1] * shape[2], shape[2]
    places = _places(codes, nodes, shape) + (labels * size)[:, None]
    counts = np.bincount(places.ravel(), minlength=classes * size).reshape(classes, size)
    cells = np.flatnonzero(counts.any(axis=0))
    until = np.cumsum(counts.reshape(classes, -1, bins), axis=2)
    left = until.reshape(classes, size)[:, cells]
    right = until[:, cells // bins, -1] - left
    return Sides(
        cells,
        left_rows=left.sum(axis=0),
        right_rows=right.sum(axis=0),
        left_sums=(left * left).sum(axis=0),
        right_sums=(right * right).sum(axis=0),
        squared=False,
    )


def target_sides(codes: Integers, nodes: Integers, targets: Integers, shape: Shape) -> Sides:
    """The sides for a regressor; targets: (rows,), whose absolute sum must not exceed 2^53."""
    size, bins = shape[0] * shape[1] * shape[2], shape[2]
    places = _places(codes, nodes, shape).ravel()
    counts = np.bincount(places, minlength=size)
    # a float sum of integers is exact up to 2^53, whatever the order
    weights = np.repeat(targets, codes.shape[1]).astype(np.float64)
    sums = np.bincount(places, weights=weights, minlength=size).astype(np.int64)
    cells = np.flatnonzero(counts)
    rows_until = np.cumsum(counts.reshape(-1, bins), axis=1)
    sums_until = np.cumsum(sums.reshape(-1, bins), axis=1)
    left_rows, left_sums = rows_until.ravel()[cells], sums_until.ravel()[cells]
    return Sides(
        cells,
        left_rows=left_rows,
        right_rows=rows_until[cells // bins, -1] - left_rows,
        left_sums=left_sums,
        right_sums=sums_until[cells // bins, -1] - left_sums,
        squared=True,
    )


def best_splits(sides: Sides, shape: Shape, min_leaf: int) -> Splits:
    """The split of the largest worth in each node; every node must have rows."""
    nodes, drawn, bins = shape
    allowed = (sides.left_rows >= min_leaf) & (sides.right_rows >= min_leaf)
    worth = np.where(allowed, _float_worth(sides), -1.0)
    node_of_split = sides.cells // (drawn * bins)
    starts = np.searchsorted(node_of_split, np.arange(nodes))
    largest = np.maximum.reduceat(worth, starts)
    near = np.flatnonzero(allowed & (worth >= (largest * NEAR)[node_of_split]))
    best = _exactly_best(sides, near, node_of_split[near].tolist(), nodes)
    cells = sides.cells[best]
    # the right side of an allowed split has rows, so the next bin with rows is of the same node and feature
    after = sides.cells[np.minimum(best + 1, len(sides.cells) - 1)]
    return Splits(np.where(best < 0, -1, cells // bins % drawn), cells % bins, after % bins)


def _places(codes: Integers, nodes: Integers, shape: Shape) -> Integers:
    """Where in the histogram each row counts, for each drawn feature."""
    _, drawn, bins = shape
    return codes + ((nodes * drawn)[:, None] + np.arange(drawn)) * bins


def _float_worth(sides: Sides) -> NDArray[np.float64]:
    left, right = sides.left_sums.astype(np.float64), sides.right_sums.astype(np.float64)
    if sides.squared:
        left, right = left * left, right * right
    # a side without rows has sum zero; it is not allowed anyway
    worth: NDArray[np.float64] = left / np.maximum(sides.left_rows, 1) + right / np.maximum(sides.right_rows, 1)
    return worth


def _exactly_best(sides: Sides, near: Integers, node_of_near: list[int], nodes: int) -> Integers:
    """For each node the first split of the largest exact worth among those near it; -1 where there is none."""
    columns = (sides.left_rows, sides.right_rows, sides.left_sums, sides.right_sums)
    best = [-1] * nodes
    numerators, denominators = [-1] * nodes, [1] * nodes
    for split, node, left_rows, right_rows, left, right in zip(
        near.tolist(), node_of_near, *(column[near].tolist() for column in columns), strict=True
    ):
        if sides.squared:
            numerator = left * left * right_rows + right * right * left_rows
        else:
            numerator = left * right_rows + right * left_rows
        denominator = left_rows * right_rows
        if numerator * denominators[node] > numerators[node] * denominator:
            best[node], numerators[node], denominators[node] = split, numerator, denominator
    return np.array(best, dtype=np.int64)
