"""The trie in memory: leaves and branches that never change once they are made.

A leaf keeps its whole key, so it can move up or down without being touched; its encoding is made when it is
needed. A branch keeps its encoding, because the next version of it is a copy in which some references differ.

Neither is an object of a class. A leaf is one byte string, a branch one plain tuple, because the garbage collector
stops looking at a tuple in which it finds nothing but byte strings and such tuples: it visits a new branch a few
times and an old one never, where objects would be visited again and again, a million accounts or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, TypeAlias, cast

from chain.crypto.hashing import blake2_256, new_blake2_256
from chain.scale.compact import SHORT_FORMS, encode_compact
from chain.trie.nibbles import packed
from chain.trie.node import (
    BRANCH,
    BRANCH_HASHED,
    BRANCH_WITH_VALUE,
    EMPTY_ROOT,
    INLINE_LIMIT,
    LEAF,
    LEAF_HASHED,
    KeyTooLongError,
    header,
    reference,
)

Leaf: TypeAlias = bytes
"""A pair of the state: form ‖ length of the key, u16 big-endian ‖ key ‖ value."""

Branch: TypeAlias = """tuple[
    Node | None, Node | None, Node | None, Node | None, Node | None, Node | None, Node | None, Node | None,
    Node | None, Node | None, Node | None, Node | None, Node | None, Node | None, Node | None, Node | None,
    bytes, Leaf | None, Any, bytes,
]"""
"""Children by nibble, then:

    partial   the nibbles between its parent's and its own, one in a byte
    entry     the pair whose key ends here
    layout    for each nibble, how far before the end of the encoding its reference begins: tuple[int, ...], which
              is not said, or a type checker would take every child for one
    encoding  what its hash is the hash of
