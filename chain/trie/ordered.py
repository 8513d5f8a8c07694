"""The root of a list: of a block's extrinsics, for example."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import TypeAlias

from chain.crypto.hashing import blake2_256
from chain.scale.compact import SHORT_FORMS, encode_compact
from chain.trie.nibbles import packed, shared_length, to_nibbles
from chain.trie.node import BRANCH, EMPTY_ROOT, INLINE_LIMIT, LEAF, LEAF_HASHED, header, reference

_Leaf: TypeAlias = tuple[int, bytes, bytes]
"""Index of the value; with what its node begins where it holds the value, and where it holds the hash of it."""

_Branch: TypeAlias = "tuple[bytes, list[_Node]]"
"""With what its node begins; its children."""

_Node: TypeAlias = "_Leaf | _Branch"


def ordered_root(values: Sequence[bytes], version: int) -> bytes:
    """Root of the trie that holds each value under its index in SCALE's compact form.

    Needs a third of the time of a `Trie` of the same pairs. No index in this form begins another, so no branch has a
    value.
    """
    return blake2_256(_encoding(_shape(len(values)), values, version)) if values else EMPTY_ROOT


def _encoding(node: _Node, values: Sequence[bytes], version: int) -> bytes:
    if len(node) == 2:
        head, children = node
        return head + b"".join([reference(_encoding(child, values, version)) for child in children])
    index, head, head_of_hashed = node
    value = values[index]
    length = len(value)
    if version and length > INLINE_LIMIT:
        return head_of_hashed + blake2_256(value)
    return head + (SHORT_FORMS[length] if length < 256 else encode_compact(length)) + value


@lru_cache(maxsize=32)
def _shape(count: int) -> _Node:
    """All of the trie but its values, which no other list of the same length has otherwise."""
    return _below(sorted((to_nibbles(encode_compact(index)), index) for index in range(count)), 0)


def _below(entries: Sequence[tuple[bytes, int]], depth: int) -> _Node:
    """The node under which sorted paths lie that are all the same up to `depth`, each with its index."""
    first, index = entries[0]
    if len(entries) == 1:
        partial = first[depth:]
        rest = packed(partial)
        return index, header(LEAF, len(partial)) + rest, header(LEAF_HASHED, len(partial)) + rest
    split = depth + shared_length(first[depth:], entries[-1][0][depth:])
    children = {nibble: list(below) for nibble, below in groupby(entries, lambda entry: entry[0][split])}
    partial, bitmap = first[depth:split], sum(1 << nibble for nibble in children)
    head = header(BRANCH, len(partial)) + packed(partial) + bitmap.to_bytes(2, "little")
    return head, [_below(below, split + 1) for below in children.values()]
