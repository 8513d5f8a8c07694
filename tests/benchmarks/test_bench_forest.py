"""Our side of the forest's comparison."""

from __future__ import annotations

from benchmarks.bench_forest import after_subtree, class_by_walking, rows
from benchmarks.measure import Run
from pallets.learning.forest import LEAF, Forest, ForestKind, Tree

# feature 0 at most 10 → class 1, else feature 1 at most 20 → class 0, else class 1
TREE = Tree(bytes((0, LEAF, 1, LEAF, LEAF)), (10, 1, 20, 0, 1))


def test_walking_follows_the_preorder_records() -> None:
    forest = Forest(ForestKind.CLASSIFIER, 2, 2, 0, (TREE,))
    assert [class_by_walking(forest, row) for row in ((10, 0), (11, 20), (11, 21))] == [1, 0, 1]


def test_a_subtree_ends_where_its_last_leaf_does() -> None:
    assert [after_subtree(TREE, node) for node in range(5)] == [5, 2, 5, 4, 5]


def test_the_row_has_its_figure_without_the_peer(no_peers: str) -> None:
    (row,) = rows(Run(lambda _phrase: None, is_quick=True))
    assert row.figure > 0
    assert (row.peer_figure, row.note) == (None, no_peers)