"""

Node: TypeAlias = "Leaf | Branch"

PARTIAL: Final = 16
ENTRY: Final = 17
LAYOUT: Final = 18
ENCODING: Final = 19

REFERENCE_LENGTH: Final = 33
"""Bytes of a reference by hash: the length, then the hash."""

_INLINE, _HASHED, _WITHHELD = b"\0", b"\1", b"\2"
"""Forms of a leaf: whether its node holds the value, or the hash of it; and where only that hash is known."""

HASHES_ONLY: Final = 2
"""Given as the state version of a write: the values are hashes of values that nobody here has."""

_SHORT = 256
_ONE_BYTE = 63
"""Fewer nibbles than this, and the header of a branch without value has one byte."""

_KEY_LENGTHS = tuple(length.to_bytes(2, "big") for length in range(_SHORT))
_LEAF_HEADERS = tuple(header(LEAF, nibbles) for nibbles in range(_SHORT))
_LEAF_HASHED_HEADERS = tuple(header(LEAF_HASHED, nibbles) for nibbles in range(_SHORT))
_NIBBLES = tuple(bytes((value & 15,)) for value in range(256))


def new_leaf(key: bytes, value: bytes, version: int) -> Leaf:
    """The leaf that a write of `value` under this state version makes; raises `KeyTooLongError`."""
    form = _HASHED if version == 1 and len(value) > INLINE_LIMIT else _INLINE if version < HASHES_ONLY else _WITHHELD
    length = len(key)
    if length < _SHORT:
        return form + _KEY_LENGTHS[length] + key + value
    if length > 0xFFFF:
        raise KeyTooLongError(2 * length)
    return form + length.to_bytes(2, "big") + key + value


def leaf_key(leaf: Leaf) -> bytes:
    """The whole key of a leaf."""
    return leaf[3 : 3 + (leaf[1] << 8 | leaf[2])]


def leaf_value(leaf: Leaf) -> bytes:
    """The value of a leaf."""
    return leaf[3 + (leaf[1] << 8 | leaf[2]) :]


def is_leaf_of_same_key(left: Leaf, right: Leaf) -> bool:
    """Whether two leaves have the same key."""
    return left.startswith(right[1 : 3 + (right[1] << 8 | right[2])], 1)


def is_hashed(leaf: Leaf) -> bool:
    """Whether the node of a leaf holds only the hash of its value."""
    return leaf[0] != 0


def leaf_encoding(leaf: Leaf, depth: int) -> bytes:
    """Encoding of a leaf whose partial key begins `depth` nibbles into its key."""
    length = leaf[1] << 8 | leaf[2]
    nibbles = 2 * length - depth
    half = 3 + (depth >> 1)
    end = 3 + length
    partial = _NIBBLES[leaf[half]] + leaf[half + 1 : end] if depth & 1 else leaf[half:end]
    if leaf[0]:
        head = _LEAF_HASHED_HEADERS[nibbles] if nibbles < _SHORT else header(LEAF_HASHED, nibbles)
        return head + partial + (leaf[end:] if leaf[0] == HASHES_ONLY else blake2_256(leaf[end:]))
    value = leaf[end:]
    head = _LEAF_HEADERS[nibbles] if nibbles < _SHORT else header(LEAF, nibbles)
    return head + partial + (SHORT_FORMS[len(value)] if len(value) < _SHORT else encode_compact(len(value))) + value


def leaf_reference(leaf: Leaf, depth: int) -> bytes:
    """How a parent refers to a leaf whose partial key begins `depth` nibbles into its key."""
    if leaf[0] == 1 and (nibbles := 2 * (length := leaf[1] << 8 | leaf[2]) - depth) < _SHORT:
        # `leaf_encoding`, in line: with the hash of a value in it, it has more than 32 bytes
        half, end = 3 + (depth >> 1), 3 + length
        partial = _NIBBLES[leaf[half]] + leaf[half + 1 : end] if depth & 1 else leaf[half:end]
        of_value, of_node = new_blake2_256(), new_blake2_256()
        of_value.update(leaf[end:])
        of_node.update(_LEAF_HASHED_HEADERS[nibbles] + partial + of_value.digest())
        return b"\x80" + of_node.digest()
    return reference(leaf_encoding(leaf, depth))


def new_branch(partial: bytes, entry: Leaf | None, children: list[Node | None], references: dict[int, bytes]) -> Branch:
    """A branch whose encoding is made from nothing; `references` has one for each of the 16 children that is there."""
    bitmap = sum(1 << nibble for nibble in references)
    parts = [_head(partial, entry), bitmap.to_bytes(2, "little"), _value_part(entry)]
    in_order = [references[nibble] for nibble in sorted(references)]
    together = b"".join(in_order)
    is_regular = len(together) == REFERENCE_LENGTH * len(in_order)  # none is longer
    layout = _layout_of_hashes(bitmap) if is_regular else _layout(references)
    return cast(Branch, (*children, partial, entry, layout, b"".join([*parts, together])))


def moved_branch(branch: Branch, partial: bytes) -> Branch:
    """The same branch under another partial key."""
    *children, old_partial, entry, layout, encoding = branch
    rest = encoding[len(_head(old_partial, entry)) :]
    return cast(Branch, (*children, partial, entry, layout, _head(partial, entry) + rest))


def _head(partial: bytes, entry: Leaf | None) -> bytes:
    if entry is None:
        kind = BRANCH
    else:
        kind = BRANCH_HASHED if is_hashed(entry) else BRANCH_WITH_VALUE
    return header(kind, len(partial)) + packed(partial)


def _value_part(entry: Leaf | None) -> bytes:
    if entry is None:
        return b""
    value = leaf_value(entry)
    if is_hashed(entry):
        return value if entry[0] == HASHES_ONLY else blake2_256(value)
    return encode_compact(len(value)) + value


@cache
def _layout_of_hashes(bitmap: int) -> tuple[int, ...]:
    return tuple([REFERENCE_LENGTH * (bitmap >> nibble).bit_count() for nibble in range(16)])


def _layout(references: Mapping[int, bytes]) -> tuple[int, ...]:
    distances, distance = [0] * 16, 0
    for nibble in range(15, -1, -1):
        distance += len(references.get(nibble, b""))
        distances[nibble] = distance
    return tuple(distances)


def references_of(branch: Branch) -> dict[int, bytes]:
    """The reference to each child, by nibble, read from the branch's encoding."""
    encoding, at = branch[ENCODING], _references_at(branch)
    references = {}
    for nibble in range(16):
        if branch[nibble] is not None:
            end = at + 1 + (encoding[at] >> 2)  # a reference has at most 32 bytes, so its length has one
            references[nibble] = encoding[at:end]
            at = end
    return references


def _references_at(branch: Branch) -> int:
    """Where in a branch's encoding the references begin: behind header, partial key, bitmap and value."""
    partial, entry = branch[PARTIAL], branch[ENTRY]
    if entry is None and len(partial) < _ONE_BYTE:
        return 3 + (len(partial) + 1) // 2
    return len(_head(partial, entry)) + 2 + len(_value_part(entry))


def node_encoding(node: Node, depth: int) -> bytes:
    """Encoding of a node whose partial key begins at `depth` nibbles."""
    return leaf_encoding(node, depth) if isinstance(node, bytes) else node[ENCODING]


def root_hash(top: Node | None) -> bytes:
    """The hash that names the trie under this node."""
    return EMPTY_ROOT if top is None else blake2_256(node_encoding(top, 0))
