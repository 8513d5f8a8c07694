"""Forests for tests: drawn by hypothesis, or grown on rows drawn from a seed."""

from __future__ import annotations

from hypothesis import strategies as st

from pallets.learning.forest import LEAF, Forest, ForestKind, Tree
from pallets.learning.stream import Stream, seed_for


@st.composite
def trees(draw: st.DrawFn, kind: ForestKind, features: int, classes: int) -> Tree:
    """Any small tree."""
    leaf = st.integers(0, classes - 1) if kind is ForestKind.CLASSIFIER else st.integers(-(2**31), 2**31 - 1)
    names, values = bytearray(), list[int]()
    pending = 1
    while pending:
        pending -= 1
        if len(names) < 30 and draw(st.booleans()):
            names.append(draw(st.integers(0, features - 1)))
            values.append(draw(st.integers(0, 65535)))
            pending += 2
        else:
            names.append(LEAF)
            values.append(draw(leaf))
    return Tree(bytes(names), tuple(values))


@st.composite
def forests(draw: st.DrawFn, kinds: tuple[ForestKind, ...] = tuple(ForestKind), most_trees: int = 5) -> Forest:
    """Any small forest."""
    kind = draw(st.sampled_from(kinds))
    features = draw(st.integers(1, 255))
    classes = draw(st.integers(1, 256)) if kind is ForestKind.CLASSIFIER else 0
    bits = 0 if kind is ForestKind.CLASSIFIER else draw(st.integers(0, 31))
    grown = draw(st.lists(trees(kind, features, classes), max_size=most_trees))
    return Forest(kind, features, classes, bits, tuple(grown))


@st.composite
def rows_near(draw: st.DrawFn, forest: Forest) -> list[int]:
    """A row whose values lie at and beside the thresholds of the forest."""
    thresholds = [
        min(value + step, 65535)
        for tree in forest.trees
        for feature, value in zip(tree.features, tree.values, strict=True)
        if feature != LEAF
        for step in (0, 1)
    ]
    values = st.sampled_from(thresholds) if thresholds else st.integers(0, 65535)
    # a few different values suffice, repeated over all features
    some = draw(st.lists(values, min_size=1, max_size=8))
    return [some[feature % len(some)] for feature in range(forest.features)]


def walk(tree: Tree, row: list[int]) -> int:
    """The leaf that a row reaches, found by skipping whole subtrees in preorder."""
    node = 0
    while (feature := tree.features[node]) != LEAF:
        node = node + 1 if row[feature] <= tree.values[node] else _end(tree, node + 1)
    return tree.values[node]


def _end(tree: Tree, node: int) -> int:
    """Where the subtree that starts at a node ends."""
    missing = 1
    while missing:
        missing += 1 if tree.features[node] != LEAF else -1
        node += 1
    return node


def drawn_rows(rows: int, features: int, seed: int, values: int = 65536) -> list[list[int]]:
    """Uniform rows of features."""
    stream = Stream(seed_for("test rows", seed))
    return [stream.draws(features, values) for _ in range(rows)]


def blob_labels(rows: list[list[int]], classes: int, seed: int) -> list[int]:
    """Labels that follow the first features, with one row in eight wrong."""
    stream = Stream(seed_for("test labels", seed))
    return [
        stream.below(classes) if stream.below(8) == 0 else (row[0] + row[-1]) * classes // (2 * 65536) for row in rows
    ]
