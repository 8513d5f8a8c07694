"""Attacks on a client's forest: trees that say the opposite, that nobody trained, that know nothing."""

from __future__ import annotations

from dataclasses import replace

from pallets.learning.forest import LEAF, Forest, ForestKind, Tree
from pallets.learning.quantise import STEP_LIMIT
from pallets.learning.stream import Stream, seed_for

RANDOM_DEPTH = 4
"""Comparisons on each path of a random tree: enough to look like one that was trained."""


def reversed_forest(forest: Forest) -> Forest:
    """Every leaf says the class opposite: what sign flip is to weights. Classifiers only."""
    last = forest.classes - 1
    trees = tuple(
        Tree(
            tree.features,
            tuple(last - v if f == LEAF else v for f, v in zip(tree.features, tree.values, strict=True)),
        )
        for tree in forest.trees
    )
    return replace(forest, trees=trees)


def random_forest(features: int, classes: int, trees: int, seed: bytes) -> Forest:
    """Trees whose comparisons and leaves are drawn: no row was ever looked at."""
    grown = tuple(_random_tree(features, classes, Stream(seed_for("random tree", seed, i))) for i in range(trees))
    return Forest(ForestKind.CLASSIFIER, features, classes, 0, grown)


def constant_forest(features: int, classes: int, trees: int, label: int) -> Forest:
    """Trees of one leaf, which say `label` to everything: the least work that has the right shape."""
    return Forest(ForestKind.CLASSIFIER, features, classes, 0, (Tree(bytes([LEAF]), (label,)),) * trees)


def _random_tree(features: int, classes: int, stream: Stream) -> Tree:
    """A full tree in preorder."""
    names, values = bytearray(), list[int]()
    pending = [RANDOM_DEPTH]
    while pending:
        left = pending.pop()
        if left:
            names.append(stream.below(features))
            values.append(stream.below(STEP_LIMIT))
            pending += (left - 1, left - 1)
        else:
            names.append(LEAF)
            values.append(stream.below(classes))
    return Tree(bytes(names), tuple(values))
