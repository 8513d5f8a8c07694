"""Our side of the forest's comparison."""

from __future__ import annotations

import pytest

from benchmarks.bench_forest import after_subtree, check_nodes, class_by_walking, divided, rows
from benchmarks.measure import Run, WorkDiffers
from pallets.learning.forest import LEAF, Forest, ForestKind, Tree

# feature 0 at most 10 → class 1, else feature 1 at most 20 → class 0, else class 1
TREE = Tree(bytes((0, LEAF, 1, LEAF, LEAF)), (10, 1, 20, 0, 1))


def test_walking_follows_the_preorder_records() -> None:
    forest = Forest(ForestKind.CLASSIFIER, 2, 2, 0, (TREE,))
    assert [class_by_walking(forest, row) for row in ((10, 0), (11, 20), (11, 21))] == [1, 0, 1]


def test_a_subtree_ends_where_its_last_leaf_does() -> None:
    assert [after_subtree(TREE, node) for node in range(5)] == [5, 2, 5, 4, 5]


def test_a_table_is_divided_into_the_known_and_the_held_out() -> None:
    known, held_out = divided([True, False, False, True])
    assert (known.tolist(), held_out.tolist()) == ([1, 2], [0, 3])


def test_a_stunted_forest_is_not_compared() -> None:
    forest = Forest(ForestKind.CLASSIFIER, 2, 2, 0, (TREE,))
    check_nodes(forest, 10)
    with pytest.raises(WorkDiffers, match="our forest has 5 nodes, scikit-learn's 11"):
        check_nodes(forest, 11)


def test_the_rows_have_their_figures_without_the_peer(no_peers: str) -> None:
    given = list(rows(Run(lambda _phrase: None, is_quick=True)))
    assert [row.name for row in given] == ["one forest prediction", "forest prediction in a table", "forest training"]
    for row in given:
        assert row.figure > 0
        assert (row.peer_figure, row.note) == (None, no_peers)
