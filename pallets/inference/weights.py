"""What calls of on-chain inference weigh; times are those of this implementation, rounded up.

A prediction weighs what reading the model does, then as many comparisons as the sum of the depths of its trees times
the rows. The caller states all, so that the weight is known before anything is read; the call gives back what the
model did not need, and is refused where it would need more.
"""

from __future__ import annotations

from typing import Final

from chain.primitives import U32
from pallets.frame.weight import Weight, db
from pallets.inference.config import Config
from pallets.inference.types import Bound, Row

COMPARISON: Final = 250_000
"""Picoseconds of one comparison, and of its part of a vote: at most 0.25 µs where nothing is in a cache."""

READ_BYTE: Final = 2_500_000
"""Picoseconds for each byte of a model that is made ready: 0.2 to 2 µs."""

TREE: Final = 12_000_000
"""Picoseconds for each tree that is made ready, and counted for every row though it may be a leaf alone."""

PLACE_BYTE: Final = 4_000_000
"""Picoseconds for each byte of a model that is made ready, and hashed node by node."""

PROOF_BYTE: Final = 1_000_000
"""Picoseconds for each byte of a proof: a node has at least 3 and is hashed in 2 µs."""

PROOF_BYTE_AND_ROW: Final = 50_000
"""Picoseconds for each byte of a proof and each row, which may go through every node."""

COPY_BYTE: Final = 10_000
"""Picoseconds for each byte that is stored as it comes."""

ANSWER: Final = 300_000_000
"""Picoseconds of origin, checks and event, with as many rows as there may be."""


def place_weight(config: Config, artifact: bytes) -> Weight:
    """Of an artifact that comes as a whole."""
    return db(reads=10, writes=7, ref_time=_placing_time(config, len(artifact)))


def chunk_weight(chunk: bytes) -> Weight:
    """Of some of an artifact's bytes."""
    return db(reads=3, writes=2, ref_time=len(chunk) * COPY_BYTE)


def finish_weight(config: Config, size: U32) -> Weight:
    """Of an artifact of this size, in as many chunks as that makes."""
    chunks = chunks_of(config, size)
    return db(reads=10 + chunks, writes=7 + chunks, ref_time=_placing_time(config, size), proof_size=size)


def abandon_weight(config: Config) -> Weight:
    """Of an upload with as many chunks as there may be."""
    chunks = chunks_of(config, config.max_bytes)
    return db(reads=3 + chunks, writes=3 + chunks)


def unplace_weight(config: Config) -> Weight:
    """Of the largest model."""
    return db(reads=5, writes=4, proof_size=config.max_bytes)


def prediction_weight(bound: Bound) -> Weight:
    """Of a model of so many bytes, asked with so many comparisons; the fee is divided among owners later."""
    ref_time = ANSWER + bound.size * READ_BYTE + bound.trees * TREE + bound.comparisons * COMPARISON
    return db(reads=12, writes=6, ref_time=min(ref_time, 2**63), proof_size=bound.size)


def check_weight(rows: list[Row], proof: bytes) -> Weight:
    """Of a proof about so many rows."""
    return db(reads=5, writes=1, ref_time=ANSWER + len(proof) * (PROOF_BYTE + len(rows) * PROOF_BYTE_AND_ROW))


def _placing_time(config: Config, size: U32) -> int:
    """Of so many bytes, with as many trees as they have room for: a tree has 2 at least."""
    return size * PLACE_BYTE + min(size // 2, config.max_trees) * TREE


def chunks_of(config: Config, size: U32) -> int:
    """How many chunks so many bytes come in."""
    return -(-size // config.chunk_bytes)
