"""What dishonest aggregators may agree on in place of what the updates give: the same lie by each of them."""

from __future__ import annotations

from dataclasses import replace

from pallets.learning.decoding import DecodeError
from pallets.learning.fixed_point import INT32_MAX
from pallets.learning.forest import LEAF, Forest, ForestKind, Tree
from pallets.learning.forest_codec import decode_forest, encode_forest
from pallets.learning.linear_model import decode_linear, encode_linear


def falsified(model: bytes) -> bytes:
    """A model of the same shape that says the opposite; of a kind unknown here, other bytes."""
    try:
        linear = decode_linear(model)
        return encode_linear(replace(linear, weights=tuple(-weight for weight in linear.weights)))
    except DecodeError:
        pass
    try:
        return encode_forest(_opposite(decode_forest(model)))
    except DecodeError:
        return model[:-1] + bytes((model[-1] ^ 1,)) if model else b"\0"


def _opposite(forest: Forest) -> Forest:
    """Every leaf says the class opposite, or the value with the other sign."""
    last = forest.classes - 1

    def said(value: int) -> int:
        return last - value if forest.kind is ForestKind.CLASSIFIER else min(-value, INT32_MAX)

    trees = tuple(
        Tree(tree.features, tuple(said(v) if f == LEAF else v for f, v in zip(tree.features, tree.values, strict=True)))
        for tree in forest.trees
    )
    return replace(forest, trees=trees)
