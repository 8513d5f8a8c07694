"""One batch of changes: a walk along the sorted keys that makes each changed node once.

Branches on the way to the current key are open: mutable drafts of the next version. When the walk leaves a branch
for good it is closed: encoded, hashed, and handed to its parent as a reference. A closed branch differs from
its forerunner mostly in a few references, so its encoding is a copy with 33 bytes replaced for each.
The walk keeps its own stack, so keys may nest as deep as they like.
"""

from __future__ import annotations

from collections.abc import Mapping

from chain.trie.nibbles import shared_length, to_nibbles
from chain.trie.node import INLINE_LIMIT, reference
from chain.trie.tree import (
    BELOW,
    REFERENCE_LENGTH,
    Branch,
    Leaf,
    Node,
    leaf_encoding,
    moved_branch,
    new_branch,
    references_of,
)


_NO_CHILDREN = (None,) * 16


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
        self.touched: list[int] = []
        """Children that are new leaves, if they still are leaves when the branch is closed."""
        self.fresh: list[tuple[int, bytes]] = []
        """New references to children that are branches."""
        self.children: list[Node | None] = list(branch.children if branch else _NO_CHILDREN)
        self.entry: Leaf | None = branch.entry if branch else None
        self.reshaped = branch is None
        """Whether its value or the set of its children changed."""

    def put_entry(self, leaf: Leaf | None) -> None:
        if leaf is not self.entry:
            self.entry, self.reshaped = leaf, True

    def put_leaf(self, nibble: int, leaf: Leaf) -> None:
        self.children[nibble] = leaf
        self.touched.append(nibble)

    def put_branch(self, nibble: int, branch: Branch) -> None:
        self.children[nibble] = branch
        self.fresh.append((nibble, reference(branch.encoding)))

    def remove(self, nibble: int) -> None:
        self.children[nibble], self.reshaped = None, True


def updated(top: Node | None, changes: Mapping[bytes, bytes | None], version: int) -> Node | None:
    """The trie under `top` with these values put (or, where None, deleted), written as the state version asks."""
    ground = _Draft(b"", 0, b"", None)  # a parent for the root, which is its child 0
    ground.children[0] = top
    drafts = [ground]
    for key in sorted(changes):
        path = to_nibbles(key)
        while not path.startswith(drafts[-1].path):
            _close(drafts)
        value = changes[key]
        leaf = None if value is None else (key, value, version == 1 and len(value) > INLINE_LIMIT)
        _apply(drafts, path, key, leaf)
    while len(drafts) > 1:
        _close(drafts)
    return ground.children[0]


def _apply(drafts: list[_Draft], path: bytes, key: bytes, leaf: Leaf | None) -> None:
    """Open the branches on the way to `key` and change what is there."""
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
            if leaf is not None:
                draft.put_leaf(nibble, leaf)
                draft.reshaped = True
            return
        if isinstance(child, Branch):
            if path.startswith(child.partial, below):
                drafts.append(_Draft(path[: below + len(child.partial)], nibble, child.partial, child))
                continue
        elif child[0] == key:
            if leaf is None:
                draft.remove(nibble)
            else:
                draft.put_leaf(nibble, leaf)
            return
        if leaf is None:
            return
        drafts.append(_parted(child, path, below, nibble))


def _parted(child: Node, path: bytes, below: int, nibble: int) -> _Draft:
    """A new branch where `path` parts from the way to `child`, which becomes a child of it."""
    rest = path[below:]
    way = child.partial if isinstance(child, Branch) else to_nibbles(child[0])[below:]
    shared = shared_length(way, rest)
    draft = _Draft(path[: below + shared], nibble, rest[:shared], None)
    if isinstance(child, Branch):
        draft.put_branch(way[shared], moved_branch(child, way[shared + 1 :]))
    elif len(way) == shared:
        draft.entry = child
    else:
        draft.put_leaf(way[shared], child)
    return draft


def _close(drafts: list[_Draft]) -> None:
    """Make the innermost draft a node, and put that into its parent."""
    draft = drafts.pop()
    parent = drafts[-1]
    nibble = draft.nibble
    if draft.reshaped:
        remaining = 16 - draft.children.count(None)
        if remaining == 0:
            if draft.entry is None:
                parent.remove(nibble)
            else:
                parent.put_leaf(nibble, draft.entry)
            return
        if remaining == 1 and draft.entry is None:
            _merge(draft, parent)
            return
        parent.put_branch(nibble, _rebuilt(draft))
    elif draft.touched or draft.fresh:
        parent.put_branch(nibble, _patched(draft))


def _merge(draft: _Draft, parent: _Draft) -> None:
    """Replace a draft by its only child."""
    position, child = next((at, child) for at, child in enumerate(draft.children) if child is not None)
    if isinstance(child, Branch):
        partial = draft.partial + bytes((position,)) + child.partial
        parent.put_branch(draft.nibble, moved_branch(child, partial))
    else:
        parent.put_leaf(draft.nibble, child)


def _new_references(draft: _Draft) -> list[tuple[int, bytes]]:
    below = len(draft.path) + 1
    references = draft.fresh
    for nibble in draft.touched:
        child = draft.children[nibble]
        if child is not None and not isinstance(child, Branch):
            references.append((nibble, reference(leaf_encoding(child, below))))
    return references


def _rebuilt(draft: _Draft) -> Branch:
    """The branch of a draft whose value or set of children changed."""
    references = {} if draft.branch is None else references_of(draft.branch)
    references.update(_new_references(draft))
    present = {nibble: references[nibble] for nibble, child in enumerate(draft.children) if child is not None}
    return new_branch(draft.partial, draft.entry, draft.children, present)


def _patched(draft: _Draft) -> Branch:
    """The branch of a draft of which only references changed."""
    branch, references = draft.branch, _new_references(draft)
    assert branch is not None
    if not branch.first or any(len(one) != REFERENCE_LENGTH for _, one in references):
        return new_branch(draft.partial, draft.entry, draft.children, references_of(branch) | dict(references))
    encoding, first, bitmap = bytearray(branch.encoding), branch.first, branch.bitmap
    for nibble, one in references:
        start = first + REFERENCE_LENGTH * (bitmap & BELOW[nibble]).bit_count()
        encoding[start : start + REFERENCE_LENGTH] = one
    return Branch(branch.partial, branch.entry, tuple(draft.children), bitmap, first, bytes(encoding))
