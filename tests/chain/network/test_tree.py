"""Which blocks stand on which."""

import pytest

from chain.network.tree import HeaderTree
from tests.chain.network.headers import grown, root


def test_a_block_stands_on_its_ancestors_and_not_on_those_of_others() -> None:
    tree = HeaderTree(root())
    main, side = grown(tree, root(), 3), grown(tree, root(), 2, b"side")
    assert tree.is_on(main[2].hash, main[0].hash)
    assert tree.is_on(main[2].hash, main[2].hash)
    assert tree.is_on(side[1].hash, tree.root)
    assert not tree.is_on(main[0].hash, main[2].hash)
    assert not tree.is_on(side[1].hash, main[0].hash)
    assert [header.number for header in tree.up_to_root(main[2].hash)] == [3, 2, 1, 0]
    assert [header.number for header in tree.up_to_root(main[2].hash, 2)] == [3, 2]


def test_the_highest_block_on_another_is_the_one_seen_first_of_several() -> None:
    tree = HeaderTree(root())
    main = grown(tree, root(), 2)
    first, _ = grown(tree, main[0], 1, b"a")[0], grown(tree, main[0], 1, b"b")
    assert tree.highest_on(main[0].hash) == main[1].hash
    higher = grown(tree, first, 1)[0]
    assert tree.highest_on(tree.root) == higher.hash
    assert tree.highest_on(main[1].hash) == main[1].hash


def test_a_header_without_parent_is_refused() -> None:
    tree, other = HeaderTree(root()), HeaderTree(root())
    one, two = grown(other, root(), 2)
    with pytest.raises(KeyError):
        tree.add(two)
    tree.add(one)
    tree.add(two)
    tree.add(two)
    assert two.hash in tree
