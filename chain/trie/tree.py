"""The trie in memory: leaves and branches that never change once they are made.

A leaf keeps its whole key, so it can move up or down without being touched; its encoding is made when it is
needed. A branch keeps its encoding, because the next version of it is a copy in which some references differ.
"""

from __future__ import annotations

from typing import TypeAlias

from chain.crypto.hashing import blake2_256
from chain.trie.nibbles import packed
from chain.trie.node import (
    BRANCH,
    BRANCH_HASHED,
    BRANCH_WITH_VALUE,
    EMPTY_ROOT,
    LEAF,
    LEAF_HASHED,
    header,
    length_prefix,
)

Leaf: TypeAlias = tuple[bytes, bytes, bool]
"""Key, value, and whether its node holds only the hash of the value."""

Branch: TypeAlias = "tuple[bytes, Leaf | None, tuple[Node | None, ...], int, int, bytes]"
"""A node with children:

    partial   nibbles between the parent's and this branch's own, one in a byte
    entry     the pair whose key ends here
    children  16, by nibble
    bitmap    bit n is set where child n is
    first     where the references begin in the encoding, if all have 33 bytes (a length and a hash); otherwise 0
    encoding  what its hash is the hash of
"""

Node: TypeAlias = "Leaf | Branch"
"""Told apart by their length.

Plain tuples, not objects: they are made five times as fast, and the garbage collector stops looking at a tuple in
which it finds nothing but bytes, numbers and such tuples. A state of a million accounts costs it nothing.
"""

REFERENCE_LENGTH = 33
"""Bytes of a reference by hash: the length, then the hash."""

BELOW = tuple((1 << nibble) - 1 for nibble in range(16))
"""Mask of the children before each nibble."""

_SHORT = 256
_LEAF_HEADERS = tuple(header(LEAF, nibbles) for nibbles in range(_SHORT))
_LEAF_HASHED_HEADERS = tuple(header(LEAF_HASHED, nibbles) for nibbles in range(_SHORT))
_LENGTHS = tuple(length_prefix(length) for length in range(_SHORT))
_BYTES = tuple(bytes((value,)) for value in range(16))


def leaf_encoding(leaf: Leaf, depth: int) -> bytes:
    """Encoding of a leaf whose partial key begins `depth` nibbles into its key."""
    key, value, is_hashed = leaf
    nibbles = 2 * len(key) - depth
    half = depth >> 1
    partial = _BYTES[key[half] & 15] + key[half + 1 :] if depth & 1 else key[half:]
    if is_hashed:
        head = _LEAF_HASHED_HEADERS[nibbles] if nibbles < _SHORT else header(LEAF_HASHED, nibbles)
        return head + partial + blake2_256(value)
    head = _LEAF_HEADERS[nibbles] if nibbles < _SHORT else header(LEAF, nibbles)
    return head + partial + (_LENGTHS[len(value)] if len(value) < _SHORT else length_prefix(len(value))) + value


def new_branch(partial: bytes, entry: Leaf | None, children: list[Node | None], references: dict[int, bytes]) -> Branch:
    """A branch whose encoding is made from nothing; `references` has one for each child."""
    bitmap = sum(1 << nibble for nibble in references)
    parts = [_branch_head(partial, entry), bitmap.to_bytes(2, "little")]
    if entry is not None:
        _, value, is_hashed = entry
        parts.append(blake2_256(value) if is_hashed else length_prefix(len(value)) + value)
    first = sum(map(len, parts))
    in_order = [references[nibble] for nibble in sorted(references)]
    encoding = b"".join(parts + in_order)
    is_regular = len(encoding) == first + REFERENCE_LENGTH * len(in_order)
    return partial, entry, tuple(children), bitmap, first if is_regular else 0, encoding


def moved_branch(branch: Branch, partial: bytes) -> Branch:
    """The same branch under another partial key."""
    old_partial, entry, children, bitmap, first, encoding = branch
    old_head, head = _branch_head(old_partial, entry), _branch_head(partial, entry)
    new_first = first and first + len(head) - len(old_head)
    return partial, entry, children, bitmap, new_first, head + encoding[len(old_head) :]


def _branch_head(partial: bytes, entry: Leaf | None) -> bytes:
    if entry is None:
        kind = BRANCH
    else:
        kind = BRANCH_HASHED if entry[2] else BRANCH_WITH_VALUE
    return header(kind, len(partial)) + packed(partial)


def references_of(branch: Branch) -> dict[int, bytes]:
    """The reference to each child, by nibble, read from the branch's encoding."""
    partial, entry, _, bitmap, first, encoding = branch
    nibbles = [nibble for nibble in range(16) if bitmap >> nibble & 1]
    if first:
        starts = range(first, len(encoding), REFERENCE_LENGTH)
        return {nibble: encoding[at : at + REFERENCE_LENGTH] for nibble, at in zip(nibbles, starts, strict=True)}
    references = {}
    at = len(_branch_head(partial, entry)) + 2
    if entry is not None:
        _, value, is_hashed = entry
        at += 32 if is_hashed else len(length_prefix(len(value))) + len(value)
    for nibble in nibbles:
        end = at + 1 + (encoding[at] >> 2)  # a reference has at most 32 bytes, so its length has one
        references[nibble] = encoding[at:end]
        at = end
    return references


def node_encoding(node: Node, depth: int) -> bytes:
    """Encoding of a node whose partial key begins at `depth` nibbles."""
    return leaf_encoding(node, depth) if len(node) == 3 else node[5]


def root_hash(top: Node | None) -> bytes:
    """The hash that names the trie under this node."""
    return EMPTY_ROOT if top is None else blake2_256(node_encoding(top, 0))
