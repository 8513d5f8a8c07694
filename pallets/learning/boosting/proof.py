"""Predictions of a boosted model that anyone checks against 32 bytes, on top of those of its trees.

root     BLAKE2b-256, personalised "palletlab.boost", of head ‖ root of the trees, as `forest_proof` makes it
proof    head ‖ proof of the leaves that the rows reach
head     the canonical encoding of the model up to its trees: magic, classes, starts
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from pallets.learning.boosting.model import BoostedModel, said
from pallets.learning.boosting.model_codec import BoostedDecodeError, decode_head, encode_head
from pallets.learning.fixed_point import TARGET_FRACTIONAL_BITS
from pallets.learning.forest import ForestKind
from pallets.learning.forest_proof import HASH_BYTES, AuthenticatedForest, ProofError, Row, shown_by

_PERSON = b"palletlab.boost"


class AuthenticatedBoosting:
    """A boosted model with the hashes of its nodes, ready to prove its predictions."""

    __slots__ = ("_forest", "model", "root")

    def __init__(self, model: BoostedModel) -> None:
        self.model = model
        self._forest = AuthenticatedForest(model.forest)
        self.root = _root(encode_head(model), self._forest.root)
        """32 bytes that stand for the model."""

    def prove(self, rows: Sequence[Row]) -> bytes:
        """The proof of what the model says about the rows; raises ProofError where they are not rows of its shape."""
        return encode_head(self.model) + self._forest.prove(rows)


def verify_boosted(root: bytes, rows: Sequence[Row], proof: bytes) -> list[int]:
    """What the model of `root` says about each row: its class, or its fixed-point value; raises ProofError."""
    try:
        classes, start, size = decode_head(proof)
    except BoostedDecodeError as error:
        raise ProofError(str(error)) from None
    forest_root, header, leaves = shown_by(proof[size:], rows)
    shown = _root(proof[:size], forest_root)
    if shown != root:
        raise ProofError(f"the proof is of a boosted model with root {shown.hex()}, not {root.hex()}")
    columns = len(start)
    if header.kind is not ForestKind.REGRESSOR or header.trees % columns:
        raise ProofError(f"{header.trees} trees of the root are no stages of {columns} columns")
    if classes and header.fractional_bits != TARGET_FRACTIONAL_BITS:
        raise ProofError(f"the root is of log-odds with {header.fractional_bits} fractional bits")
    return [
        said(classes, [begun + sum(reached[column::columns]) for column, begun in enumerate(start)])
        for reached in leaves
    ]


def _root(head: bytes, forest_root: bytes) -> bytes:
    return blake2b(head + forest_root, digest_size=HASH_BYTES, person=_PERSON).digest()
