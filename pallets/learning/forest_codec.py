"""The canonical bytes of a forest, about 2.5 a node; one forest has one encoding.

    "PLF\\x01" ‖ kind u8 ‖ features u8 ‖ classes u16 ‖ fractional bits u8 ‖ trees u16      header, 11 bytes
    feature u8 ‖ threshold u16                                                           internal node
    0xFF ‖ class u8                                                                      leaf of a classifier
    0xFF ‖ value i32                                                                     leaf of a regressor

Integers are little endian, nodes stand in preorder, trees follow each other without lengths.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct

from pallets.learning.decoding import DecodeError, read_header
from pallets.learning.forest import LEAF, MAX_DEPTH, Forest, ForestError, ForestKind, Tree, check_shape

_MAGIC = b"PLF\x01"
_HEADER = Struct("<BBHBH")
HEADER_BYTES = len(_MAGIC) + _HEADER.size
"""Bytes before the first tree."""

_NODE = Struct("<BH")
_CLASS_LEAF = Struct("<BB")
_VALUE_LEAF = Struct("<Bi")
_VALUE = Struct("<i")


class ForestDecodeError(DecodeError):
    """Bytes are no canonical forest."""

    what = "forest encoding"


@dataclass(frozen=True, slots=True)
class ForestHeader:
    """What the first bytes of an encoding say: the forest's shape, and how many trees follow."""

    kind: ForestKind
    features: int
    classes: int
    fractional_bits: int
    trees: int


def encode_forest(forest: Forest) -> bytes:
    """The canonical bytes."""
    return encode_header(forest) + b"".join(encode_tree(tree, forest.kind) for tree in forest.trees)


def encode_header(forest: Forest) -> bytes:
    """The bytes before the first tree."""
    return _MAGIC + _HEADER.pack(
        forest.kind, forest.features, forest.classes, forest.fractional_bits, len(forest.trees)
    )


def encode_tree(tree: Tree, kind: ForestKind) -> bytes:
    """The bytes of one tree, as they stand in its forest."""
    leaf = _CLASS_LEAF if kind is ForestKind.CLASSIFIER else _VALUE_LEAF
    pack_node, pack_leaf = _NODE.pack, leaf.pack
    return b"".join(
        pack_leaf(feature, value) if feature == LEAF else pack_node(feature, value)
        for feature, value in zip(tree.features, tree.values, strict=True)
    )


def decode_forest(data: bytes) -> Forest:
    """The forest of its canonical bytes; work and memory grow with the bytes alone.

    Raises ForestDecodeError for anything but the encoding of a forest, trailing bytes included.
    """
    header = decode_header(data)
    offset = HEADER_BYTES
    decoded = []
    for _ in range(header.trees):
        tree, offset = _decode_tree(data, offset, header)
        decoded.append(tree)
    if offset != len(data):
        raise ForestDecodeError(offset, f"{len(data) - offset} bytes after the last tree")
    return Forest(header.kind, header.features, header.classes, header.fractional_bits, tuple(decoded))


def decode_header(data: bytes) -> ForestHeader:
    """What an encoding starts with; raises ForestDecodeError."""
    kind_number, features, classes, fractional_bits, trees = read_header(data, _HEADER, _MAGIC, ForestDecodeError)
    try:
        kind = ForestKind(kind_number)
    except ValueError:
        raise ForestDecodeError(len(_MAGIC), f"unknown kind {kind_number}") from None
    try:
        check_shape(kind, features, classes, fractional_bits)
    except ForestError as error:
        raise ForestDecodeError(len(_MAGIC), str(error)) from None
    return ForestHeader(kind, features, classes, fractional_bits, trees)


def _decode_tree(data: bytes, offset: int, header: ForestHeader) -> tuple[Tree, int]:
    """The tree that starts at `offset`, and where it ends."""
    features, classes = header.features, header.classes
    is_classifier = header.kind is ForestKind.CLASSIFIER
    leaf_size = _CLASS_LEAF.size if is_classifier else _VALUE_LEAF.size
    end = len(data)
    node_features, values = bytearray(), list[int]()
    pending = [0]  # depths of the nodes that are still to come, the next one last
    while pending:
        depth = pending.pop()
        if offset >= end:
            raise ForestDecodeError(offset, "ends within a tree")
        feature = data[offset]
        size = leaf_size if feature == LEAF else _NODE.size
        if offset + size > end:
            raise ForestDecodeError(offset, "ends within a node")
        if feature != LEAF:
            if feature >= features:
                raise ForestDecodeError(offset, f"feature {feature} of {features}")
            if depth == MAX_DEPTH:
                raise ForestDecodeError(offset, f"deeper than {MAX_DEPTH}")
            pending += (depth + 1, depth + 1)
            values.append(data[offset + 1] | data[offset + 2] << 8)
        elif is_classifier:
            if data[offset + 1] >= classes:
                raise ForestDecodeError(offset + 1, f"class {data[offset + 1]} of {classes}")
            values.append(data[offset + 1])
        else:
            values.append(_VALUE.unpack_from(data, offset + 1)[0])
        node_features.append(feature)
        offset += size
    return Tree(bytes(node_features), tuple(values)), offset
