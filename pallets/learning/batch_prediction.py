"""What a forest says about many rows at once: every row walks every tree, one comparison of all walks at a time.

The answers are those of `prediction`, integer for integer; this module is for whoever scores a whole table off chain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pallets.learning.forest import LEAF, Forest, ForestKind, right_children
from pallets.learning.prediction import PredictionError
from pallets.learning.quantise import FEATURE_LIMIT, STEP_LIMIT
from pallets.learning.training_rows import Integers, Table, TrainingError, table_of

WALKS_AT_ONCE = 2**15
"""Rows times trees that walk together: their places fit the cache, and numpy's overhead is spread over many."""

STEPS_BEFORE_LOOKING = 3
"""Comparisons before the first look at which walks have ended; hardly any end sooner."""


class BatchPredictor:
    """A forest made ready for tables of rows."""

    __slots__ = ("_children", "_deepest", "_features", "_is_leaf", "_roots", "_thresholds", "_values", "forest")

    def __init__(self, forest: Forest) -> None:
        self.forest = forest
        starts = np.cumsum([0, *(len(tree.values) for tree in forest.trees)])
        self._roots = starts[:-1]
        self._deepest = max((tree.depth for tree in forest.trees), default=0)
        features = np.frombuffer(b"".join(tree.features for tree in forest.trees), dtype=np.uint8)
        self._values = np.array([value for tree in forest.trees for value in tree.values], dtype=np.int64)
        self._is_leaf = features == LEAF
        # a leaf sends every row to itself: no value exceeds its threshold, and it is its own left child
        self._features = np.where(self._is_leaf, 0, features).astype(np.intp)
        self._thresholds = np.where(self._is_leaf, STEP_LIMIT, self._values).astype(np.int32)
        nodes = np.arange(len(features))
        right = [np.array(right_children(tree), dtype=np.int64) for tree in forest.trees]
        moved = [children + start for children, start in zip(right, starts.tolist(), strict=False)]
        both = (np.where(self._is_leaf, nodes, nodes + 1), np.concatenate([nodes[:0], *moved]))
        self._children = np.stack(both, axis=1).ravel()

    def predict(self, rows: Table) -> Integers:
        """(rows,) the class of each row, or its fixed-point value; raises PredictionError."""
        if self.forest.kind is ForestKind.CLASSIFIER:
            classes: Integers = self.votes(rows).argmax(axis=1)
            return classes
        totals = self.totals(rows)
        means: Integers = np.sign(totals) * (np.abs(totals) // max(len(self.forest.trees), 1))
        return means

    def votes(self, rows: Table) -> Integers:
        """(rows, classes) how many trees say each class."""
        if self.forest.kind is not ForestKind.CLASSIFIER:
            raise PredictionError("a regressor does not vote")
        leaves = self.leaf_values(rows)
        classes = self.forest.classes
        places = leaves + np.arange(len(leaves))[:, None] * classes
        return np.bincount(places.ravel(), minlength=len(leaves) * classes).reshape(-1, classes)

    def totals(self, rows: Table) -> Integers:
        """(rows,) the sum of a regressor's trees for each row."""
        if self.forest.kind is not ForestKind.REGRESSOR:
            raise PredictionError("a classifier has no values to add")
        totals: Integers = self.leaf_values(rows).sum(axis=1)
        return totals

    def leaf_values(self, rows: Table) -> Integers:
        """(rows, trees) the value of the leaf that each row reaches in each tree; raises PredictionError."""
        try:
            table = table_of(rows, FEATURE_LIMIT)
        except TrainingError as error:
            raise PredictionError(str(error)) from None
        if table.shape[1] != self.forest.features:
            raise PredictionError(f"rows of {table.shape[1]} values for {self.forest.features} features")
        if not self.forest.trees:
            return np.zeros((len(table), 0), dtype=np.int64)
        at_once = max(1, WALKS_AT_ONCE // len(self.forest.trees))
        reached = [self._walk(table[first : first + at_once]) for first in range(0, len(table), at_once)]
        return self._values[np.concatenate(reached)]

    def _walk(self, table: NDArray[np.uint16]) -> Integers:
        """(rows, trees) the leaf that each row reaches in each tree."""
        rows, trees = len(table), len(self._roots)
        values = table.astype(np.int32).ravel()
        reached = np.empty(rows * trees, dtype=np.intp)
        # the walks that have not ended: which they are, where they stand, and where their row begins
        walks = np.arange(rows * trees)
        places = np.tile(self._roots, rows)
        begins = np.repeat(np.arange(rows) * table.shape[1], trees)
        for step in range(self._deepest):
            seen = values.take(self._features.take(places) + begins)
            places = self._children.take(2 * places + (seen > self._thresholds.take(places)))
            if step < STEPS_BEFORE_LOOKING:
                continue
            has_ended = self._is_leaf.take(places)
            if 4 * int(has_ended.sum()) > len(places):  # fewer are not worth the copies
                reached[walks[has_ended]] = places[has_ended]
                goes_on = ~has_ended
                walks, places, begins = walks[goes_on], places[goes_on], begins[goes_on]
        reached[walks] = places
        return reached.reshape(rows, trees)
