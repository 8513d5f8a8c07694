"""Many trees grown level by level at once, so that numpy works on large arrays.

Each tree has a stream of its own, from which it draws in a fixed order: first, before it comes here, the rows that it
learns from, then, level by level and from left to right, the features of each node that may be split. So a tree does
not depend on which others are grown beside it.

A node is a leaf where its rows agree, where they are fewer than two leaves need, or at the maximal depth. A node
that finds no split among the features drawn looks at all of them, and becomes a leaf where that does not help.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pallets.learning.binning import Bins
from pallets.learning.forest import LEAF, ForestParameters, Tree
from pallets.learning.split_search import Shape, Sides, Splits, best_splits
from pallets.learning.stream import Stream
from pallets.learning.training_rows import Integers

CELLS_AT_ONCE = 2**16
"""Histogram cells in one search: 512 KiB, so that they stay in the cache."""


class Outcome(Protocol):
    """What the rows teach: classes or targets."""

    @property
    def cells_per_bin(self) -> int:
        """Histogram cells that one bin takes."""
        ...

    def sides(self, codes: Integers, nodes: Integers, rows: Integers, shape: Shape) -> Sides:
        """The sides of every split; nodes: the node of each row, counted from zero."""
        ...

    def are_mixed(self, rows: Integers, starts: Integers) -> NDArray[np.bool_]:
        """Whether the rows of each node differ; starts: where each node's rows begin."""
        ...

    def leaf_values(self, rows: Integers, starts: Integers) -> Integers:
        """What each node would say as a leaf."""
        ...


@dataclass(slots=True)
class _Nodes:
    """All nodes of all trees in the order in which they were made; children stand side by side."""

    features: list[int] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """The nodes of one depth that have rows to divide.

    rows: the rows of all nodes, node by node; ends: where each node's rows end
    nodes, streams: their numbers, and the streams of their trees
    """

    rows: Integers
    ends: Integers
    nodes: list[int]
    streams: list[Stream]

    @property
    def sizes(self) -> Integers:
        """Rows in each node."""
        return np.diff(self.ends, prepend=0)

    def only(self, kept: NDArray[np.bool_]) -> _Level:
        """The level without some of its nodes."""
        places = np.flatnonzero(kept).tolist()
        sizes = self.sizes
        rows = self.rows[np.repeat(kept, sizes)]
        ends = np.cumsum(sizes[kept])
        return _Level(rows, ends, [self.nodes[i] for i in places], [self.streams[i] for i in places])


def grow_trees(
    bins: Bins,
    outcome: Outcome,
    parameters: ForestParameters,
    streams: Sequence[Stream],
    samples: Sequence[Sequence[int]],
) -> list[Tree]:
    """One tree for each stream, which learns from the rows of its sample."""
    feature_count = bins.codes.shape[1]
    grown = _Nodes()
    rows = np.concatenate([np.asarray(sample, dtype=np.int64) for sample in samples])
    ends = np.cumsum([len(sample) for sample in samples])
    level = _Level(rows, ends, _new_nodes(grown, rows, ends, outcome), list(streams))
    for _ in range(parameters.max_depth):
        if not level.nodes:
            break
        wide = level.sizes >= 2 * parameters.min_leaf
        level = level.only(wide & outcome.are_mixed(level.rows, level.ends - level.sizes))
        if not level.nodes:
            break
        drawn = _draw_features(level, parameters.features_drawn(feature_count), feature_count)
        level = _divide(level, drawn, bins, outcome, parameters.min_leaf, grown)
    return [_preorder(grown, root) for root in range(len(streams))]


def _new_nodes(grown: _Nodes, rows: Integers, ends: Integers, outcome: Outcome) -> list[int]:
    """Add leaves for consecutive groups of rows; their numbers."""
    starts = ends - np.diff(ends, prepend=0)
    first = len(grown.values)
    values = outcome.leaf_values(rows, starts).tolist()
    grown.values += values
    grown.features += [LEAF] * len(values)
    grown.left += [0] * len(values)
    return list(range(first, first + len(values)))


