"""Memory that a state knows by one hash: numbered slots under a tree, each read and written by its path.

slot    blake2_256("palletlab/slot" ‖ value)          a value of nothing where nothing was written
node    blake2_256(left ‖ right)
"""

from __future__ import annotations

from typing import Annotated, Final

from chain.crypto.hashing import blake2_256
from chain.primitives import Hash, MaxLen
from chain.record import record
from pallets.disputes.steps import StepRefused
from pallets.disputes.trace import MAX_DEPTH, root_from

DOMAIN: Final = b"palletlab/slot"

MAX_VALUE: Final = 512
"""Bytes of one slot: multiplicities of 128 rows in twice as many bytes, or 64 conditions of three bytes each."""


@record
class Access:
    """A slot as it is. value: what is in it; path: up to the root"""

    value: Annotated[bytes, MaxLen(MAX_VALUE)]
    path: Annotated[tuple[Hash, ...], MaxLen(MAX_DEPTH)]


def slot_of(value: bytes) -> Hash:
    """What stands for a value."""
    return Hash(blake2_256(DOMAIN + value))


def empty_roots(depth: int) -> list[Hash]:
    """The node over nothing at each height, up to the root of so deep a memory."""
    roots = [slot_of(b"")]
    for _ in range(depth):
        roots.append(Hash(blake2_256(roots[-1] + roots[-1])))
    return roots


def read(root: Hash, depth: int, place: int, access: Access) -> bytes:
    """The value of a slot; raises StepRefused where it is another."""
    if len(access.path) != depth or root_from(slot_of(access.value), place, access.path) != root:
        raise StepRefused(f"this is not what is in slot {place}")
    return access.value


def written(root: Hash, depth: int, place: int, access: Access, value: bytes) -> Hash:
    """The memory with another value in a slot; raises StepRefused where `access` is not what is in it."""
    read(root, depth, place, access)
    return root_from(slot_of(value), place, access.path)


class Memory:
    """All slots of a memory, by somebody who plays along."""

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._empty = empty_roots(depth)
        self._values: dict[int, bytes] = {}
        self._nodes: dict[tuple[int, int], Hash] = {}

    @property
    def root(self) -> Hash:
        """The hash that a state knows it by."""
        return self._nodes.get((self._depth, 0), self._empty[-1])

    def access(self, place: int) -> Access:
        """A slot with its path."""
        path = tuple(
            self._nodes.get((height, place >> height ^ 1), self._empty[height]) for height in range(self._depth)
        )
        return Access(self._values.get(place, b""), path)

    def write(self, place: int, value: bytes) -> None:
        """Put a value into a slot."""
        self._values[place] = value
        node = slot_of(value)
        self._nodes[0, place] = node
        for height in range(self._depth):
            sister = self._nodes.get((height, place ^ 1), self._empty[height])
            node = Hash(blake2_256(sister + node if place & 1 else node + sister))
            place >>= 1
            self._nodes[height + 1, place] = node
