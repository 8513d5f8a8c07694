"""False aggregates are models of the same shape that say the opposite."""

from __future__ import annotations

from pallets.learning.attacks import falsified
from pallets.learning.fixed_point import INT32_MAX, INT32_MIN
from pallets.learning.forest import LEAF, Forest, ForestKind, Tree
from pallets.learning.forest_codec import decode_forest, encode_forest
from pallets.learning.linear_model import LinearKind, LinearModel, decode_linear, encode_linear


def test_a_false_linear_model_has_every_weight_the_other_way_round() -> None:
    model = LinearModel(LinearKind.CLASSIFIER, 2, 2, (5, -7, 0))
    assert decode_linear(falsified(encode_linear(model))).weights == (-5, 7, 0)


def test_a_false_forest_says_the_class_opposite() -> None:
    forest = Forest(ForestKind.CLASSIFIER, 2, 3, 0, (Tree(bytes([1, LEAF, LEAF]), (9, 0, 1)),))
    assert decode_forest(falsified(encode_forest(forest))).trees[0].values == (9, 2, 1)


def test_a_false_regressor_says_the_value_with_the_other_sign() -> None:
    forest = Forest(ForestKind.REGRESSOR, 2, 0, 16, (Tree(bytes([1, LEAF, LEAF]), (9, 4, INT32_MIN)),))
    assert decode_forest(falsified(encode_forest(forest))).trees[0].values == (9, -4, INT32_MAX)


def test_bytes_of_another_kind_become_other_bytes() -> None:
    assert falsified(b"PLX\x01 something") != b"PLX\x01 something"
    assert falsified(b"") != b""
