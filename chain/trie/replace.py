"""New values for keys, most of which are there: a block's changes in one walk without drafts.

The walk goes down with a run of sorted keys, divides it among the children of each branch, and comes back with the
new reference of each changed child, which takes the place of 33 bytes in a copy of the branch's encoding. A new key
that comes alone where nothing is, or where one other key is, gets its place on the way. Keys that would change more
than that (deletions, new ones together, ends at a branch, too deep a nesting) are left for `update`; what is to be
deleted and is not there is done with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

from chain.trie.nibbles import shared_length, to_nibbles
from chain.trie.node import reference
from chain.trie.tree import (
    ENCODING,
    ENTRY,
    LAYOUT,
    PARTIAL,
    REFERENCE_LENGTH,
    Branch,
    Leaf,
    Node,
    is_leaf_of_same_key,
    leaf_key,
    leaf_reference,
    new_branch,
    new_leaf,
    references_of,
    with_references,
)

_DEEPEST: Final = 100
"""Branches below each other in which several changed keys lie: Python's own stack carries them."""


def replaced(
    top: Branch, keys: Sequence[bytes], changes: Mapping[bytes, bytes | None], version: int
) -> tuple[Branch, list[bytes]]:
    """The trie under `top` with new values for those of the sorted `keys` that need nothing else; and the others."""
    leaves = [None if (value := changes[key]) is None else new_leaf(key, value, version) for key in keys]
    walk = _Walk([to_nibbles(key) for key in keys], leaves)
    new = walk.run(top, 0, 0, len(keys), 0) if keys else None
    return new or top, [keys[position] for position in walk.left]


class _Walk:
    """One walk over changes in the order of their keys: nibbles, and the new leaf or None where it is deleted."""

    __slots__ = ("_leaves", "_made", "_paths", "left")

    def __init__(self, paths: Sequence[bytes], leaves: Sequence[Leaf | None]) -> None:
        self._paths, self._leaves = paths, leaves
        self.left: list[int] = []
        """Positions of the changes that were not made."""
        # The collector lets go of a tuple once it finds nothing but untracked ones in it. In what only refers to each
        # other it looks at parents first and needs a visit for each level; what an older list holds it takes in order.
        self._made: list[object] = []

    def run(self, branch: Branch, depth: int, first: int, end: int, level: int) -> Branch | None:
        """The branch with the changes from `first` to `end`; None where it stays what it is.

        depth: nibbles before its partial key
        """
        paths, leaves = self._paths, self._leaves
        if level > _DEEPEST:
            self.left.extend(range(first, end))
            return None
        partial, all_end = branch[PARTIAL], end
        if partial:
            all_first = first
            while first < end and not paths[first].startswith(partial, depth):
                first += 1
            while first < end and not paths[end - 1].startswith(partial, depth):
                end -= 1
            self._leave_absent(all_first, first)
            depth += len(partial)
        if first < end and len(paths[first]) == depth:  # its value stands in the branch
            self.left.append(first)
            first += 1
        children: dict[int, Node] = {}
        references: dict[int, bytes] = {}
        grows = False
        while first < end:
            nibble = paths[first][depth]
            following = first + 1
            while following < end and paths[following][depth] == nibble:
                following += 1
            child = branch[nibble]
            if isinstance(child, tuple):
                if following == first + 1:
                    new = self._single(child, depth + 1, first)
                else:
                    new = self.run(child, depth + 1, first, following, level + 1)
                if new is not None:
                    children[nibble], references[nibble] = new, reference(new[ENCODING])
            elif following > first + 1:
                if child is None:
                    self._leave_absent(first, following)
                else:
                    self.left.extend(range(first, following))
            elif child is not None and (leaf := leaves[first]) is not None and is_leaf_of_same_key(child, leaf):
                if leaf != child:
                    children[nibble], references[nibble] = leaf, leaf_reference(leaf, depth + 1)
            else:
                placed = self._placed(child, depth + 1, first)
                if placed is not None:
                    children[nibble], references[nibble] = placed
                    grows = grows or child is None
            first = following
        self._leave_absent(end, all_end)
        if not children:
            return None
        made = (_with_new_children if grows else with_children)(branch, children, references)
        self._made.append(made)
        return made

    def _placed(self, there: Leaf | None, depth: int, position: int) -> tuple[Node, bytes] | None:
        """What takes the place of another key's leaf, or of nothing, and the reference to it; None where nothing."""
        path, leaf = self._paths[position], self._leaves[position]
        if leaf is None:
            if there is not None and to_nibbles(leaf_key(there)) == path:
                self.left.append(position)
            return None  # or it is not there
        if there is None:
            return leaf, leaf_reference(leaf, depth)
        way = to_nibbles(leaf_key(there))
        parting = depth + shared_length(way[depth:], path[depth:])
        if parting in (len(way), len(path)):  # one of the two ends at the branch
            self.left.append(position)
            return None
        made = _branch_of_two(path[depth:parting], (way[parting], there), (path[parting], leaf), parting + 1)
        self._made.append(made)
        return made, reference(made[ENCODING])

    def _leave_absent(self, first: int, end: int) -> None:
        """Leave the changes of keys that are not there; where they are deleted, nothing is to be done."""
        self.left.extend([position for position in range(first, end) if self._leaves[position] is not None])

    def _single(self, branch: Branch, depth: int, position: int) -> Branch | None:
        """As `run`, for one change: whose way down is one branch after the other."""
        path = self._paths[position]
        way: list[Branch] = []
        turns: list[int] = []
        node: Node | None = branch
        while type(node) is tuple:
            partial = node[PARTIAL]
            if partial:
                if not path.startswith(partial, depth):
                    break
                depth += len(partial)
            if depth == len(path):
                break
            nibble = path[depth]
            way.append(node)
            turns.append(nibble)
            node = node[nibble]
            depth += 1
        if isinstance(node, tuple):
            self.left.append(position)
            return None
        leaf = self._leaves[position]
        if node is not None and leaf is not None and is_leaf_of_same_key(node, leaf):
            if node == leaf:
                return None
            new: Node = leaf
            one = leaf_reference(leaf, depth)
        else:
            placed = self._placed(node, depth, position)
            if placed is None:
                return None
            new, one = placed
        while True:
            made = _with_child(way.pop(), turns.pop(), new, one)
            self._made.append(made)
            if not way:
                return made
            new, one = made, reference(made[ENCODING])


