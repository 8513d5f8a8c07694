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
from typing import Final

from chain.record import record
from chain.scale import DecodeError
from chain.trie.node import EMPTY_ROOT, INLINE_LIMIT
from chain.trie.stripped import StrippedTrie, WithheldValueError
from chain.trie.tree import ENTRY, PARTIAL, Branch, Leaf, Node, is_hashed, is_leaf_of_same_key, leaf_key, leaf_value
from chain.trie.trie import Trie

_REMOVED: Final = b"\xff"
_WITHHELD: Final = 2
"""The form of a pair of which only the value's hash is known: no state can be made of it."""

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
        parts = [bytes((self.version,)), _encoded(self.items)]
        for key, items in self.children.items():
            parts += [len(key).to_bytes(4, "little"), key, _encoded(items)]
        return b"".join(parts)

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
    children: dict[bytes, Items] = {}
    if before.children is not after.children:
        for key in sorted({*before.children, *after.children}):
            old, new = before.children.get(key), after.children.get(key)
            if old is not new:
                items = _differing(None if old is None else old._top, None if new is None else new._top)
                if items:
                    children[key] = items
    return Difference(after.version, _differing(before._top, after._top), children)


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
    written: list[Leaf] = []
    old: list[Leaf] = []
    new: list[Leaf] = []
    # nodes at the same depth, and how many nibbles of their partial keys lie above that depth
    pending: list[tuple[Node | None, int, Node | None, int]] = [(before, 0, after, 0)]
    while pending:
        left, left_at, right, right_at = pending.pop()
        if left is right and left_at == right_at:
            continue
        if isinstance(left, tuple) and isinstance(right, tuple):
            if left_at == right_at and left[PARTIAL] == right[PARTIAL]:
                _compare_branches(left, right, pending, written, old, new)
            else:
                _align(left, left_at, right, right_at, pending, old, new)
        elif isinstance(left, bytes) and isinstance(right, bytes) and is_leaf_of_same_key(left, right):
            if left != right:
                written.append(right)
        else:
            _collect(left, old)
            _collect(right, new)
    if old or new:
        there = set(old)
        written += [leaf for leaf in new if leaf not in there]
        kept = {leaf_key(leaf) for leaf in new}
        written += [_REMOVED + leaf[1:3] + leaf_key(leaf) for leaf in old if leaf_key(leaf) not in kept]
    return tuple(written)


def _compare_branches(
    left: Branch,
    right: Branch,
    pending: list[tuple[Node | None, int, Node | None, int]],
    written: list[Leaf],
    old: list[Leaf],
    new: list[Leaf],
) -> None:
    """Branches at one place: their entries, then the children that differ."""
    _compare_entries(left[ENTRY], right[ENTRY], old, new)
    for before, after in zip(left[:PARTIAL], right[:PARTIAL], strict=True):
        if before is after:
            continue
        if isinstance(before, bytes) and isinstance(after, bytes) and is_leaf_of_same_key(before, after):
            if before != after:
                written.append(after)
        else:
            pending.append((before, 0, after, 0))


def _compare_entries(before: Leaf | None, after: Leaf | None, old: list[Leaf], new: list[Leaf]) -> None:
    if before is not after:
        if before is not None:
            old.append(before)
        if after is not None:
            new.append(after)


def _align(
    left: Branch,
    left_at: int,
    right: Branch,
    right_at: int,
    pending: list[tuple[Node | None, int, Node | None, int]],
    old: list[Leaf],
    new: list[Leaf],
) -> None:
    """Branches whose partial keys differ: one of them may lie below the other."""
    left_rest, right_rest = left[PARTIAL][left_at:], right[PARTIAL][right_at:]
    if left_rest == right_rest:
        _compare_entries(left[ENTRY], right[ENTRY], old, new)
        pending += [(left[nibble], 0, right[nibble], 0) for nibble in range(PARTIAL)]
    elif right_rest.startswith(left_rest):
        _compare_entries(left[ENTRY], None, old, new)
        way, below = right_rest[len(left_rest)], right_at + len(left_rest) + 1
        for nibble in range(PARTIAL):
            other: tuple[Node | None, int] = (right, below) if nibble == way else (None, 0)
            pending.append((left[nibble], 0, *other))
    elif left_rest.startswith(right_rest):
        _compare_entries(None, right[ENTRY], old, new)
        way, below = left_rest[len(right_rest)], left_at + len(right_rest) + 1
        for nibble in range(PARTIAL):
            mine: tuple[Node | None, int] = (left, below) if nibble == way else (None, 0)
            pending.append((*mine, right[nibble], 0))
    else:
        _collect(left, old)
        _collect(right, new)


def _collect(node: Node | None, found: list[Leaf]) -> None:
    """All pairs under a node."""
    pending = [] if node is None else [node]
    while pending:
        here = pending.pop()
        if isinstance(here, bytes):
            found.append(here)
            continue
        entry = here[ENTRY]
        if entry is not None:
            found.append(entry)
        for nibble in range(PARTIAL):
            child = here[nibble]
            if child is not None:
                pending.append(child)


def _encoded(items: Items) -> bytes:
    parts: list[bytes] = []
    for item in items:
        parts += (len(item).to_bytes(4, "little"), item)
    joined = b"".join(parts)
    return len(joined).to_bytes(4, "little") + joined


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
