"""Node encodings of the base-16 trie, as the Polkadot specification has them.

    ┌ header ─────────────────────────┬ partial key ┬ bitmap ──────┬ value ─────────────┬ children ───────────────┐
    │ kind in the high bits, then the │ nibbles two │ branch only: │ compact length and │ branch only: compact    │
    │ number of nibbles; what does    │ in a byte   │ u16 of the   │ bytes, or 32 bytes │ length, then hash or    │
    │ not fit follows in bytes        │             │ children     │ of its hash        │ encoding below 32 bytes │
    └─────────────────────────────────┴─────────────┴──────────────┴────────────────────┴─────────────────────────┘

A parent refers to a child by its encoding where that is shorter than 32 bytes, else by its Blake2b-256 hash. The
root is always named by its hash. Under state version 1 a value longer than 32 bytes stands in its node as a hash.
Source: Polkadot Protocol Specification, "State storage trie".
"""

from __future__ import annotations

from typing import Final

from chain.crypto.hashing import blake2_256, new_blake2_256
from chain.record import record
from chain.scale.compact import encode_compact, read_compact
from chain.scale.errors import DecodeError
from chain.trie.nibbles import packed, to_nibbles

EMPTY: Final = b"\0"
"""Encoding of the trie that holds nothing."""

EMPTY_ROOT: Final = blake2_256(EMPTY)

MAX_NIBBLES: Final = 0xFFFF
"""Nibbles that a partial key may have (specification: less than 2^16)."""

INLINE_LIMIT: Final = 32
"""A value longer than this is hashed under state version 1; a node of this length or longer is named by its hash."""

LEAF, BRANCH, BRANCH_WITH_VALUE, LEAF_HASHED, BRANCH_HASHED = (0x40, 6), (0x80, 6), (0xC0, 6), (0x20, 5), (0x10, 4)
"""Kinds of nodes: the bits that mark the header, and how many bits are left for the number of nibbles."""


