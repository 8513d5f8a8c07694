"""New values for keys, most of which are there: a block's changes in one walk without drafts.

The walk goes down with a run of sorted keys, divides it among the children of each branch, and comes back with the
new reference of each changed child, which takes the place of 33 bytes in a copy of the branch's encoding. A new key
that comes alone where nothing is, or where one other key is, gets its place on the way. Keys that would change more
than that (deletions, new ones together, ends at a branch, too deep a nesting) are left for `update`; what is to be
deleted and is not there is done with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from chain.trie.nibbles import all_to_nibbles, shared_length, to_nibbles
from chain.trie.node import reference
from chain.trie.tree import (
    ENCODING,
    ENTRY,
    LAYOUT,
    PARTIAL,
    Branch,
    Leaf,
    Node,
    leaf_key,
    leaf_reference,
    new_branch,
    new_leaf,
    references_of,
)

_DEEPEST: Final = 100
"""Branches below each other in which several changed keys lie: Python's own stack carries them."""


def replaced(
    top: Branch, keys: Sequence[bytes], changes: Mapping[bytes, bytes | None], version: int
) -> tuple[Branch, list[bytes]]:
    """The trie under `top` with new values for those of the sorted `keys` that need nothing else; and the others."""
    leaves = [None if (value := changes[key]) is None else new_leaf(key, value, version) for key in keys]
    walk = _Walk(keys, all_to_nibbles(keys), leaves)
    new = walk.run(top, 0, 0, len(keys), 0) if keys else None
    return new or top, [keys[position] for position in walk.left]


class _Walk:
    """One walk over changes in the order of their keys: nibbles, and the new leaf or None where it is deleted."""

    __slots__ = ("_keys", "_leaves", "_made", "_paths", "left")

    def __init__(self, keys: Sequence[bytes], paths: Sequence[bytes], leaves: Sequence[Leaf | None]) -> None:
        self._keys, self._paths, self._leaves = keys, paths, leaves
        self.left: list[int] = []
        """Positions of the changes that were not made."""
        # The collector lets go of a tuple once it finds nothing but untracked ones in it. In what only refers to each
        # other it looks at parents first and needs a visit for each level; what an older list holds it takes in order.
        self._made: list[object] = []

    def run(self, branch: Branch, depth: int, first: int, end: int, level: int) -> Branch | None:
        """The branch with the changes from `first` to `end`; None where it stays what it is.

        depth: nibbles before its partial key
        """
        paths = self._paths
        if level > _DEEPEST:
            self.left.extend(range(first, end))
            return None
        partial = branch[PARTIAL]
        if partial:
            first, end = self._below(partial, depth, first, end)
            depth += len(partial)
        if first < end and len(paths[first]) == depth:  # its value stands in the branch
            self.left.append(first)
            first += 1
        depth += 1
        layout, encoding = branch[LAYOUT], branch[ENCODING]
        slots: list[Any] | None = None
        patched, whole = bytearray(), len(encoding)
        others: dict[int, tuple[Node, bytes]] = {}
        """New children whose references do not just take the place of others as long."""
        while first < end:
            nibble = paths[first][depth - 1]
            following = first + 1
            while following < end and paths[following][depth - 1] == nibble:
                following += 1
            child = branch[nibble]
            found: tuple[Node, bytes] | None
            if following > first + 1:
                found = self._several(child, depth, first, following, level)
            elif isinstance(child, tuple):
                found = self._single(child, depth, first)
            else:
                found = self._leaf_at(child, depth, first)
            if found is not None:
                new, one = found
                at = whole - layout[nibble]
                if child is None or encoding[at] != one[0]:  # one of another length, which its first byte says
                    others[nibble] = found
                else:
                    if slots is None:
                        slots = [*branch]
                        patched = bytearray(encoding)
                    slots[nibble] = new
                    patched[at : at + len(one)] = one
            first = following
        if slots is not None:
            slots[ENCODING] = bytes(patched)
            branch = tuple(slots)
        if others:
            branch = _with_others(branch, others)
        elif slots is None:
            return None
        self._made.append(branch)
        return branch

    def _below(self, partial: bytes, depth: int, first: int, end: int) -> tuple[int, int]:
        """From where and to where keys go on with the partial key; the others are left, if anything is to be done."""
        paths, all_first, all_end = self._paths, first, end
        while first < end and not paths[first].startswith(partial, depth):
            first += 1
        while first < end and not paths[end - 1].startswith(partial, depth):
            end -= 1
        self._leave_absent(all_first, first)
        self._leave_absent(end, all_end)
        return first, end

    def _several(self, child: Node | None, depth: int, first: int, end: int, level: int) -> tuple[Branch, bytes] | None:
        """What takes the place of a child below which several keys are, and the reference to it."""
        if isinstance(child, tuple):
            new = self.run(child, depth, first, end, level + 1)
            return None if new is None else (new, reference(new[ENCODING]))
        if child is None:
            self._leave_absent(first, end)
        else:
            self.left.extend(range(first, end))
        return None

    def _leaf_at(self, there: Leaf | None, depth: int, position: int) -> tuple[Node, bytes] | None:
        """What takes the place of a leaf, or of nothing, and the reference to it; None where nothing changes."""
        leaf, key = self._leaves[position], self._keys[position]
        if leaf is None or there is None or not there.startswith(key, 3) or there[1:3] != leaf[1:3]:
            return self._placed(there, depth, position)
        return None if leaf == there else (leaf, leaf_reference(leaf, depth))

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

    def _single(self, branch: Branch, depth: int, position: int) -> tuple[Branch, bytes] | None:
        """As `_several`, for one change: whose way down is one branch after the other."""
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
        found = self._leaf_at(node, depth, position)
        if found is None:
            return None
        new, one = found
        made = branch
        while way:
            above, nibble = way.pop(), turns.pop()
            encoding = above[ENCODING]
            at = len(encoding) - above[LAYOUT][nibble]
            if above[nibble] is None or encoding[at] != one[0]:
                made = _with_others(above, {nibble: (new, one)})
            else:
                slots: list[Any] = [*above]
                slots[nibble], slots[ENCODING] = new, encoding[:at] + one + encoding[at + len(one) :]
                made = tuple(slots)
            self._made.append(made)
            new, one = made, reference(made[ENCODING])
        return made, one


def _branch_of_two(partial: bytes, one: tuple[int, Leaf], other: tuple[int, Leaf], depth: int) -> Branch:
    """A branch of two leaves, each with its nibble; `depth` is where their partial keys begin."""
    children: list[Node | None] = [None] * 16
    references: dict[int, bytes] = {}
    for nibble, leaf in (one, other):
        children[nibble], references[nibble] = leaf, leaf_reference(leaf, depth)
    return new_branch(partial, None, children, references)


def _with_others(branch: Branch, others: Mapping[int, tuple[Node, bytes]]) -> Branch:
    """The branch with these children and the references to them, whatever stood there; its encoding is made anew."""
    children: list[Node | None] = list(branch[:PARTIAL])
    references = references_of(branch)
    for nibble, (child, one) in others.items():
        children[nibble], references[nibble] = child, one
    return new_branch(branch[PARTIAL], branch[ENTRY], children, references)
