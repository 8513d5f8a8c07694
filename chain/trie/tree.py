"""The trie in memory: leaves and branches that never change once they are made.

A leaf keeps its whole key, so it can move up or down without being touched; its encoding is made when it is
needed. A branch keeps its encoding, because the next version of it is a copy in which some references differ.
"""

from __future__ import annotations

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
    reference,
)

Leaf = tuple[bytes, bytes, bool]
"""Key, value, and whether its node holds only the hash of the value.

A plain tuple of plain values: made in 30 ns, and the garbage collector stops looking at it.
"""


class Branch:
    """A node with children."""

    __slots__ = ("bitmap", "children", "encoding", "entry", "first", "partial")

    partial: bytes
    """Nibbles between the parent's and this branch's own, one in a byte."""

    entry: Leaf | None
    """The pair whose key ends here."""

    children: tuple[Node | None, ...]
    """16, by nibble."""

    bitmap: int
    """Bit n is set where child n is."""

    first: int
    """Where the references begin in the encoding, if all have 33 bytes (a length and a hash); otherwise 0."""

    encoding: bytes

    def __init__(
        self,
        partial: bytes,
        entry: Leaf | None,
        children: tuple[Node | None, ...],
        bitmap: int,
        first: int,
        encoding: bytes,
    ) -> None:
        self.partial = partial
        self.entry = entry
        self.children = children
        self.bitmap = bitmap
        self.first = first
        self.encoding = encoding


Node = Leaf | Branch

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
    return Branch(partial, entry, tuple(children), bitmap, first if is_regular else 0, encoding)


def moved_branch(branch: Branch, partial: bytes) -> Branch:
    """The same branch under another partial key."""
    old_head, head = _branch_head(branch.partial, branch.entry), _branch_head(partial, branch.entry)
    first = branch.first and branch.first + len(head) - len(old_head)
    encoding = head + branch.encoding[len(old_head) :]
    return Branch(partial, branch.entry, branch.children, branch.bitmap, first, encoding)


def _branch_head(partial: bytes, entry: Leaf | None) -> bytes:
    if entry is None:
        kind = BRANCH
    else:
        kind = BRANCH_HASHED if entry[2] else BRANCH_WITH_VALUE
    return header(kind, len(partial)) + packed(partial)


def references_of(branch: Branch) -> dict[int, bytes]:
    """The reference to each child, by nibble, read from the branch's encoding."""
    encoding, bitmap = branch.encoding, branch.bitmap
    nibbles = [nibble for nibble in range(16) if bitmap >> nibble & 1]
    if branch.first:
        starts = range(branch.first, len(encoding), REFERENCE_LENGTH)
        return {nibble: encoding[at : at + REFERENCE_LENGTH] for nibble, at in zip(nibbles, starts, strict=True)}
    references = {}
    at = len(_branch_head(branch.partial, branch.entry)) + 2
    if branch.entry is not None:
        _, value, is_hashed = branch.entry
        at += 32 if is_hashed else len(length_prefix(len(value))) + len(value)
    for nibble in nibbles:
        end = at + 1 + (encoding[at] >> 2)  # a reference has at most 32 bytes, so its length has one
        references[nibble] = encoding[at:end]
        at = end
    return references


def node_encoding(node: Node, depth: int) -> bytes:
    """Encoding of a node whose partial key begins at `depth` nibbles."""
    return node.encoding if isinstance(node, Branch) else leaf_encoding(node, depth)


def root_hash(top: Node | None) -> bytes:
    """The hash that names the trie under this node."""
    return EMPTY_ROOT if top is None else blake2_256(node_encoding(top, 0))


__all__ = ["BELOW", "REFERENCE_LENGTH", "Branch", "Leaf", "Node", "reference"]
