"""What one version of a state has that another has not: the least that leads from the one to the other.

Versions share the nodes that they have in common, so two of them are compared in as many steps as they have nodes
that differ, however large the state is. A written pair stands in a difference as the trie holds it, with the form
that its state version gave it: what is made of a difference has the same root, whatever versions it was written under.

    difference = state version, u8 ‖ part ‖ (u32 length ‖ key of a child trie ‖ part) for each child trie
    part       = u32 bytes of items ‖ (u32 length ‖ item) for each pair written or removed
    item       = form, u8 ‖ u16 big-endian length ‖ key ‖ value; of a removed key the form is 255 and no value follows
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import compress
from operator import is_not
from struct import Struct
from typing import Final

from chain.record import record
from chain.scale import DecodeError
from chain.trie.node import EMPTY_ROOT, INLINE_LIMIT
from chain.trie.stripped import StrippedTrie, WithheldValueError
from chain.trie.tree import (
    ENTRY,
    PARTIAL,
    Branch,
    Leaf,
    Node,
    is_hashed,
    is_leaf_of_same_key,
    leaf_key,
    leaf_value,
    new_leaf,
)
from chain.trie.trie import Trie

_REMOVED: Final = b"\xff"
_WITHHELD: Final = 2
"""The form of a pair of which only the value's hash is known: no state can be made of it."""

_LENGTH: Final = Struct("<I")

_NIBBLES: Final = range(PARTIAL)

_WHAT: Final = "a difference of states"

Items = tuple[bytes, ...]
"""Pairs as the trie holds them, and removed keys."""


@record
class Difference:
    """What leads from one state to another.

    version: of the state that comes out; children: the same for each child trie that differs, by key
    """

    version: int
    items: Items
    children: Mapping[bytes, Items]

    @property
    def encoded(self) -> bytes:
        """The bytes, as the module says."""
        return _joined(self.version, _parts_of(self.items), self.children)

    @classmethod
    def decode(cls, data: bytes) -> Difference:
        """What the whole of `data` says; raises DecodeError."""
        if not data or data[0] > 1:
            raise DecodeError(_WHAT, 0, "no state version")
        items, at = _read_items(data, 1)
        children: dict[bytes, Items] = {}
        while at < len(data):
            key, at = _read_bytes(data, at)
            children[key], at = _read_items(data, at)
        return cls(data[0], items, children)


def difference(before: Trie, after: Trie) -> Difference:
    """What leads from one state to the other."""
    return Difference(after.version, _differing(before._top, after._top), _of_children(before, after))


def written(before: Trie, after: Trie, changes: Mapping[bytes, bytes | None]) -> bytes:
    """The same encoded, where `after` is `before.updated(changes)`, child tries apart: without a walk through nodes."""
    version = before.version
    heads: dict[tuple[int, int], bytes] = {}
    parts: list[bytes] = []
    for key, value in changes.items():
        sizes = (len(key), -1 if value is None else len(value))
        head = heads.get(sizes)
        if head is None:  # few differ: a block's accounts all have as many bytes
            item = _item(key, value, version)
            head = heads[sizes] = _LENGTH.pack(len(item)) + item[:3]
        parts += (head, key) if value is None else (head, key, value)
    return _joined(after.version, parts, _of_children(before, after))


def whole(state: Trie) -> Difference:
    """What leads to a state from nothing; raises WithheldValueError where only the hash of a value is known."""
    if isinstance(state, StrippedTrie) and state.withheld:
        raise WithheldValueError(min(state.withheld))
    return difference(Trie.empty(state.version), state)


