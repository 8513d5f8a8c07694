"""How a file is cut into pieces, as IPFS cuts it: raw leaves of equal size under a balanced tree.

A file of one chunk is that chunk, and has its CID. Of a larger one the leaves are grouped from the left under nodes
of up to `width` links, these again, until there is one: all leaves are equally deep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from chain.content.cid import Codec, cid_of
from chain.content.dag_pb import Link, encoded
from chain.record import record

Chunk = TypeVar("Chunk", bound=bytes | memoryview)

Keep = Callable[[Chunk | bytes, Codec], str]
"""Stores a leaf or a node; its CID."""


@record
class Layout:
    """What decides, beside its bytes, which CID a file has.

    chunk_size: bytes of a leaf; width: links of a node
    """

    chunk_size: int
    width: int

    def __post_init__(self) -> None:
        if self.chunk_size < 1 or self.width < 2:
            raise ValueError(f"chunks have at least 1 byte and nodes at least 2 links, not as in {self}")


IPFS: Final = Layout(chunk_size=256 * 2**10, width=174)
"""That of `ipfs add --cid-version=1`; with chunks of 1 MiB, of `--chunker=size-1048576` too."""

IPFS_2025: Final = Layout(chunk_size=2**20, width=1024)
"""That of the profile unixfs-v1-2025 (IPIP-499), and of Helia."""


def cid_of_file(data: bytes, layout: Layout = IPFS) -> str:
    """The CID of an artifact, which is cut where it is larger than a chunk."""
    size = layout.chunk_size
    if len(data) <= size:
        return cid_of(data)
    whole = memoryview(data)
    leaves = (whole[start : start + size] for start in range(0, len(data), size))  # hashed where they are
    return built(leaves, layout, cid_of).cid


def chunks_of(data: bytes, layout: Layout) -> Iterator[bytes]:
    """The leaves of a file; one, where it is empty."""
    for start in range(0, max(len(data), 1), layout.chunk_size):
        yield data[start : start + layout.chunk_size]


def built(chunks: Iterable[Chunk], layout: Layout, keep: Keep[Chunk]) -> Link:
    """The root of the tree over `chunks`; pieces are kept as they are made, the root last."""
    levels = list[list[Link]]()
    for chunk in chunks:
        _add(levels, 0, Link(keep(chunk, Codec.RAW), len(chunk), len(chunk)), layout, keep)
    height = 0
    while height < len(levels) - 1 or len(levels[height]) > 1:
        if levels[height]:
            _close(levels, height, layout, keep)
        height += 1
    return levels[height][0]


def _add(levels: list[list[Link]], height: int, link: Link, layout: Layout, keep: Keep[Chunk]) -> None:
    if height == len(levels):
        levels.append([])
    levels[height].append(link)
    if len(levels[height]) == layout.width:
        _close(levels, height, layout, keep)


def _close(levels: list[list[Link]], height: int, layout: Layout, keep: Keep[Chunk]) -> None:
    """Put a node over the links that have come together at a height."""
    links, levels[height] = levels[height], []
    node = encoded(links)
    tree_size = len(node) + sum(link.tree_size for link in links)
    link = Link(keep(node, Codec.DAG_PB), sum(link.size for link in links), tree_size)
    _add(levels, height + 1, link, layout, keep)
