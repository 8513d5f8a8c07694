"""A trace: the states that a computation goes through, under one hash that each of its states can be shown against.

    leaf    blake2_256("palletlab/state" ‖ state)          the state after each step
    node    blake2_256(left ‖ right)

The tree is complete: a trace of depth d has 2^d leaves, and where the computation ends earlier, its last state repeats.
So a trace has no length that one could lie about, and its last leaf is how the computation ends. Places count from
the left; a path has the sisters from the leaf's own up to the root's child.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chain.crypto.hashing import blake2_256
from chain.primitives import Hash

DOMAIN: Final = b"palletlab/state"

MAX_DEPTH: Final = 32
"""Four milliards of steps."""


class TraceError(ValueError):
    """A place that the trace has not got, or more states than it has places."""


def leaf_of(state: bytes) -> Hash:
    """What stands for a state."""
    return Hash(blake2_256(DOMAIN + state))


def node_of(nodes: Sequence[bytes]) -> Hash:
    """The node above a power of two of neighbours."""
    level = list(nodes)
    while len(level) > 1:
        level = [blake2_256(left + right) for left, right in zip(level[::2], level[1::2], strict=True)]
    return Hash(level[0])


def root_from(leaf: bytes, place: int, path: Sequence[bytes]) -> Hash:
    """The root of the tree in which a leaf has this place and this path."""
    node = leaf
    for sister in path:
        node = blake2_256(sister + node if place & 1 else node + sister)
        place >>= 1
    return Hash(node)


class Trace:
    """All leaves of one trace, and the nodes above them."""

    def __init__(self, leaves: Sequence[Hash], depth: int) -> None:
        """leaves: at least one, without those that repeat the last; raises TraceError."""
        if not leaves or not 0 <= depth <= MAX_DEPTH or len(leaves) > 1 << depth:
            raise TraceError(f"{len(leaves)} states in a trace of depth {depth}")
        self.depth = depth
        self._levels: list[list[Hash]] = [list(leaves)]
        self._repeated = [leaves[-1]]
        for _ in range(depth):
            below, rest = self._levels[-1], self._repeated[-1]
            if len(below) % 2:
                below = [*below, rest]
            pairs = zip(below[::2], below[1::2], strict=True)
            self._levels.append([Hash(blake2_256(left + right)) for left, right in pairs])
            self._repeated.append(Hash(blake2_256(rest + rest)))

    @property
    def stated(self) -> int:
        """Leaves before the last one repeats."""
        return len(self._levels[0])

    @property
    def root(self) -> Hash:
        """The hash that the trace is committed by."""
        return self.node(self.depth, 0)

    def node(self, height: int, place: int) -> Hash:
        """A node so many levels above the leaves; raises TraceError."""
        if not 0 <= height <= self.depth or not 0 <= place < 1 << (self.depth - height):
            raise TraceError(f"no node {place} at height {height} in a trace of depth {self.depth}")
        level = self._levels[height]
        return level[place] if place < len(level) else self._repeated[height]

    def below(self, height: int, place: int, levels: int) -> tuple[Hash, ...]:
        """The nodes that stand so many levels below a node, from left to right."""
        first = place << levels
        return tuple(self.node(height - levels, first + number) for number in range(1 << levels))

    def path(self, place: int, up_to: int | None = None) -> tuple[Hash, ...]:
        """The path of a leaf up to the node at a height, to the root where none is given."""
        top = self.depth if up_to is None else up_to
        return tuple(self.node(height, place >> height ^ 1) for height in range(top))

    @property
    def last_path(self) -> tuple[Hash, ...]:
        """The path of the last leaf: what shows how the computation ends."""
        return self.path((1 << self.depth) - 1)