def applied(state: Trie, differences: Iterable[Difference]) -> Trie:
    """The state to which these lead, one after the other, from `state`; made in one batch."""
    own: dict[bytes, bytes] = {}
    of_children: dict[bytes, dict[bytes, bytes]] = {}
    version = state.version
    for each in differences:
        version = each.version
        own.update((leaf_key(item), item) for item in each.items)
        for key, items in each.children.items():
            of_children.setdefault(key, {}).update((leaf_key(item), item) for item in items)
    children = dict(state.children)
    for key, latest in of_children.items():
        children[key] = _written(children.get(key, Trie.empty(version)), latest.values())
    made = _written(state, own.values()).with_version(version)
    return made.with_children({key: child for key, child in children.items() if child.root != EMPTY_ROOT})


def _of_children(before: Trie, after: Trie) -> dict[bytes, Items]:
    found: dict[bytes, Items] = {}
    if before.children is not after.children:
        for key in sorted({*before.children, *after.children}):
            old, new = before.children.get(key), after.children.get(key)
            items = _differing(None if old is None else old._top, None if new is None else new._top)
            if items:
                found[key] = items
    return found


def _written(trie: Trie, items: Iterable[bytes]) -> Trie:
    """The trie with these pairs in the forms that they have."""
    changes: dict[bytes, bytes | None] = {}
    inline: dict[bytes, bytes | None] = {}
    for item in items:
        if item[:1] == _REMOVED:
            changes[leaf_key(item)] = None
            continue
        value = leaf_value(item)
        # a long value in its node was written under version 0; short ones are in their node under both
        kept_inline = not is_hashed(item) and len(value) > INLINE_LIMIT
        (inline if kept_inline else changes)[leaf_key(item)] = value
    made = trie.with_version(1).updated(changes)
    return made.with_version(0).updated(inline) if inline else made


def _differing(before: Node | None, after: Node | None) -> Items:
    """The pairs that only `after` has, and the keys that only `before` has."""
    walk = _Walk()
    walk.pairs.append((before, after))
    while walk.pairs or walk.shifted:
        if walk.pairs:
            walk.compare(*walk.pairs.pop())
        else:
            walk.align(*walk.shifted.pop())
    return walk.items()


class _Walk:
    """A walk through two versions at once, along the nodes that differ."""

    __slots__ = ("new", "old", "pairs", "shifted", "written")

    def __init__(self) -> None:
        self.written: list[bytes] = []
        """Pairs that only the second version has, of keys that both have."""
        self.old: list[Leaf] = []
        self.new: list[Leaf] = []
        """Pairs of parts whose shapes differ: some of these may be in both."""
        self.pairs: list[tuple[Node | None, Node | None]] = []
        """Nodes at one place, still to be compared."""
        self.shifted: list[tuple[Branch, int, Branch, int]] = []
        """Branches of which so many nibbles of the partial key lie above the place."""

    def items(self) -> Items:
        """What differs, when the walk is over."""
        if not self.old:
            return (*self.written, *self.new)
        there = set(self.old)
        kept = {leaf_key(leaf) for leaf in self.new}
        removed = [_REMOVED + leaf[1:3] + leaf_key(leaf) for leaf in self.old if leaf_key(leaf) not in kept]
        return (*self.written, *(leaf for leaf in self.new if leaf not in there), *removed)

    def compare(self, left: Node | None, right: Node | None) -> None:
        """Nodes at one place."""
        if left is right:
            return
        if isinstance(left, tuple) and isinstance(right, tuple):
            if left[PARTIAL] != right[PARTIAL]:
                self.align(left, 0, right, 0)
                return
            self._entries(left[ENTRY], right[ENTRY])
            # nearly all that a block changes goes through here: the children that are the same stay in C
            for nibble in compress(_NIBBLES, map(is_not, left, right)):
                before, after = left[nibble], right[nibble]
                if isinstance(before, bytes) and isinstance(after, bytes) and is_leaf_of_same_key(before, after):
                    if before != after:
                        self.written.append(after)
                else:
                    self.pairs.append((before, after))
        elif isinstance(left, bytes) and isinstance(right, bytes) and is_leaf_of_same_key(left, right):
            if left != right:
                self.written.append(right)
        else:
            _collect(left, self.old)
            _collect(right, self.new)

    def align(self, left: Branch, left_at: int, right: Branch, right_at: int) -> None:
        """Branches whose partial keys differ: one of them may lie below the other."""
        left_rest, right_rest = left[PARTIAL][left_at:], right[PARTIAL][right_at:]
        if left_rest == right_rest:
            self._entries(left[ENTRY], right[ENTRY])
            self.pairs += zip(left[:PARTIAL], right[:PARTIAL], strict=True)
        elif right_rest.startswith(left_rest):
            self._entries(left[ENTRY], None)
            for nibble in _NIBBLES:
                if nibble == right_rest[len(left_rest)]:
                    self._below(left[nibble], right, right_at + len(left_rest) + 1)
                else:
                    _collect(left[nibble], self.old)
        elif left_rest.startswith(right_rest):
            self._entries(None, right[ENTRY])
            for nibble in _NIBBLES:
                if nibble == left_rest[len(right_rest)]:
                    self._above(left, left_at + len(right_rest) + 1, right[nibble])
                else:
                    _collect(right[nibble], self.new)
        else:
            _collect(left, self.old)
            _collect(right, self.new)

    def _below(self, left: Node | None, right: Branch, right_at: int) -> None:
        if isinstance(left, tuple):
            self.shifted.append((left, 0, right, right_at))
        else:
            _collect(left, self.old)
            _collect(right, self.new)

    def _above(self, left: Branch, left_at: int, right: Node | None) -> None:
        if isinstance(right, tuple):
            self.shifted.append((left, left_at, right, 0))
        else:
            _collect(left, self.old)
            _collect(right, self.new)

    def _entries(self, before: Leaf | None, after: Leaf | None) -> None:
        if before is not after:
            self.old += () if before is None else (before,)
            self.new += () if after is None else (after,)