def _draw_features(level: _Level, count: int, among: int) -> Integers:
    """(nodes, count) features, ascending in each node."""
    if count == among:
        return np.tile(np.arange(among), (len(level.nodes), 1))
    drawn = np.array([stream.choice(count, among) for stream in level.streams], dtype=np.int64)
    drawn.sort(axis=1)
    return drawn


def _divide(level: _Level, drawn: Integers, bins: Bins, outcome: Outcome, min_leaf: int, grown: _Nodes) -> _Level:
    """Split every node that can be; the level of their children."""
    features, left_bin, right_bin = _search(level, drawn, bins, outcome, min_leaf)
    stuck = features < 0
    if stuck.any() and drawn.shape[1] < bins.codes.shape[1]:
        everything = np.tile(np.arange(bins.codes.shape[1]), (int(stuck.sum()), 1))
        found = _search(level.only(stuck), everything, bins, outcome, min_leaf)
        features[stuck], left_bin[stuck], right_bin[stuck] = found
    split = features >= 0
    level = level.only(split)
    if not level.nodes:
        return level
    features, left_bin, right_bin = features[split], left_bin[split], right_bin[split]

    node_of_row = np.repeat(np.arange(len(level.nodes)), level.sizes)
    is_right = bins.codes[level.rows, features[node_of_row]] > left_bin[node_of_row]
    child_of_row = 2 * node_of_row + is_right
    rows = level.rows[np.argsort(child_of_row, kind="stable")]
    ends = np.cumsum(np.bincount(child_of_row, minlength=2 * len(level.nodes)))
    children = _new_nodes(grown, rows, ends, outcome)
    thresholds = (bins.highest[features, left_bin] + bins.lowest[features, right_bin]) // 2
    for place, (node, feature, threshold) in enumerate(
        zip(level.nodes, features.tolist(), thresholds.tolist(), strict=True)
    ):
        grown.features[node], grown.values[node], grown.left[node] = feature, threshold, children[2 * place]
    return _Level(rows, ends, children, [stream for stream in level.streams for _ in range(2)])


def _search(
    level: _Level, drawn: Integers, bins: Bins, outcome: Outcome, min_leaf: int
) -> tuple[Integers, Integers, Integers]:
    """Feature, left bin and right bin of each node's best split; feature -1 where there is none."""
    starts = level.ends - level.sizes
    cells = drawn.shape[1] * bins.width * outcome.cells_per_bin
    step = max(1, CELLS_AT_ONCE // cells)
    found = [
        _search_some(level, starts, drawn, slice(first, first + step), bins, outcome, min_leaf)
        for first in range(0, len(level.nodes), step)
    ]
    which = np.concatenate([splits.drawn for splits in found])
    features = np.where(which < 0, -1, drawn[np.arange(len(which)), which])
    return (
        features,
        np.concatenate([splits.left_bin for splits in found]),
        np.concatenate([splits.right_bin for splits in found]),
    )


def _search_some(
    level: _Level, starts: Integers, drawn: Integers, some: slice, bins: Bins, outcome: Outcome, min_leaf: int
) -> Splits:
    """The best splits of a few consecutive nodes."""
    chosen = drawn[some]
    rows = level.rows[starts[some][0] : level.ends[some][-1]]
    node_of_row = np.repeat(np.arange(len(chosen)), (level.ends - starts)[some])
    codes = bins.codes[rows[:, None], chosen[node_of_row]].astype(np.int64)
    shape = (len(chosen), chosen.shape[1], bins.width)
    return best_splits(outcome.sides(codes, node_of_row, rows, shape), shape, min_leaf)


def _preorder(grown: _Nodes, root: int) -> Tree:
    """The tree below a root."""
    features, values = bytearray(), list[int]()
    pending = [root]
    while pending:
        node = pending.pop()
        feature = grown.features[node]
        features.append(feature)
        values.append(grown.values[node])
        if feature != LEAF:
            left = grown.left[node]
            pending += (left + 1, left)
    return Tree(bytes(features), tuple(values))