def _branch_of_two(partial: bytes, one: tuple[int, Leaf], other: tuple[int, Leaf], depth: int) -> Branch:
    """A branch of two leaves, each with its nibble; `depth` is where their partial keys begin."""
    children: list[Node | None] = [None] * 16
    references: dict[int, bytes] = {}
    for nibble, leaf in (one, other):
        children[nibble], references[nibble] = leaf, leaf_reference(leaf, depth)
    return new_branch(partial, None, children, references)


def _with_child(branch: Branch, nibble: int, child: Node, one: bytes) -> Branch:
    """The branch with another child, `one` being the reference to it, in the place of one."""
    layout = branch[LAYOUT]
    if branch[nibble] is None:
        return _with_new_children(branch, {nibble: child}, {nibble: one})
    if not layout or len(one) != REFERENCE_LENGTH:
        return with_children(branch, {nibble: child}, {nibble: one})
    encoding = branch[ENCODING]
    at = len(encoding) - REFERENCE_LENGTH * layout[nibble]
    slots: list[Node | bytes | None] = list(branch)
    slots[nibble], slots[ENCODING] = child, encoding[:at] + one + encoding[at + REFERENCE_LENGTH :]
    return cast(Branch, tuple(slots))


def _with_new_children(branch: Branch, children: Mapping[int, Node], references: Mapping[int, bytes]) -> Branch:
    """As `with_children`, where some of them stand where there was none."""
    slots: list[Node | None] = list(branch[:PARTIAL])
    for nibble, child in children.items():
        slots[nibble] = child
    every = references_of(branch)
    every.update(references)
    return new_branch(branch[PARTIAL], branch[ENTRY], slots, every)


def with_children(branch: Branch, children: Mapping[int, Node], references: Mapping[int, bytes]) -> Branch:
    """The branch with other children in the place of some, and the references to them."""
    layout = branch[LAYOUT]
    slots: list[Node | bytes | None] = list(branch)
    for nibble, child in children.items():
        slots[nibble] = child
    if not layout or any(len(one) != REFERENCE_LENGTH for one in references.values()):
        return with_references(branch, slots, references)
    encoding = bytearray(branch[ENCODING])
    end = len(encoding)
    for nibble, one in references.items():
        at = end - REFERENCE_LENGTH * layout[nibble]
        encoding[at : at + REFERENCE_LENGTH] = one
    slots[ENCODING] = bytes(encoding)
    return cast(Branch, tuple(slots))