def _collect(node: Node | None, found: list[Leaf]) -> None:
    """All pairs under a node."""
    if isinstance(node, bytes):
        found.append(node)
    pending = [node] if isinstance(node, tuple) else []
    while pending:
        here = pending.pop()
        entry = here[ENTRY]
        if entry is not None:
            found.append(entry)
        for child in here[:PARTIAL]:
            if type(child) is bytes:
                found.append(child)
            elif isinstance(child, tuple):
                pending.append(child)


def _item(key: bytes, value: bytes | None, version: int) -> bytes:
    return _REMOVED + len(key).to_bytes(2, "big") + key if value is None else new_leaf(key, value, version)


def _joined(version: int, items: list[bytes], children: Mapping[bytes, Items]) -> bytes:
    """A whole difference; its pairs are in parts, so that many of them are copied once."""
    parts = [bytes((version,)), _size_of(items), *items]
    for key, of_child in children.items():
        items = _parts_of(of_child)
        parts += [_LENGTH.pack(len(key)), key, _size_of(items), *items]
    return b"".join(parts)


def _parts_of(items: Items) -> list[bytes]:
    parts = [b""] * (2 * len(items))
    parts[::2] = map(_LENGTH.pack, map(len, items))
    parts[1::2] = items
    return parts


def _size_of(parts: Iterable[bytes]) -> bytes:
    return _LENGTH.pack(sum(map(len, parts)))


def _read_items(data: bytes, at: int) -> tuple[Items, int]:
    part, end = _read_bytes(data, at)
    items: list[bytes] = []
    inside = 0
    while inside < len(part):
        item, inside = _read_bytes(part, inside)
        if len(item) < 3 or len(item) < 3 + (item[1] << 8 | item[2]) or item[0] == _WITHHELD:
            raise DecodeError(_WHAT, at, "a pair without its key or value")
        items.append(item)
    return tuple(items), end


def _read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    start = at + 4
    end = start + int.from_bytes(data[at:start], "little")
    if start > len(data) or end > len(data):
        raise DecodeError(_WHAT, at, "it ends too early")
    return data[start:end], end
