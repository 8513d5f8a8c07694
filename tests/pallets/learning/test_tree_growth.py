"""A tree depends on its own stream and sample alone, and every node keeps to the parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pallets.learning.binning import Bins, bin_features
from pallets.learning.forest import LEAF, ForestParameters, Tree
from pallets.learning.split_search import Shape, Sides, target_sides
from pallets.learning.stream import Stream
from pallets.learning.training_rows import Integers
from pallets.learning.tree_growth import grow_trees

ROWS = np.array(Stream(b"rows").draws(180, 40), dtype=np.uint16).reshape(60, 3)


@dataclass(frozen=True)
class Sums:
    """Rows that teach whole numbers; a leaf says the sum of its rows."""

    targets: Integers

    @property
    def cells_per_bin(self) -> int:
        return 1

    def sides(self, codes: Integers, nodes: Integers, rows: Integers, shape: Shape) -> Sides:
        return target_sides(codes, nodes, self.targets[rows], shape)

    def are_mixed(self, rows: Integers, starts: Integers) -> NDArray[np.bool_]:
        values = self.targets[rows]
        mixed: NDArray[np.bool_] = np.minimum.reduceat(values, starts) < np.maximum.reduceat(values, starts)
        return mixed

    def leaf_values(self, rows: Integers, starts: Integers) -> Integers:
        sums: Integers = np.add.reduceat(self.targets[rows], starts)
        return sums


TARGETS = ROWS[:, 0].astype(np.int64) + 3 * (ROWS[:, 1].astype(np.int64) > 20)
BINS: Bins = bin_features(ROWS)


def grown(parameters: ForestParameters, samples: Sequence[Sequence[int]], seeds: Sequence[bytes]) -> list[Tree]:
    return grow_trees(BINS, Sums(TARGETS), parameters, [Stream(seed) for seed in seeds], samples)


def leaves_of(tree: Tree, rows: Sequence[int]) -> dict[int, list[int]]:
    """The rows that each leaf has, by its place."""
    found: dict[int, list[int]] = {}
    ends = _ends(tree)
    for row in rows:
        node = 0
        while tree.features[node] != LEAF:
            is_left = ROWS[row, tree.features[node]] <= tree.values[node]
            node = node + 1 if is_left else ends[node + 1]
        found.setdefault(node, []).append(row)
    return found


def _ends(tree: Tree) -> dict[int, int]:
    """Where the subtree of each node ends."""
    ends: dict[int, int] = {}
    for node in reversed(range(len(tree.features))):
        ends[node] = node + 1 if tree.features[node] == LEAF else ends[ends[node + 1]]
    return ends


def depth_of(tree: Tree) -> int:
    waiting, deepest = [0], 0
    for feature in tree.features:
        depth = waiting.pop()
        deepest = max(deepest, depth)
        if feature != LEAF:
            waiting += [depth + 1, depth + 1]
    return deepest


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 59), min_size=1, max_size=60), st.integers(0, 5), st.integers(1, 6), st.integers(1, 3))
def test_nodes_keep_to_depth_and_leaf_size_and_leaves_say_what_their_rows_teach(
    sample: list[int], depth: int, min_leaf: int, features: int
) -> None:
    parameters = ForestParameters(max_depth=depth, min_leaf=min_leaf, features_per_split=features)
    [tree] = grown(parameters, [sample], [b"seed"])
    assert depth_of(tree) <= depth
    leaves = leaves_of(tree, sample)
    assert len(leaves) == tree.features.count(LEAF)
    assert len(leaves) == 1 or min(map(len, leaves.values())) >= min_leaf
    assert {node: tree.values[node] for node in leaves} == {
        node: sum(int(TARGETS[row]) for row in rows) for node, rows in leaves.items()
    }


def test_a_tree_is_the_same_whichever_grow_beside_it() -> None:
    parameters = ForestParameters(max_depth=6, features_per_split=2)
    samples = [list(range(start, 60, 2)) for start in (0, 1)] + [list(range(60))]
    seeds = [b"one", b"two", b"three"]
    together = grown(parameters, samples, seeds)
    alone = [grown(parameters, [sample], [seed])[0] for sample, seed in zip(samples, seeds, strict=True)]
    assert together == alone
    assert grown(parameters, samples[::-1], seeds[::-1]) == alone[::-1]


def test_another_seed_draws_other_features() -> None:
    parameters = ForestParameters(max_depth=6, features_per_split=1)
    trees = [grown(parameters, [range(60)], [bytes([seed])])[0] for seed in range(4)]
    assert len(set(trees)) > 1
    everything = ForestParameters(max_depth=6, features_per_split=3)
    trees = [grown(everything, [range(60)], [bytes([seed])])[0] for seed in range(4)]
    assert len(set(trees)) == 1


@pytest.mark.parametrize("seed", [b"a", b"b", b"c"])
def test_who_finds_nothing_among_the_drawn_features_looks_at_all_of_them(seed: bytes) -> None:
    rows = np.zeros((4, 8), dtype=np.uint16)
    rows[2:, 5] = 9  # the one feature that tells anything
    outcome = Sums(np.array([0, 0, 7, 7], dtype=np.int64))
    parameters = ForestParameters(max_depth=3, features_per_split=1)
    [tree] = grow_trees(bin_features(rows), outcome, parameters, [Stream(seed)], [range(4)])
    assert (tree.features, tree.values) == (bytes([5, LEAF, LEAF]), (4, 0, 14))
