"""What a forest says about a row: integers only, pure Python, the same on chain and off.

A classifier's trees vote, and the lowest of the classes with most votes wins. A regressor says the mean of its trees'
values, rounded toward zero. A row costs at most `Forest.cost_bound` comparisons, however it is evaluated.
"""

from __future__ import annotations

from collections.abc import Sequence

from pallets.learning.fixed_point import divide
from pallets.learning.forest import LEAF, Forest, ForestKind, Tree
from pallets.learning.forest_codec import decode_forest
from pallets.learning.leaf_masks import LeafMasks, masks_fit

Link = tuple[int, int, "Link | int", "Link | int"]
"""A node with its children: feature, threshold, left, right; a leaf is its value."""


class PredictionError(ValueError):
    """A question that this forest cannot answer."""


class Predictor:
    """A forest made ready for many rows."""

    __slots__ = ("_masks", "_roots", "forest")

    def __init__(self, forest: Forest) -> None:
        self.forest = forest
        self._roots: list[Link | int] = []
        uses_masks = forest.kind is ForestKind.CLASSIFIER and masks_fit(forest)
        self._masks = LeafMasks(forest) if uses_masks else None

    @property
    def cost_bound(self) -> int:
        """The most comparisons that any row can need."""
        return self.forest.cost_bound

    def predict(self, row: Sequence[int]) -> int:
        """The class of a row, or its fixed-point value; raises PredictionError for a row of another length."""
        if self.forest.kind is ForestKind.REGRESSOR:
            return divide(self.total(row), max(len(self.forest.trees), 1))
        votes = self.votes(row)
        return votes.index(max(votes))

    def votes(self, row: Sequence[int]) -> list[int]:
        """How many trees say each class."""
        if self.forest.kind is not ForestKind.CLASSIFIER:
            raise PredictionError("a regressor does not vote")
        self._check(row)
        if self._masks is not None:
            return self._masks.votes(row)
        votes = [0] * self.forest.classes
        for leaf in self._leaves(row):
            votes[leaf] += 1
        return votes

    def total(self, row: Sequence[int]) -> int:
        """The sum of a regressor's trees, for means over several forests."""
        if self.forest.kind is not ForestKind.REGRESSOR:
            raise PredictionError("a classifier has no values to add")
        self._check(row)
        return sum(self._leaves(row))

    def leaf_values(self, row: Sequence[int]) -> list[int]:
        """The leaf that the row reaches in each tree."""
        self._check(row)
        return self._leaves(row)

    def comparisons(self, row: Sequence[int]) -> int:
        """How many comparisons a walk through every tree takes."""
        self._check(row)
        steps = 0
        for root in self._linked_roots():
            node = root
            while isinstance(node, tuple):
                feature, threshold, left, right = node
                node = left if row[feature] <= threshold else right
                steps += 1
        return steps

    def _leaves(self, row: Sequence[int]) -> list[int]:
        leaves = []
        for root in self._linked_roots():
            node = root
            while isinstance(node, tuple):
                feature, threshold, left, right = node
                node = left if row[feature] <= threshold else right
            leaves.append(node)
        return leaves

    def _linked_roots(self) -> list[Link | int]:
        """The trees as nested tuples, made when first asked for: masks often do without."""
        if not self._roots:
            self._roots = [_linked(tree) for tree in self.forest.trees]
        return self._roots

    def _check(self, row: Sequence[int]) -> None:
        if len(row) != self.forest.features:
            raise PredictionError(f"a row of {len(row)} values for {self.forest.features} features")


def comparisons_bound(encoded: bytes, rows: int) -> int:
    """The most comparisons that so many rows can take: the sum of the depths times the rows, the weight of a call.

    encoded: a forest's canonical bytes; raises ForestDecodeError
    """
    return decode_forest(encoded).cost_bound * rows


def _linked(tree: Tree) -> Link | int:
    """The root of a tree as nested tuples, made from its end so that nothing recurses."""
    made: list[Link | int] = []
    for feature, value in zip(reversed(tree.features), reversed(tree.values), strict=True):
        made.append(value if feature == LEAF else (feature, value, made.pop(), made.pop()))
    return made.pop()
