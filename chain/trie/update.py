"""One batch of changes: new values for keys that are there (`replace`), then what changes the shape of the trie.

The second walks along the sorted keys. Branches on the way to the current key are open: mutable drafts of the next
version. When the walk leaves a branch for good it is closed: encoded, hashed, and handed to its parent as a
reference. The walk keeps its own stack, so keys may nest as deep as they like.
"""

from __future__ import annotations

from collections.abc import Mapping

from chain.trie.nibbles import shared_length, to_nibbles
from chain.trie.node import reference
from chain.trie.replace import replaced
from chain.trie.tree import (
    ENCODING,
    ENTRY,
    PARTIAL,
    Branch,
    Leaf,
    Node,
    is_leaf_of_same_key,
    leaf_encoding,
    leaf_key,
    moved_branch,
    new_branch,
    new_leaf,
    references_of,
)


class _Draft:
    """An open branch."""

    __slots__ = ("branch", "children", "entry", "fresh", "nibble", "partial", "path", "reshaped", "touched")

    def __init__(self, path: bytes, nibble: int, partial: bytes, branch: Branch | None) -> None:
        self.path = path
        """The nibbles from the root to its children."""
        self.nibble = nibble
        """Which child of its parent it is."""
        self.partial = partial
        self.branch = branch
        """What it was before; None if it is new."""
        self.children: list[Node | None] = [None] * 16 if branch is None else list(branch[:PARTIAL])
        self.entry: Leaf | None = None if branch is None else branch[ENTRY]
        self.reshaped = branch is None
        """Whether its value or the set of its children changed."""
        self.touched: list[int] = []
        """Children that are new leaves, if they still are leaves when the branch is closed."""
        self.fresh: list[tuple[int, bytes]] = []
        """New references to children that are branches."""

    def put_entry(self, leaf: Leaf | None) -> None:
        if leaf is not self.entry:
            self.entry, self.reshaped = leaf, True

    def put_leaf(self, nibble: int, leaf: Leaf) -> None:
        self.children[nibble] = leaf
        self.touched.append(nibble)

    def put_branch(self, nibble: int, branch: Branch, one: bytes) -> None:
        self.children[nibble] = branch
        self.fresh.append((nibble, one))

    def remove(self, nibble: int) -> None:
        self.children[nibble], self.reshaped = None, True


def updated(top: Node | None, changes: Mapping[bytes, bytes | None], version: int) -> Node | None:
    """The trie under `top` with these values put (or, where None, deleted), written as the state version asks."""
    keys = sorted(changes)
    if isinstance(top, tuple):
        top, keys = replaced(top, keys, changes, version)
    ground = _Draft(b"", 0, b"", None)  # a parent for the root, which is its child 0
    ground.children[0] = top
    drafts = [ground]
    for key in keys:
        path, value = to_nibbles(key), changes[key]
        while not path.startswith(drafts[-1].path):
            _close(drafts)
        if value is None:
            _delete(drafts, path, key)
        else:
            _put(drafts, path, new_leaf(key, value, version))
    while len(drafts) > 1:
        _close(drafts)
    return ground.children[0]


def _put(drafts: list[_Draft], path: bytes, leaf: Leaf) -> None:
    """Open the branches on the way to a key, and put its leaf there."""
    while True:
        draft = drafts[-1]
        depth = len(draft.path)
        if len(drafts) == 1:
            nibble, below = 0, 0
        elif depth == len(path):
            draft.put_entry(leaf)
            return
        else:
            nibble, below = path[depth], depth + 1
        child = draft.children[nibble]
        if child is None:
            draft.put_leaf(nibble, leaf)
            draft.reshaped = True
            return
        if isinstance(child, bytes):
            if is_leaf_of_same_key(child, leaf):
                draft.put_leaf(nibble, leaf)
                return
            drafts.append(_parted(child, path, below, nibble))
        elif path.startswith(child[PARTIAL], below):
            drafts.append(_Draft(path[: below + len(child[PARTIAL])], nibble, child[PARTIAL], child))
        else:
            drafts.append(_parted(child, path, below, nibble))


def _delete(drafts: list[_Draft], path: bytes, key: bytes) -> None:
    """Open the branches on the way to a key, and remove what is there."""
    while True:
        draft = drafts[-1]
        depth = len(draft.path)
        if len(drafts) == 1:
            nibble, below = 0, 0
        elif depth == len(path):
            draft.put_entry(None)
            return
        else:
            nibble, below = path[depth], depth + 1
        child = draft.children[nibble]
        if child is None:
            return
        if isinstance(child, bytes):
            if leaf_key(child) == key:
                draft.remove(nibble)
            return
        partial = child[PARTIAL]
        if not path.startswith(partial, below):
            return
        drafts.append(_Draft(path[: below + len(partial)], nibble, partial, child))


def _parted(child: Node, path: bytes, below: int, nibble: int) -> _Draft:
    """A new branch where `path` parts from the way to `child`, which becomes a child of it."""
    rest = path[below:]
    way = to_nibbles(leaf_key(child))[below:] if isinstance(child, bytes) else child[PARTIAL]
    shared = shared_length(way, rest)
    draft = _Draft(path[: below + shared], nibble, rest[:shared], None)
    if not isinstance(child, bytes):
        moved = moved_branch(child, way[shared + 1 :])
        draft.put_branch(way[shared], moved, reference(moved[ENCODING]))
    elif len(way) == shared:
        draft.entry = child
    else:
        draft.put_leaf(way[shared], child)
    return draft


def _close(drafts: list[_Draft]) -> None:
    """Make the innermost draft a node, and put that into its parent."""
    draft = drafts.pop()
    parent = drafts[-1]
    if draft.reshaped:
        remaining = 16 - draft.children.count(None)
        if remaining == 1 and draft.entry is None:
            _merge(draft, parent)
        elif remaining:
            _put_rebuilt(draft, parent)
        elif draft.entry is not None:
            parent.put_leaf(draft.nibble, draft.entry)
        else:
            parent.remove(draft.nibble)
    elif draft.touched or draft.fresh:
        _put_rebuilt(draft, parent)


def _merge(draft: _Draft, parent: _Draft) -> None:
    """Replace a draft by its only child."""
    position, child = next((at, child) for at, child in enumerate(draft.children) if child is not None)
    if isinstance(child, bytes):
        parent.put_leaf(draft.nibble, child)
    else:
        moved = moved_branch(child, draft.partial + bytes((position,)) + child[PARTIAL])
        parent.put_branch(draft.nibble, moved, reference(moved[ENCODING]))


def _new_references(draft: _Draft) -> list[tuple[int, bytes]]:
    below = len(draft.path) + 1
    references = draft.fresh
    for nibble in draft.touched:
        child = draft.children[nibble]
        if isinstance(child, bytes):
            references.append((nibble, reference(leaf_encoding(child, below))))
    return references


def _put_rebuilt(draft: _Draft, parent: _Draft) -> None:
    """Give the parent the draft's branch, whose encoding is made anew."""
    references = {} if draft.branch is None else references_of(draft.branch)
    references.update(_new_references(draft))
    present = {nibble: references[nibble] for nibble, child in enumerate(draft.children) if child is not None}
    branch = new_branch(draft.partial, draft.entry, draft.children, present)
    parent.put_branch(draft.nibble, branch, reference(branch[ENCODING]))
