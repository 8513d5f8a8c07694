"""Headers without blocks."""

from chain.block import Header, Other, extrinsics_root
from chain.network.tree import HeaderTree
from chain.primitives import Hash


def root() -> Header:
    """Block zero."""
    return Header(Hash(bytes(32)), 0, Hash(bytes(32)), extrinsics_root(()), ())


def grown(tree: HeaderTree, parent: Header, count: int, name: bytes = b"main") -> list[Header]:
    """So many headers on a parent, taken into the tree; those of another name are others."""
    headers: list[Header] = []
    for _ in range(count):
        parent = Header(parent.hash, parent.number + 1, Hash(bytes(32)), extrinsics_root(()), (Other(name),))
        tree.add(parent)
        headers.append(parent)
    return headers