class TrieDecodeError(ValueError):
    """Bytes that are not the encoding of a trie node."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(f"trie node: {reason} at byte {offset}")
        self.reason, self.offset = reason, offset


@record
class HashedValue:
    """A value of which a node holds only the hash."""

    hash: bytes


@record
class Node:
    """One node, taken apart.

    partial: its nibbles, one in a byte
    children: 16 for a branch, each the 32-byte hash or the shorter encoding of a node, or None; empty for a leaf
    A node without value and children is the empty trie.
    """

    partial: bytes = b""
    value: bytes | HashedValue | None = None
    children: tuple[bytes | None, ...] = ()


def encode(node: Node) -> bytes:
    """The encoding of a node."""
    if node.value is None and not node.children:
        return EMPTY
    has_hash = isinstance(node.value, HashedValue)
    if not node.children:
        kind = LEAF_HASHED if has_hash else LEAF
    elif node.value is None:
        kind = BRANCH
    else:
        kind = BRANCH_HASHED if has_hash else BRANCH_WITH_VALUE
    parts = [header(kind, len(node.partial)), packed(node.partial)]
    if node.children:
        bitmap = sum(1 << nibble for nibble, child in enumerate(node.children) if child is not None)
        parts.append(bitmap.to_bytes(2, "little"))
    if isinstance(node.value, HashedValue):
        parts.append(node.value.hash)
    elif node.value is not None:
        parts += [encode_compact(len(node.value)), node.value]
    for child in node.children:
        if child is not None:
            parts += [encode_compact(len(child)), child]
    return b"".join(parts)


def header(kind: tuple[int, int], nibbles: int) -> bytes:
    """First bytes of a node: its kind and the number of nibbles in its partial key."""
    if nibbles > MAX_NIBBLES:
        raise KeyTooLongError(nibbles)
    mark, bits = kind
    capacity = (1 << bits) - 1
    if nibbles < capacity:
        return bytes((mark | nibbles,))
    full, rest = divmod(nibbles - capacity, 255)
    return bytes((mark | capacity,)) + b"\xff" * full + bytes((rest,))


class KeyTooLongError(ValueError):
    """A key whose partial key a node cannot hold."""

    def __init__(self, nibbles: int) -> None:
        super().__init__(f"a partial key of {nibbles} nibbles; a trie node holds at most {MAX_NIBBLES}")


def reference(encoding: bytes) -> bytes:
    """How a parent refers to the node of this encoding, with the length in front."""
    if len(encoding) < INLINE_LIMIT:
        return bytes((len(encoding) << 2,)) + encoding
    state = new_blake2_256()
    state.update(encoding)
    return b"\x80" + state.digest()


def decode(encoding: bytes) -> Node:
    """The node of an encoding; raises `TrieDecodeError` for anything that `encode` would not write."""
    reader = _Reader(encoding)
    kind = _read_kind(reader)
    if kind is None:
        reader.finish()
        return Node()
    partial = _read_partial(reader, kind[1])
    bitmap = 0
    if kind in (BRANCH, BRANCH_WITH_VALUE, BRANCH_HASHED):
        bitmap = int.from_bytes(reader.take(2, "the bitmap of the children"), "little")
        if not bitmap:
            raise TrieDecodeError("a branch without children", reader.offset - 2)
    value: bytes | HashedValue | None = None
    if kind in (LEAF_HASHED, BRANCH_HASHED):
        value = HashedValue(reader.take(32, "the hash of the value"))
    elif kind is not BRANCH:
        value = reader.take(reader.length(), "the value")
    children = tuple(_read_child(reader) if bitmap >> nibble & 1 else None for nibble in range(16)) if bitmap else ()
    reader.finish()
    return Node(partial, value, children)


def _read_kind(reader: _Reader) -> tuple[int, int] | None:
    """The kind in the header, without passing over it; None for the empty node."""
    first = reader.take(1, "the header")[0]
    if first == 0:
        return None
    reader.offset -= 1
    for kind in (BRANCH_WITH_VALUE, BRANCH, LEAF, LEAF_HASHED, BRANCH_HASHED):
        mark, bits = kind
        if first >> bits == mark >> bits:
            return kind
    raise TrieDecodeError(f"header 0x{first:02x} is of no kind", 0)


def _read_partial(reader: _Reader, bits: int) -> bytes:
    capacity = (1 << bits) - 1
    count = reader.take(1, "the header")[0] & capacity
    if count == capacity:
        more = 255
        while more == 255 and count <= MAX_NIBBLES:
            more = reader.take(1, "the number of nibbles")[0]
            count += more
        if count > MAX_NIBBLES:
            raise TrieDecodeError(f"a partial key of more than {MAX_NIBBLES} nibbles", reader.offset - 1)
    nibbles = to_nibbles(reader.take((count + 1) // 2, "the partial key"))
    if count % 2 == 0:
        return nibbles
    if nibbles[0]:
        raise TrieDecodeError("the nibble before an odd partial key is not zero", reader.offset - len(nibbles) // 2)
    return nibbles[1:]


def _read_child(reader: _Reader) -> bytes:
    start = reader.offset
    length = reader.length()
    if not 0 < length <= 32:
        raise TrieDecodeError(f"a reference of {length} bytes to a child", start)
    return reader.take(length, "a child")


class _Reader:
    """Walks over an encoding; every byte that is missing is an error that says what it was for."""

    def __init__(self, data: bytes) -> None:
        self.data, self.offset = data, 0

    def take(self, count: int, what: str) -> bytes:
        end = self.offset + count
        if end > len(self.data):
            raise TrieDecodeError(f"the bytes end within {what}", len(self.data))
        taken = self.data[self.offset : end]
        self.offset = end
        return taken

    def length(self) -> int:
        """A length in SCALE's compact form."""
        try:
            length, self.offset = read_compact(self.data, self.offset)
        except DecodeError as error:
            raise TrieDecodeError(f"no length: {error.reason}", error.offset) from error
        return length

    def finish(self) -> None:
        if self.offset != len(self.data):
            raise TrieDecodeError(f"{len(self.data) - self.offset} bytes too many", self.offset)
