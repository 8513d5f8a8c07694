"""The root of a list: of a block's extrinsics, for example."""

from __future__ import annotations

from collections.abc import Sequence

from chain.trie.node import length_prefix
from chain.trie.trie import Trie


def ordered_root(values: Sequence[bytes], version: int) -> bytes:
    """Root of the trie that holds each value under its index in SCALE's compact form."""
    return Trie.from_items(((length_prefix(index), value) for index, value in enumerate(values)), version).root
