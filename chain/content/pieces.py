"""The pieces of a file, found by its CID: each is checked, and their sizes are, before anything is believed.

A tree that someone else made may lie in its sizes, be deep without end or name one part a million times. So a part
must have the size that its parent says, at least one byte, and a tree is at most `MAX_DEPTH` high: reading a file
takes no more pieces than it says to have bytes, and it is known beforehand how many these are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from chain.content.cid import Codec, codec_of
from chain.content.dag_pb import FileNode, NodeError, decoded
from chain.content.store import ContentMalformed, check_size
from chain.record import record

MAX_DEPTH: Final = 32
"""Of a tree; IPFS makes one of 4 for a petabyte."""


class Source(Protocol):
    """Has pieces under their CIDs."""

    def get(self, cid: str) -> bytes:
        """The piece, checked against its CID."""
        ...


@record
class Piece:
    """A part of a file that follows on the one before.

    size: in bytes of the file; None for a file of one leaf, which has not been read
    data: the bytes where they stand in a node, None where they are the leaf `cid`
    """

    cid: str
    offset: int
    size: int | None
    data: bytes | None = None


def pieces_of(source: Source, cid: str, limit: int) -> Iterator[Piece]:
    """The parts of the file `cid`, in order; its nodes are read, its leaves are not.

    Raises what `source.get` raises for its nodes, ContentTooLarge for a file above `limit`, ContentMalformed.
    """
    if codec_of(cid) is Codec.RAW:
        yield Piece(cid, 0, None)
        return
    root = node_at(source, cid)
    check_size(cid, root.size, limit)
    yield from _under(source, cid, root, 0, MAX_DEPTH)


def piece_data(source: Source, piece: Piece, limit: int) -> bytes:
    """The bytes of a piece; raises what `source.get` raises, ContentTooLarge and ContentMalformed."""
    data = source.get(piece.cid) if piece.data is None else piece.data
    if piece.size is None:
        check_size(piece.cid, len(data), limit)
    elif len(data) != piece.size:
        raise ContentMalformed(piece.cid, f"a leaf has {len(data)} bytes, and its node says {piece.size}")
    return data


def reached_from(source: Source, cid: str) -> Iterator[str]:
    """The CIDs of the file's root, nodes and leaves, some perhaps twice; raises what `source.get` raises for nodes."""
    yield cid
    if codec_of(cid) is Codec.DAG_PB:
        yield from _reached(source, cid, MAX_DEPTH)


def size_of(source: Source, cid: str) -> int | None:
    """Bytes of the file as its root says; None for one leaf, which has no root. Raises what `node_at` raises."""
    return None if codec_of(cid) is Codec.RAW else node_at(source, cid).size


def node_at(source: Source, cid: str) -> FileNode:
    """The node of that CID; raises what `source.get` raises, and ContentMalformed."""
    try:
        return decoded(source.get(cid))
    except NodeError as error:
        raise ContentMalformed(cid, f"not a node of a file: {error}") from None


def _under(source: Source, cid: str, node: FileNode, offset: int, depth: int) -> Iterator[Piece]:
    if depth == 0:
        raise ContentMalformed(cid, f"a tree of more than {MAX_DEPTH} levels")
    if node.data:
        yield Piece(cid, offset, len(node.data), node.data)
        offset += len(node.data)
    for link in node.links:
        if link.size < 1:
            raise ContentMalformed(cid, "a part has no bytes")
        if codec_of(link.cid) is Codec.RAW:
            yield Piece(link.cid, offset, link.size)
        else:
            part = node_at(source, link.cid)
            if part.size != link.size:
                raise ContentMalformed(cid, f"a part has {part.size} bytes, and its node says {link.size}")
            yield from _under(source, link.cid, part, offset, depth - 1)
        offset += link.size


def _reached(source: Source, cid: str, depth: int) -> Iterator[str]:
    if depth == 0:
        raise ContentMalformed(cid, f"a tree of more than {MAX_DEPTH} levels")
    for linked in dict.fromkeys(link.cid for link in node_at(source, cid).links):
        yield linked
        if codec_of(linked) is Codec.DAG_PB:
            yield from _reached(source, linked, depth - 1)
