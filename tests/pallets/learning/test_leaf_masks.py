from __future__ import annotations

import pytest

from pallets.learning import leaf_masks
from pallets.learning.forest import LEAF, Forest, ForestKind, Tree
from pallets.learning.leaf_masks import LeafMasks, masks_fit

STUMP = Tree(bytes([0, LEAF, LEAF]), (10, 0, 1))
DEEP = Tree(bytes([0, 1, LEAF, LEAF, 0, LEAF, LEAF]), (10, 7, 0, 1, 20, 1, 0))


def test_masks_are_for_forests_that_are_not_too_large() -> None:
    forest = Forest(ForestKind.CLASSIFIER, 2, 2, 0, (STUMP, DEEP))
    assert masks_fit(forest)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaf_masks, "MASK_BYTES_LIMIT", 1)  # 3 different comparisons × 6 leaves / 8 = 2 bytes
        assert not masks_fit(forest)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaf_masks, "WORK_BYTES_LIMIT", 2)  # 4 comparisons × 6 leaves / 8 = 3 bytes
        assert not masks_fit(forest)


def test_a_value_at_the_threshold_goes_left() -> None:
    masks = LeafMasks(Forest(ForestKind.CLASSIFIER, 2, 2, 0, (STUMP, DEEP)))
    assert [masks.votes(row) for row in ([10, 7], [10, 8], [11, 0], [20, 9], [21, 9])] == [
        [2, 0],
        [1, 1],
        [0, 2],
        [0, 2],
        [1, 1],
    ]


def test_many_trees_of_a_leaf_each_are_counted_one_by_one() -> None:
    leaves = tuple(Tree(bytes([LEAF]), (number % 3,)) for number in range(10_000))
    masks = LeafMasks(Forest(ForestKind.CLASSIFIER, 1, 4, 0, (*leaves, STUMP)))
    assert masks.votes([10]) == [3335, 3333, 3333, 0]
    assert masks.votes([11]) == [3334, 3334, 3333, 0]
