"""The state as an immutable Merkle trie: a root names a whole state, and versions share what they have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from types import MappingProxyType
from typing import Final

from chain.crypto.hashing import blake2_256
from chain.trie.nibbles import to_nibbles
from chain.trie.node import EMPTY, EMPTY_ROOT, INLINE_LIMIT
from chain.trie.tree import (
    ENTRY,
    PARTIAL,
    Leaf,
    Node,
    is_hashed,
    leaf_key,
    leaf_value,
    node_encoding,
    root_hash,
)
from chain.trie.update import updated

_NO_CHILDREN: Final[Mapping[bytes, Trie]] = MappingProxyType({})

_ENTRY_TURN: Final = bytes((ENTRY,))
"""After the last nibble of a path: where a branch holds the key that ends there."""

PREFIX_LENGTH: Final = 32
"""Bytes with which all keys of a storage item begin, twox128(pallet) ‖ twox128(item); the way down to where they part
is remembered."""

_MOST_STARTS: Final = 1_024

_MOST_AT_HAND: Final = 4_096
"""Values that a trie has at hand, and leaves to the next: what blocks read and write again and again."""


class Trie:
    """Keys and values under one root.

    The state version decides how values are written from now on: under version 1 those longer than 32 bytes
    enter their node as a hash. A value that is there already stays as it was written until it is written again.
    """

    __slots__ = ("_at_hand", "_before", "_starts", "_top", "children", "root", "version")

    children: Mapping[bytes, Trie]
    """The tries whose roots are values of this one, by key (`chain.state.child`)."""

    root: bytes
    """32 bytes, Blake2b-256 of the root node's encoding."""

    version: int
    """State version, 0 or 1."""

    def __init__(
        self, top: Node | None, root: bytes, version: int, children: Mapping[bytes, Trie] = _NO_CHILDREN
    ) -> None:
        """Made by `empty`, `from_items` and `updated`."""
        self._top, self.root, self.version, self.children = top, root, version, children
        self._starts: dict[bytes, tuple[Node | None, int] | None] = {}
        """By the first bytes of keys that were asked for: a node on their way, and the nibbles before its partial."""
        self._at_hand: dict[bytes, bytes | None] = {}
        """What some keys hold, so that nobody walks to them."""
        self._before: dict[bytes, bytes | None] = {}
        """What was at hand in the trie that this one was made of: true here of keys that are not at hand."""

    @classmethod
    def empty(cls, version: int = 1) -> Trie:
        """The trie without any key. Raises ValueError for an unknown state version."""
        if version not in (0, 1):
            raise ValueError(f"state version {version}; known are 0 and 1")
        return cls(None, EMPTY_ROOT, version)

    @classmethod
    def from_items(cls, items: Mapping[bytes, bytes] | Iterable[tuple[bytes, bytes]], version: int = 1) -> Trie:
        """The trie of these pairs; of pairs with one key the last counts."""
        return cls.empty(version).updated(dict(items))

    def updated(self, changes: Mapping[bytes, bytes | None]) -> Trie:
        """This trie with all changes made in one pass; None deletes, also where nothing is.

        Raises `KeyTooLongError` where a key leaves its node more than 65,535 nibbles.
        """
        top = updated(self._top, changes, self.version)
        if top is self._top:
            return self
        made = Trie(top, root_hash(top), self.version, self.children)
        if len(changes) <= _MOST_AT_HAND:  # all of them at hand, so that what was before is true of all others
            made._at_hand, made._before = {**changes}, self._at_hand
        # Old states hold nothing. In this order: to a thread that reads, what was before is nothing without what came.
        self._before, self._at_hand = {}, {}
        return made

    def without_prefix(self, prefix: bytes) -> Trie:
        """This trie without the keys that begin with `prefix`."""
        return self.updated(dict.fromkeys(self.keys(prefix)))

    def with_version(self, version: int) -> Trie:
        """The same pairs and root; what is written from now on is written as `version` asks."""
        return Trie(self._top, self.root, Trie.empty(version).version, self.children)

    def with_children(self, children: Mapping[bytes, Trie]) -> Trie:
        """The same pairs and root, with these tries behind the roots among them."""
        return Trie(self._top, self.root, self.version, children)

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, or None."""
        if len(key) > PREFIX_LENGTH:
            prefix = key[:PREFIX_LENGTH]
            node, depth = self._starts.get(prefix) or self._start(prefix)
        else:
            node, depth = self._top, 0
        path = to_nibbles(key[depth >> 1 :]) + _ENTRY_TURN
        depth &= 1
        while type(node) is tuple:
            partial = node[PARTIAL]
            if partial:
                if not path.startswith(partial, depth):
                    return None
                depth += len(partial)
            node = node[path[depth]]
            depth += 1
        if not isinstance(node, bytes) or not node.startswith(key, 3) or node[1] << 8 | node[2] != len(key):
            return None
        return node[3 + len(key) :]

    def recall(self, key: bytes) -> bytes | None:
        """As `get`, for keys that are asked for in one block after the other: a walk takes ten times a look here."""
        at_hand, before = self._at_hand, self._before
        if key in at_hand:
            return at_hand[key]
        found = before[key] if key in before else self.get(key)
        if len(at_hand) < _MOST_AT_HAND:
            at_hand[key] = found
        return found

    def _start(self, prefix: bytes) -> tuple[Node | None, int]:
        """Where the way of all keys with this prefix may begin: no branch above parts them.

        Looked for when they are asked for again: a small block reads most prefixes once.
        """
        if prefix not in self._starts:
            if len(self._starts) >= _MOST_STARTS:
                self._starts.clear()
            self._starts[prefix] = None
            return self._top, 0
        path = to_nibbles(prefix)
        node, depth = self._top, 0
        while type(node) is tuple:
            partial = node[PARTIAL]
            below = depth + len(partial)
            if below >= len(path) or not path.startswith(partial, depth):
                break
            node = node[path[below]]
            depth = below + 1
        found = self._starts[prefix] = node, depth
        return found

    def __contains__(self, key: bytes) -> bool:
        return self.get(key) is not None

    def next_key(self, key: bytes) -> bytes | None:
        """The first key strictly after `key`, or None."""
        return next(self.keys(after=key), None)

    def keys(self, prefix: bytes = b"", after: bytes | None = None) -> Iterator[bytes]:
        """The keys that begin with `prefix` and come strictly after `after`, in order, found as they are asked for."""
        return map(leaf_key, self._under(prefix, after))

    def items(self, prefix: bytes = b"", after: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Keys as `keys` gives them, with their values."""
        return ((leaf_key(leaf), leaf_value(leaf)) for leaf in self._under(prefix, after))

    def has_prefix(self, prefix: bytes) -> bool:
        """Whether a key begins with `prefix`; goes down once, where `keys` prepares for more."""
        path, depth, node = to_nibbles(prefix), 0, self._top
        while isinstance(node, tuple):
            partial = node[PARTIAL]
            if len(partial) >= len(path) - depth:
                return partial.startswith(path[depth:])
            if not path.startswith(partial, depth):
                return False
            depth += len(partial)
            node = node[path[depth]]
            depth += 1
        return node is not None and leaf_key(node).startswith(prefix)

    def leaves(self) -> Iterator[Leaf]:
        """All leaves, in the order of their keys; `tree` tells what is in them."""
        return self._leaves(b"")

    def keys_from(self, start: bytes) -> Iterator[bytes]:
        """All keys from `start` on, itself included, in order."""
        return map(leaf_key, self._leaves(start))

    def _under(self, prefix: bytes, after: bytes | None) -> Iterator[Leaf]:
        leaves = self._leaves(prefix if after is None else max(prefix, after + b"\0"))
        return takewhile(lambda leaf: leaf_key(leaf).startswith(prefix), leaves) if prefix else leaves

    def _leaves(self, start: bytes) -> Iterator[Leaf]:
        pending = self._from(to_nibbles(start), start)
        while pending:
            node = pending.pop()
            if isinstance(node, bytes):
                yield node
            else:
                pending.extend(child for child in node[15::-1] if child is not None)
                entry = node[ENTRY]
                if entry is not None:
                    yield entry

    def _from(self, path: bytes, start: bytes) -> list[Node]:
        """The fewest nodes under which all keys from `start` on lie, the last of them first."""
        later: list[Node] = []
        depth = 0
        node = self._top
        while node is not None:
            if isinstance(node, bytes):
                if leaf_key(node) >= start:
                    later.append(node)
                break
            partial = node[PARTIAL]
            here = path[depth : depth + len(partial)]
            depth += len(here)
            if partial != here or depth == len(path):
                if partial >= here:
                    later.append(node)
                break
            nibble = path[depth]
            later.extend(child for child in node[15:nibble:-1] if child is not None)
            node = node[nibble]
            depth += 1
        return later

    def prove(self, keys: Iterable[bytes], visited: Iterable[bytes] = ()) -> list[bytes]:
        """The node encodings from which anyone who has the root reads the values, or the absence, of these keys.

        Nodes come before what they refer to, each once; a value that its node holds as a hash follows as itself.
        Of `visited` keys the proof shows whether they are there, but not such a value.
        """
        proof: dict[bytes, None] = {}
        with_value = set(keys)
        for key in sorted(with_value.union(visited)):
            if self._top is None:
                return [EMPTY]
            self._prove_key(key, proof, key in with_value)
        return list(proof)

    def _prove_key(self, key: bytes, proof: dict[bytes, None], with_value: bool) -> None:
        path = to_nibbles(key)
        depth = 0
        node = self._top
        while node is not None:
            encoding = node_encoding(node, depth)
            if depth == 0 or len(encoding) >= INLINE_LIMIT:
                proof[encoding] = None
            if isinstance(node, bytes):
                leaf: Leaf | None = node
                break
            partial = node[PARTIAL]
            if not path.startswith(partial, depth):
                return
            depth += len(partial)
            if depth == len(path):
                leaf = node[ENTRY]
                break
            node = node[path[depth]]
            depth += 1
        else:
            return
        if with_value and leaf is not None and is_hashed(leaf) and leaf_key(leaf) == key:
            proof[leaf_value(leaf)] = None

    def closest_merkle_value(self, key: bytes) -> bytes | None:
        """How a parent refers to the topmost node at or below `key`: its hash, or its encoding below 32 bytes."""
        path = to_nibbles(key)
        depth = 0
        node = self._top
        while node is not None:
            if isinstance(node, bytes):
                if not leaf_key(node).startswith(key):
                    return None
                break
            partial = node[PARTIAL]
            if not partial.startswith(path[depth : depth + len(partial)]):
                return None
            if depth + len(partial) >= len(path):
                break
            depth += len(partial)
            node = node[path[depth]]
            depth += 1
        else:
            return None
        encoding = node_encoding(node, depth)
        return blake2_256(encoding) if depth == 0 or len(encoding) >= INLINE_LIMIT else encoding
