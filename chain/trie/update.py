"""One batch of changes: a walk along the sorted keys that makes each changed node once.

Branches on the way to the current key are open: mutable drafts of the next version. When the walk leaves a branch
for good it is closed: encoded, hashed, and handed to its parent as a reference. A closed branch differs from
its forerunner mostly in a few references, so its encoding is a copy with 33 bytes replaced for each.
The walk keeps its own stack, so keys may nest as deep as they like.
"""

from __future__ import annotations

from collections.abc import Mapping

from chain.crypto.hashing import blake2_256
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
        self.children: list[Node | None] = list(branch[2] if branch else _NO_CHILDREN)
        self.entry: Leaf | None = branch[1] if branch else None
        self.reshaped = branch is None
        """Whether its value or the set of its children changed."""

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
    ground = _Draft(b"", 0, b"", None)  # a parent for the root, which is its child 0
    ground.children[0] = top
    drafts = [ground]
    keys = sorted(changes)
    paths = map(to_nibbles, keys)
    next_path = next(paths, b"")
    for key in keys:
        path, next_path = next_path, next(paths, b"")
        while not path.startswith(drafts[-1].path):
            _close(drafts)
        value = changes[key]
        if value is None:
            _delete(drafts, path, key)
        else:
            _put(drafts, path, next_path, (key, value, version == 1 and len(value) > INLINE_LIMIT))
    while len(drafts) > 1:
        _close(drafts)
    return ground.children[0]


def _put(drafts: list[_Draft], path: bytes, next_path: bytes, leaf: Leaf) -> None:
    """Open the branches on the way to the leaf's key, and put it there."""
    draft = drafts[-1]
    is_alone = False
    while True:
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
        if len(child) == 6:
            partial = child[0]
            if path.startswith(partial, below):
                inner = path[: below + len(partial)]
                if not is_alone and not next_path.startswith(inner):
                    is_alone = True
                    replaced = _replaced(child, path, below, leaf)
                    if replaced is not None:
                        draft.put_branch(nibble, *replaced)
                        return
                draft = _Draft(inner, nibble, partial, child)
            else:
                draft = _parted(child, path, below, nibble)
        elif child[0] == leaf[0]:
            draft.put_leaf(nibble, leaf)
            return
        else:
            draft = _parted(child, path, below, nibble)
        drafts.append(draft)


def _replaced(branch: Branch, path: bytes, below: int, leaf: Leaf) -> tuple[Branch, bytes] | None:
    """A subtree in which one leaf has another value, and the reference to it, without drafts.

    None where it takes more than that: a key that is new or ends at a branch, references of changing length.
    """
    way: list[tuple[Branch, int]] = []
    node: Node | None = branch
    while node is not None and len(node) == 6:
        partial, _, children, _, first, _ = node
        if partial:
            if not path.startswith(partial, below):
                return None
            below += len(partial)
        if below == len(path) or not first:
            return None
        nibble = path[below]
        way.append((node, nibble))
        node = children[nibble]
        below += 1
    if node is None or node[0] != leaf[0]:
        return None
    new: Node = leaf
    one = reference(leaf_encoding(leaf, below))
    if len(one) != REFERENCE_LENGTH:
        return None
    for (partial, entry, children, bitmap, first, encoding), nibble in reversed(way):
        start = first + REFERENCE_LENGTH * (bitmap & BELOW[nibble]).bit_count()
        encoding = encoding[:start] + one + encoding[start + REFERENCE_LENGTH :]
        slots = list(children)
        slots[nibble] = new
        branch = new = (partial, entry, tuple(slots), bitmap, first, encoding)
        one = b"\x80" + blake2_256(encoding)
    return branch, one


def _delete(drafts: list[_Draft], path: bytes, key: bytes) -> None:
    """Open the branches on the way to `key`, and remove what is there."""
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
        if len(child) == 3:
            if child[0] == key:
                draft.remove(nibble)
            return
        partial = child[0]
        if not path.startswith(partial, below):
            return
        drafts.append(_Draft(path[: below + len(partial)], nibble, partial, child))


def _parted(child: Node, path: bytes, below: int, nibble: int) -> _Draft:
    """A new branch where `path` parts from the way to `child`, which becomes a child of it."""
    rest = path[below:]
    way = to_nibbles(child[0])[below:] if len(child) == 3 else child[0]
    shared = shared_length(way, rest)
    draft = _Draft(path[: below + shared], nibble, rest[:shared], None)
    if len(child) == 6:
        moved = moved_branch(child, way[shared + 1 :])
        draft.put_branch(way[shared], moved, reference(moved[5]))
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
        branch = _rebuilt(draft)
        parent.put_branch(nibble, branch, reference(branch[5]))
    elif draft.touched or draft.fresh:
        branch = _patched(draft)
        parent.put_branch(nibble, branch, reference(branch[5]))


def _merge(draft: _Draft, parent: _Draft) -> None:
    """Replace a draft by its only child."""
    position, child = next((at, child) for at, child in enumerate(draft.children) if child is not None)
    if len(child) == 6:
        partial = draft.partial + bytes((position,)) + child[0]
        moved = moved_branch(child, partial)
        parent.put_branch(draft.nibble, moved, reference(moved[5]))
    else:
        parent.put_leaf(draft.nibble, child)


def _new_references(draft: _Draft) -> list[tuple[int, bytes]]:
    below = len(draft.path) + 1
    references = draft.fresh
    for nibble in draft.touched:
        child = draft.children[nibble]
        if child is not None and len(child) == 3:
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
    assert draft.branch is not None
    partial, entry, _, bitmap, first, old_encoding = draft.branch
    references = _new_references(draft)
    if not first or any(len(one) != REFERENCE_LENGTH for _, one in references):
        return new_branch(partial, entry, draft.children, references_of(draft.branch) | dict(references))
    encoding = bytearray(old_encoding)
    for nibble, one in references:
        start = first + REFERENCE_LENGTH * (bitmap & BELOW[nibble]).bit_count()
        encoding[start : start + REFERENCE_LENGTH] = one
    return partial, entry, tuple(draft.children), bitmap, first, bytes(encoding)
