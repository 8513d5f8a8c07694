"""Forests as records: trees of integers in preorder, merged and taken apart by whole trees.

A row goes left where `row[feature] <= threshold`. A classifier's leaf is a class, a regressor's a fixed-point value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from itertools import accumulate, compress
from math import isqrt

from pallets.learning.fixed_point import INT32_MAX, INT32_MIN
from pallets.learning.quantise import FEATURE_LIMIT, STEP_LIMIT

LEAF = 255
"""Stands where an internal node has its feature."""

MAX_DEPTH = 64
"""Comparisons on one path. Trees grown on a million rows stay below 60; the cap keeps a hostile tree shallow."""

MAX_TREES = 2**16 - 1
"""The header counts trees in a u16."""

MAX_CLASSES = 256
"""A leaf names its class in a byte."""


class ForestError(ValueError):
    """Records that are no forest, or forests that do not belong together."""


class ForestKind(IntEnum):
    """What a leaf holds."""

    CLASSIFIER = 0
    REGRESSOR = 1


@dataclass(frozen=True, slots=True)
class ForestParameters:
    """How to grow a forest.

    max_depth: comparisons on a path, at most 64
    min_leaf: bootstrapped rows on each side of a split
    features_per_split: drawn for each node; 0 means the square root of the number of features, rounded down
    classes: of a classifier; 0 for a regressor
    """

    trees: int = 100
    max_depth: int = 32
    min_leaf: int = 1
    features_per_split: int = 0
    classes: int = 0

    def __post_init__(self) -> None:
        for name, low, high in (
            ("trees", 0, MAX_TREES),
            ("max_depth", 0, MAX_DEPTH),
            ("min_leaf", 1, 2**31),
            ("features_per_split", 0, FEATURE_LIMIT),
            ("classes", 0, MAX_CLASSES),
        ):
            if not low <= getattr(self, name) <= high:
                raise ForestError(f"{name} is {getattr(self, name)}, not {low} to {high}")

    def features_drawn(self, features: int) -> int:
        """How many of `features` a node looks at."""
        return min(self.features_per_split or isqrt(features), features)


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree, its nodes in preorder.

    features: the feature that each internal node compares, LEAF where the node is a leaf
    values: the threshold of an internal node; the class or fixed-point value of a leaf
    """

    features: bytes
    values: tuple[int, ...]
    depth: int = field(init=False)
    """Comparisons on the longest path."""

    def __post_init__(self) -> None:
        if len(self.features) != len(self.values):
            raise ForestError(f"{len(self.features)} features for {len(self.values)} values")
        object.__setattr__(self, "depth", _depth(self.features))

    @property
    def leaf_values(self) -> list[int]:
        """The values of the leaves, from left to right."""
        return list(compress(self.values, [feature == LEAF for feature in self.features]))


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees that vote, or whose values are averaged.

    features: in a row, 1 to 255
    classes: of a classifier, 1 to 256; 0 for a regressor
    fractional_bits: of a regressor's values; 0 for a classifier
    A forest without trees predicts the lowest class, or zero.
    """

    kind: ForestKind
    features: int
    classes: int
    fractional_bits: int
    trees: tuple[Tree, ...]

    def __post_init__(self) -> None:
        check_shape(self.kind, self.features, self.classes, self.fractional_bits)
        if len(self.trees) > MAX_TREES:
            raise ForestError(f"{len(self.trees)} trees, more than {MAX_TREES}")
        for index, tree in enumerate(self.trees):
            self._check_tree(index, tree)

    def _check_tree(self, index: int, tree: Tree) -> None:
        internal = tree.features.replace(bytes([LEAF]), b"")
        if internal and max(internal) >= self.features:
            raise ForestError(f"tree {index} compares feature {max(internal)} of {self.features}")
        thresholds = list(compress(tree.values, [feature != LEAF for feature in tree.features]))
        if thresholds and not 0 <= min(thresholds) <= max(thresholds) < STEP_LIMIT:
            raise ForestError(f"tree {index} has a threshold outside 0..{STEP_LIMIT - 1}")
        low, high = (0, self.classes - 1) if self.kind is ForestKind.CLASSIFIER else (INT32_MIN, INT32_MAX)
        leaves = tree.leaf_values
        if not low <= min(leaves) <= max(leaves) <= high:
            raise ForestError(f"tree {index} has a leaf outside {low}..{high}")

    @property
    def nodes(self) -> int:
        """Internal nodes and leaves of all trees."""
        return sum(len(tree.values) for tree in self.trees)

    @property
    def cost_bound(self) -> int:
        """The most comparisons that any row can need: the sum of the depths."""
        return sum(tree.depth for tree in self.trees)


def check_shape(kind: ForestKind, features: int, classes: int, fractional_bits: int) -> None:
    """Refuse a forest whose outer numbers make no sense together; raises ForestError."""
    if not 1 <= features <= FEATURE_LIMIT:
        raise ForestError(f"{features} features, not 1 to {FEATURE_LIMIT}")
    if kind is ForestKind.CLASSIFIER:
        if not 1 <= classes <= MAX_CLASSES or fractional_bits:
            raise ForestError(f"a classifier of {classes} classes with {fractional_bits} fractional bits")
    elif classes or not 0 <= fractional_bits <= 31:
        raise ForestError(f"a regressor of {classes} classes with {fractional_bits} fractional bits")


def merge(forests: Sequence[Forest], quotas: Sequence[int] | None = None) -> Forest:
    """The federated forest: the union of the clients' trees, in the clients' order.

    quotas: how many trees each client gives, its first ones; all of them by default
    Raises ForestError where kinds or shapes differ, or a client has fewer trees than its quota.
    """
    if not forests:
        raise ForestError("no forest to merge")
    first = forests[0]
    shape = (first.kind, first.features, first.classes, first.fractional_bits)
    counts = [len(forest.trees) for forest in forests] if quotas is None else list(quotas)
    if len(counts) != len(forests):
        raise ForestError(f"{len(counts)} quotas for {len(forests)} forests")
    trees: list[Tree] = []
    for client, (forest, quota) in enumerate(zip(forests, counts, strict=True)):
        if (forest.kind, forest.features, forest.classes, forest.fractional_bits) != shape:
            raise ForestError(f"forest {client} has another kind or shape than forest 0")
        if not 0 <= quota <= len(forest.trees):
            raise ForestError(f"forest {client} has {len(forest.trees)} trees for a quota of {quota}")
        trees += forest.trees[:quota]
    return replace(first, trees=tuple(trees))


def tree_ranges(quotas: Sequence[int]) -> list[range]:
    """Which trees of a merged forest are whose."""
    ends = list(accumulate(quotas))
    return [range(end - quota, end) for quota, end in zip(quotas, ends, strict=True)]


def without(forest: Forest, trees: range) -> Forest:
    """The forest that never had these trees; raises ForestError where it has not got them all."""
    if trees.step != 1 or not 0 <= trees.start <= trees.stop <= len(forest.trees):
        raise ForestError(f"trees {trees.start} to {trees.stop} of a forest of {len(forest.trees)}")
    return replace(forest, trees=forest.trees[: trees.start] + forest.trees[trees.stop :])


def right_children(tree: Tree) -> list[int]:
    """The right child of each node of a preorder, a leaf's its own place."""
    right = list(range(len(tree.features)))
    heads: list[int] = []  # roots of the subtrees that follow a node, the nearest last
    for node in range(len(tree.features) - 1, -1, -1):
        if tree.features[node] != LEAF:
            heads.pop()
            right[node] = heads.pop()
        heads.append(node)
    return right


def _depth(features: bytes) -> int:
    """Comparisons on the longest path of a preorder; raises ForestError where it is no single tree."""
    deepest = 0
    pending = [0]  # depths of the nodes that are still to come, the next one last
    for index, feature in enumerate(features):
        if not pending:
            raise ForestError(f"the tree is complete before node {index}")
        depth = pending.pop()
        if feature == LEAF:
            deepest = max(deepest, depth)
        else:
            if depth == MAX_DEPTH:
                raise ForestError(f"node {index} makes the tree deeper than {MAX_DEPTH}")
            pending += (depth + 1, depth + 1)
    if pending:
        raise ForestError(f"the tree ends where {len(pending)} nodes are missing")
    return deepest
