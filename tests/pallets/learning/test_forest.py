from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.forest import (
    LEAF,
    MAX_DEPTH,
    Forest,
    ForestError,
    ForestKind,
    ForestParameters,
    Tree,
    merge,
    tree_ranges,
    without,
)
from tests.pallets.learning.forests import forests, trees

LEAF_TREE = Tree(bytes([LEAF]), (0,))
STUMP = Tree(bytes([1, LEAF, LEAF]), (500, 0, 1))


def classifier(*grown: Tree) -> Forest:
    return Forest(ForestKind.CLASSIFIER, 2, 2, 0, grown)


client_forests = st.lists(trees(ForestKind.CLASSIFIER, 2, 2), max_size=4).map(lambda grown: classifier(*grown))


def test_depth_and_cost_count_comparisons() -> None:
    deeper = Tree(bytes([0, LEAF, 1, LEAF, LEAF]), (7, 0, 8, 1, 0))
    assert (LEAF_TREE.depth, STUMP.depth, deeper.depth) == (0, 1, 2)
    forest = classifier(LEAF_TREE, STUMP, deeper)
    assert forest.cost_bound == 3
    assert forest.nodes == 9


@pytest.mark.parametrize(
    ("features", "values", "message"),
    [
        (b"", (), "the tree ends where 1 nodes are missing"),
        (bytes([0, LEAF]), (1, 0), "the tree ends where 1 nodes are missing"),
        (bytes([LEAF, LEAF]), (1, 0), "the tree is complete before node 1"),
        (bytes([LEAF]), (1, 0), "1 features for 2 values"),
        (bytes([0] * 65), (1,) * 65, f"node {MAX_DEPTH} makes the tree deeper than {MAX_DEPTH}"),
    ],
)
def test_nodes_that_are_no_tree_are_refused(features: bytes, values: tuple[int, ...], message: str) -> None:
    with pytest.raises(ForestError, match=message):
        Tree(features, values)


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (Tree(bytes([2, LEAF, LEAF]), (5, 0, 1)), "tree 0 compares feature 2 of 2"),
        (Tree(bytes([0, LEAF, LEAF]), (65536, 0, 1)), r"tree 0 has a threshold outside 0\.\.65535"),
        (Tree(bytes([0, LEAF, LEAF]), (-1, 0, 1)), r"tree 0 has a threshold outside 0\.\.65535"),
        (Tree(bytes([LEAF]), (2,)), r"tree 0 has a leaf outside 0\.\.1"),
    ],
)
def test_trees_that_do_not_fit_their_forest_are_refused(tree: Tree, message: str) -> None:
    with pytest.raises(ForestError, match=message):
        classifier(tree)


@pytest.mark.parametrize(
    ("kind", "features", "classes", "bits"),
    [
        (ForestKind.CLASSIFIER, 0, 2, 0),
        (ForestKind.CLASSIFIER, 256, 2, 0),
        (ForestKind.CLASSIFIER, 1, 0, 0),
        (ForestKind.CLASSIFIER, 1, 257, 0),
        (ForestKind.CLASSIFIER, 1, 2, 1),
        (ForestKind.REGRESSOR, 1, 1, 0),
        (ForestKind.REGRESSOR, 1, 0, 32),
    ],
)
def test_senseless_shapes_are_refused(kind: ForestKind, features: int, classes: int, bits: int) -> None:
    with pytest.raises(ForestError):
        Forest(kind, features, classes, bits, ())


@pytest.mark.parametrize(
    ("name", "value"),
    [("trees", 65536), ("max_depth", 65), ("min_leaf", 0), ("features_per_split", 256), ("classes", 257)],
)
def test_senseless_parameters_are_refused(name: str, value: int) -> None:
    with pytest.raises(ForestError, match=f"{name} is {value}, not "):
        replace(ForestParameters(), **{name: value})


def test_a_node_draws_the_square_root_of_the_features_unless_told() -> None:
    assert ForestParameters().features_drawn(30) == 5
    assert ForestParameters().features_drawn(1) == 1
    assert ForestParameters(features_per_split=7).features_drawn(30) == 7
    assert ForestParameters(features_per_split=7).features_drawn(4) == 4


@given(st.lists(client_forests, min_size=1, max_size=5), st.data())
def test_dropping_a_clients_trees_is_never_having_had_the_client(clients: list[Forest], data: st.DataObject) -> None:
    leaver = data.draw(st.integers(0, len(clients) - 1))
    quotas = [data.draw(st.integers(0, len(forest.trees))) for forest in clients]
    merged = merge(clients, quotas)
    stayed = [client for client in range(len(clients)) if client != leaver]
    never_joined = merge([clients[i] for i in stayed], [quotas[i] for i in stayed]) if stayed else classifier()
    assert without(merged, tree_ranges(quotas)[leaver]) == never_joined


@given(st.lists(client_forests, min_size=1, max_size=4))
def test_merging_keeps_all_trees_in_the_clients_order(clients: list[Forest]) -> None:
    assert merge(clients).trees == tuple(tree for forest in clients for tree in forest.trees)
    assert merge(clients[:1]) == clients[0]
    if len(clients) > 2:
        assert merge([merge(clients[:2]), *clients[2:]]) == merge(clients)


def test_forests_that_do_not_belong_together_are_refused() -> None:
    two, three = classifier(STUMP), Forest(ForestKind.CLASSIFIER, 2, 3, 0, (STUMP,))
    for forests_, quotas, message in (
        ([], None, "no forest to merge"),
        ([two, three], None, "forest 1 has another kind or shape than forest 0"),
        ([two], [2], "forest 0 has 1 trees for a quota of 2"),
        ([two], [-1], "forest 0 has 1 trees for a quota of -1"),
        ([two], [1, 1], "2 quotas for 1 forests"),
    ):
        with pytest.raises(ForestError, match=message):
            merge(forests_, quotas)


@pytest.mark.parametrize("trees_", [range(2), range(-1, 1), range(1, 0), range(0, 1, 2)])
def test_trees_that_are_not_there_cannot_be_dropped(trees_: range) -> None:
    with pytest.raises(ForestError, match="of a forest of 1"):
        without(classifier(STUMP), trees_)


def test_too_many_trees_are_refused() -> None:
    with pytest.raises(ForestError, match="65536 trees, more than 65535"):
        classifier(*[LEAF_TREE] * 65536)


@given(forests())
def test_the_cost_bound_is_the_sum_of_the_depths(forest: Forest) -> None:
    assert forest.cost_bound == sum(tree.depth for tree in forest.trees) <= forest.nodes
