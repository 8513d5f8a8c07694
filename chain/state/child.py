"""Child tries: states inside the state, which holds the root of each under `:child_storage:default:` ‖ name.

    votes = child_of(overlay, b"votes")
    votes.put(b"alice", b"\\1")
    overlay.root()                   # has the root of the child trie in it; of an empty one, nothing

Their changes are taken back with the overlay's transactions. An overlay that opens none pays nothing for them. What
`overlay.get` says of such a key is the root that the child trie had in the base, as in Substrate, where roots are
computed when the block ends. Reads of child tries are not part of a trace or a proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from chain.state.overlay import ClearResult, Overlay
from chain.trie.node import EMPTY_ROOT
from chain.trie.trie import Trie

PREFIX: Final = b":child_storage:"
"""What keys of child tries' roots begin with; nobody may write there directly."""

DEFAULT_PREFIX: Final = PREFIX + b"default:"
"""Of child tries whose nodes are hashed like the state's, the only kind there is."""


def is_child_key(key: bytes) -> bool:
    """Whether the key is of a child trie's root; a direct write of it is refused."""
    return key.startswith(PREFIX)


def reaches_child_keys(prefix: bytes) -> bool:
    """Whether keys of child tries' roots can begin with this prefix; clearing it is refused."""
    return prefix.startswith(PREFIX) if len(prefix) > len(PREFIX) else PREFIX.startswith(prefix)


def child_of(overlay: Overlay, name: bytes) -> ChildTrie:
    """The child trie of this name, empty where there is none yet."""
    opened = overlay.children
    if not isinstance(opened, ChildTries):
        opened = overlay.children = ChildTries(overlay)
    return opened.open(DEFAULT_PREFIX + name)


def state_with_children(state: Trie, children: Mapping[bytes, Mapping[bytes, bytes]]) -> Trie:
    """The state with these child tries, by name, as a raw genesis has them."""
    overlay = Overlay(state)
    for name, pairs in children.items():
        child = child_of(overlay, name)
        for key, value in pairs.items():
            child.put(key, value)
    return overlay.committed()


class ChildTries:
    """The child tries that an overlay has opened."""

    __slots__ = ("_opened", "_overlay")

    def __init__(self, overlay: Overlay) -> None:
        self._overlay = overlay
        self._opened: dict[bytes, ChildTrie] = {}

    def open(self, key: bytes) -> ChildTrie:
        """The child trie whose root stands at `key`."""
        found = self._opened.get(key)
        if found is None:
            found = self._opened[key] = ChildTrie(self._overlay, key)
        return found

    def roots(self) -> dict[bytes, bytes | None]:
        """The roots of the child tries that are not what they were, by key; None of one that is empty now."""
        return {
            key: None if child.root() == EMPTY_ROOT else child.root()
            for key, child in self._opened.items()
            if child.root() != child.first_root
        }

    def joined(self, state: Trie) -> Trie:
        """The state, which has these roots, with the tries behind them."""
        children = dict(state.children)
        for key, child in self._opened.items():
            trie = child.committed()
            if trie.root == EMPTY_ROOT:
                children.pop(key, None)
            else:
                children[key] = trie
        return state.with_children(children)


class ChildTrie:
    """A child trie: an overlay over what it was, which goes back when the overlay that it belongs to does.

    While that one has transactions open, each write here opens one more; the number of them is what `shrink` goes
    back to.
    """

    __slots__ = ("_changes", "_key", "_parent", "first_root")

    first_root: bytes
    """Its root in the base."""

    def __init__(self, parent: Overlay, key: bytes) -> None:
        self._parent, self._key = parent, key
        base = parent.base.children.get(key)
        version = parent.base.version
        self._changes = Overlay(Trie.empty(version) if base is None else base.with_version(version))
        self.first_root = self._changes.base.root

    # Reading

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, or None."""
        return self._changes.get(key)

    def __contains__(self, key: bytes) -> bool:
        return key in self._changes

    def keys(self, prefix: bytes = b"", after: bytes | None = None) -> Iterator[bytes]:
        """The keys that begin with `prefix` and come strictly after `after`, in order."""
        return self._changes.keys(prefix, after)

    def next_key(self, key: bytes) -> bytes | None:
        """The first key strictly after `key`, or None."""
        return self._changes.next_key(key)

    def committed(self) -> Trie:
        """The child trie with all changes."""
        return self._changes.committed()

    def root(self) -> bytes:
        """Root of the child trie with all changes."""
        return self._changes.root()

    # Writing

    def put(self, key: bytes, value: bytes) -> None:
        """Set the value of `key`."""
        self._begin()
        self._changes.put(key, value)

    def delete(self, key: bytes) -> None:
        """Remove `key`; nothing happens where it is absent."""
        self._begin()
        self._changes.delete(key)

    def append(self, key: bytes, item: bytes) -> None:
        """Add an encoded item to the SCALE vector at `key`."""
        self._begin()
        self._changes.append(key, item)

    def clear_prefix(self, prefix: bytes, limit: int | None = None, cursor: bytes | None = None) -> ClearResult:
        """Remove the keys that begin with `prefix`, as `Overlay.clear_prefix` does."""
        self._begin()
        return self._changes.clear_prefix(prefix, limit, cursor)

    def kill(self, limit: int | None = None, cursor: bytes | None = None) -> ClearResult:
        """Remove all keys, of those that were there before the block at most `limit` in this call."""
        return self.clear_prefix(b"", limit, cursor)

    def shrink(self, pieces: int) -> None:
        """Take back all writes since so many were open."""
        while self._changes.depth > pieces:
            self._changes.rollback()

    def _begin(self) -> None:
        self._parent.note(self._key, self, self._changes.depth)
        if self._parent.depth:
            self._changes.begin()
        else:  # what came before is final
            while self._changes.depth:
                self._changes.commit()
