"""Predictions that anyone checks against 32 bytes: a hash tree over a forest's nodes, and proofs that open only paths.

Hashes are BLAKE2b-256, personalised "palletlab.forest":

    leaf            H(0x00 ‖ the leaf's bytes in the canonical encoding)
    internal node   H(0x01 ‖ feature u8 ‖ threshold u16 ‖ hash of the left child ‖ hash of the right child)
    forest          H(0x02 ‖ the 11 bytes of the encoding's header ‖ the trees' roots in their order)

A proof is the header and each tree in preorder with only the nodes that some of the rows reach; what no row reaches is
its hash. So several rows share the nodes near the roots, and equal rows add nothing:

    0x00 ‖ leaf                                           a leaf that is reached
    0x01 ‖ feature u8 ‖ threshold u16                     both children follow
    0x02 ‖ feature u8 ‖ threshold u16 ‖ right's hash      only the left child follows
    0x03 ‖ feature u8 ‖ threshold u16 ‖ left's hash       only the right child follows

One forest and one set of rows have one proof: a node opened for no row is refused like a wrong hash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from struct import Struct

from pallets.learning.fixed_point import divide
from pallets.learning.forest import LEAF, MAX_DEPTH, Forest, ForestKind, Tree, right_children
from pallets.learning.forest_codec import (
    HEADER_BYTES,
    ForestDecodeError,
    ForestHeader,
    decode_header,
    encode_header,
)

HASH_BYTES = 32

_PERSON = b"palletlab.forest"
_NODE = Struct("<BH")
_LEAVES = {ForestKind.CLASSIFIER: Struct("<BB"), ForestKind.REGRESSOR: Struct("<Bi")}
_REACHED, _BOTH, _LEFT, _RIGHT = range(4)

Row = Sequence[int]


class ProofError(ValueError):
    """A proof that does not show what the forest of this root says about these rows."""


class AuthenticatedForest:
    """A forest with the hashes of its nodes, ready to prove its predictions."""

    __slots__ = ("_hashes", "_right", "forest", "root")

    def __init__(self, forest: Forest) -> None:
        self.forest = forest
        self._right = [right_children(tree) for tree in forest.trees]
        self._hashes = [
            _node_hashes(tree, forest.kind, right) for tree, right in zip(forest.trees, self._right, strict=True)
        ]
        self.root = _hash_of_forest(encode_header(forest), [hashes[0] for hashes in self._hashes])
        """32 bytes that stand for the forest."""

    def prove(self, rows: Sequence[Row]) -> bytes:
        """The proof of what the forest says about the rows; raises ProofError where they are not rows of its shape."""
        _check_rows(rows, self.forest.features)
        opened = bytearray(encode_header(self.forest))
        for tree in range(len(self.forest.trees)):
            self._open(tree, rows, opened)
        return bytes(opened)

    def _open(self, number: int, rows: Sequence[Row], opened: bytearray) -> None:
        """Append the nodes of one tree that the rows reach, in preorder."""
        tree, right, hashes = self.forest.trees[number], self._right[number], self._hashes[number]
        pending: list[tuple[int, Sequence[Row]]] = [(0, rows)]
        while pending:
            node, here = pending.pop()
            feature, value = tree.features[node], tree.values[node]
            if feature == LEAF:
                opened.append(_REACHED)
                opened += _LEAVES[self.forest.kind].pack(feature, value)
                continue
            left_rows = [row for row in here if row[feature] <= value]
            right_rows = [row for row in here if row[feature] > value]
            sides = _sides_of(left_rows, right_rows)
            opened.append(sides)
            opened += _NODE.pack(feature, value)
            if sides == _LEFT:
                opened += hashes[right[node]]
            elif sides == _RIGHT:
                opened += hashes[node + 1]
            if right_rows:
                pending.append((right[node], right_rows))
            if left_rows:
                pending.append((node + 1, left_rows))


def verify(root: bytes, rows: Sequence[Row], proof: bytes) -> list[int]:
    """What the forest of `root` says about each row: its class, or its fixed-point value.

    Needs nothing but its arguments; work grows with the bytes of the proof and the paths of the rows.
    Raises ProofError.
    """
    header, leaves = verified_leaves(root, rows, proof)
    if header.kind is ForestKind.REGRESSOR:
        return [divide(sum(reached), max(len(reached), 1)) for reached in leaves]
    said = []
    for reached in leaves:
        votes = [0] * header.classes
        for leaf in reached:
            votes[leaf] += 1
        said.append(votes.index(max(votes)))
    return said


def verified_leaves(root: bytes, rows: Sequence[Row], proof: bytes) -> tuple[ForestHeader, list[list[int]]]:
    """The shape of the forest of `root`, and for each row the leaf that it reaches in each tree; raises ProofError."""
    shown, header, leaves = shown_by(proof, rows)
    if shown != root:
        raise ProofError(f"the proof is of a forest with root {shown.hex()}, not {root.hex()}")
    return header, leaves


def shown_by(proof: bytes, rows: Sequence[Row]) -> tuple[bytes, ForestHeader, list[list[int]]]:
    """The root that a proof leads to, and what it shows of that forest, which only a known root makes true.

    Raises ProofError for bytes that are no proof about these rows.
    """
    try:
        header = decode_header(proof)
    except ForestDecodeError as error:
        raise ProofError(str(error)) from None
    _check_rows(rows, header.features)
    reader = _Reader(proof, rows, header, HEADER_BYTES, [[] for _ in rows])
    everyone = list(range(len(rows)))
    tree_roots = [reader.hash_of_subtree(everyone, 0) for _ in range(header.trees)]
    if reader.offset != len(proof):
        raise ProofError(f"byte {reader.offset}: {len(proof) - reader.offset} bytes after the last tree")
    return _hash_of_forest(proof[:HEADER_BYTES], tree_roots), header, reader.leaves


@dataclass(slots=True)
class _Reader:
    """Reads the opened nodes of a proof, sends the rows along them and hashes what it read."""

    proof: bytes
    rows: Sequence[Row]
    header: ForestHeader
    offset: int
    leaves: list[list[int]]

    def hash_of_subtree(self, here: list[int], depth: int) -> bytes:
        """The hash of the subtree that comes next, which the rows numbered `here` reach; recurses MAX_DEPTH deep."""
        start = self.offset
        sides = self._take(1)[0]
        if sides == _REACHED:
            return self._leaf(here)
        if sides > _RIGHT:
            raise ProofError(f"byte {start}: no node starts with {sides}")
        if depth == MAX_DEPTH:
            raise ProofError(f"byte {start}: deeper than {MAX_DEPTH}")
        node = self._take(_NODE.size)
        feature, threshold = _NODE.unpack(node)
        if feature >= self.header.features:
            raise ProofError(f"byte {start}: feature {feature} of {self.header.features}")
        left_rows = [row for row in here if self.rows[row][feature] <= threshold]
        right_rows = [row for row in here if self.rows[row][feature] > threshold]
        if sides != _sides_of(left_rows, right_rows):
            raise ProofError(f"byte {start}: the rows go to other children than those that are opened")
        left, right = b"", b""
        if sides == _LEFT:
            right = self._take(HASH_BYTES)
        elif sides == _RIGHT:
            left = self._take(HASH_BYTES)
        left = left or self.hash_of_subtree(left_rows, depth + 1)
        right = right or self.hash_of_subtree(right_rows, depth + 1)
        return _hash(b"\x01" + node + left + right)

    def _leaf(self, here: list[int]) -> bytes:
        start, layout = self.offset, _LEAVES[self.header.kind]
        leaf = self._take(layout.size)
        marker, value = layout.unpack(leaf)
        if marker != LEAF:
            raise ProofError(f"byte {start}: a leaf starts with {LEAF}, not {marker}")
        if self.header.kind is ForestKind.CLASSIFIER and value >= self.header.classes:
            raise ProofError(f"byte {start}: class {value} of {self.header.classes}")
        for row in here:
            self.leaves[row].append(value)
        return _hash(b"\x00" + leaf)

    def _take(self, count: int) -> bytes:
        taken = self.proof[self.offset : self.offset + count]
        if len(taken) < count:
            raise ProofError(f"byte {self.offset}: the proof ends within a node")
        self.offset += count
        return taken


def _sides_of(left_rows: Sequence[object], right_rows: Sequence[object]) -> int:
    """How a node that some rows reach is opened."""
    if left_rows and right_rows:
        return _BOTH
    return _LEFT if left_rows else _RIGHT


def _node_hashes(tree: Tree, kind: ForestKind, right: Sequence[int]) -> list[bytes]:
    """The hash of the subtree below each node."""
    hashes = [b""] * len(tree.values)
    layout = _LEAVES[kind]
    for node in range(len(tree.values) - 1, -1, -1):
        feature, value = tree.features[node], tree.values[node]
        if feature == LEAF:
            hashes[node] = _hash(b"\x00" + layout.pack(feature, value))
        else:
            hashes[node] = _hash(b"\x01" + _NODE.pack(feature, value) + hashes[node + 1] + hashes[right[node]])
    return hashes


def _hash_of_forest(header: bytes, tree_roots: Sequence[bytes]) -> bytes:
    return _hash(b"\x02" + header + b"".join(tree_roots))


def _hash(content: bytes) -> bytes:
    return blake2b(content, digest_size=HASH_BYTES, person=_PERSON).digest()


def _check_rows(rows: Sequence[Row], features: int) -> None:
    if not rows:
        raise ProofError("no rows to prove anything about")
    for number, row in enumerate(rows):
        if len(row) != features:
            raise ProofError(f"row {number} has {len(row)} values for {features} features")
