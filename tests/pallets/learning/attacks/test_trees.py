from __future__ import annotations

from pallets.learning.attacks import constant_forest, random_forest, reversed_forest
from pallets.learning.forest_codec import decode_forest, encode_forest
from pallets.learning.prediction import Predictor

ROWS = [(step * 9000 % 65536, step * 31 % 65536, 7 * step) for step in range(40)]


def test_a_random_forest_has_the_right_shape_and_its_seed_alone_decides() -> None:
    forest = random_forest(3, 4, 5, b"seed")
    assert decode_forest(encode_forest(forest)) == forest
    assert (len(forest.trees), forest.features, forest.classes) == (5, 3, 4)
    assert {tree.depth for tree in forest.trees} == {4}
    assert random_forest(3, 4, 5, b"seed") == forest
    assert random_forest(3, 4, 5, b"other") != forest


def test_a_reversed_tree_says_the_opposite_of_every_row() -> None:
    tree = random_forest(3, 4, 1, b"one tree")
    honest, opposite = Predictor(tree), Predictor(reversed_forest(tree))
    assert [opposite.predict(row) for row in ROWS] == [3 - honest.predict(row) for row in ROWS]
    assert reversed_forest(reversed_forest(tree)) == tree


def test_a_constant_forest_says_one_class() -> None:
    assert {Predictor(constant_forest(3, 4, 2, 3)).predict(row) for row in ROWS} == {3}
