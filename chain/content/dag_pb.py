"""Nodes that link to others, and what makes files of them: dag-pb and UnixFS (specs.ipfs.tech).

    node   PBNode  = repeated Links 2 { Hash 1 bytes, Name 2 string, Tsize 3 varint }, Data 1 bytes
    Data   UnixFS  = Type 1 varint, Data 2 bytes, filesize 3 varint, repeated blocksizes 4 varint

Both are protocol buffers; in a node the links stand before the data. Written is what IPFS writes for a file in several
pieces: no names, no data beside the links. Read is any file, with its bytes in the leaves or beside the links.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from chain.content.cid import CidError, binary_of, cid_of_binary
from chain.record import record

_RAW_TYPE: Final = 0
_FILE_TYPE: Final = 2
_MAX_VARINT: Final = 10
"""Bytes of a 64-bit number."""


class NodeError(ValueError):
    """Bytes are not a node of a file; the text says why."""


@record
class Link:
    """To a part of a file.

    size: of the part, in bytes of the file; tree_size: of the part with the nodes in it, as stored
    """

    cid: str
    size: int
    tree_size: int


@record
class FileNode:
    """A node of a file: its own bytes come first, then its links' ones."""

    links: tuple[Link, ...]
    data: bytes = b""

    @property
    def size(self) -> int:
        """Bytes of the file under the node."""
        return len(self.data) + sum(link.size for link in self.links)


def encoded(links: Sequence[Link]) -> bytes:
    """The node that links to the parts of a file."""
    sizes = b"".join(b"\x20" + _varint(link.size) for link in links)
    unixfs = b"\x08\x02\x18" + _varint(sum(link.size for link in links)) + sizes
    return b"".join(_field(0x12, _link(link)) for link in links) + _field(0x0A, unixfs)


def decoded(encoding: bytes) -> FileNode:
    """The node of a file; raises `NodeError`."""
    links = list[tuple[str, int]]()
    unixfs: bytes | None = None
    for number, value in _fields(encoding):
        match number, value:
            case 2, bytes():
                links.append(_decoded_link(value))
            case 1, bytes() if unixfs is None:
                unixfs = value
            case _:
                raise NodeError(f"field {number} does not belong into a node")
    if unixfs is None:
        raise NodeError("it has no UnixFS data")
    data, size, sizes = _decoded_unixfs(unixfs)
    if len(sizes) != len(links):
        raise NodeError(f"it has {len(links)} links and the sizes of {len(sizes)}")
    node = FileNode(tuple(Link(cid, each, tree) for (cid, tree), each in zip(links, sizes, strict=True)), data)
    if node.size != size:
        raise NodeError(f"its parts have {node.size} bytes, and it says {size}")
    return node


def _link(link: Link) -> bytes:
    return _field(0x0A, binary_of(link.cid)) + b"\x12\x00\x18" + _varint(link.tree_size)


def _decoded_link(encoding: bytes) -> tuple[str, int]:
    cid, tree_size = "", 0
    for number, value in _fields(encoding):
        match number, value:
            case 1, bytes():
                try:
                    cid = cid_of_binary(value)
                except CidError as error:
                    raise NodeError(f"a link is {error}") from None
            case 2, bytes():
                pass  # names are for directories
            case 3, int():
                tree_size = value
            case _:
                raise NodeError(f"field {number} does not belong into a link")
    if not cid:
        raise NodeError("a link names nothing")
    return cid, tree_size


def _decoded_unixfs(encoding: bytes) -> tuple[bytes, int, list[int]]:
    """Data, size of the file, and the sizes of its parts."""
    kind, data, size = -1, b"", None
    sizes = list[int]()
    for number, value in _fields(encoding):
        match number, value:
            case 1, int():
                kind = value
            case 2, bytes():
                data = value
            case 3, int():
                size = value
            case 4, int():
                sizes.append(value)
            case 4, bytes():  # packed
                at = 0
                while at < len(value):
                    each, at = _read_varint(value, at)
                    sizes.append(each)
            case _:
                pass  # mode, time of change: nothing that a file's bytes depend on
    if kind not in (_RAW_TYPE, _FILE_TYPE):
        raise NodeError(f"it is of UnixFS type {kind}, not a file")
    return data, len(data) + sum(sizes) if size is None else size, sizes


def _field(key: int, content: bytes) -> bytes:
    return bytes((key,)) + _varint(len(content)) + content


def _fields(encoding: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The number and the value of each field."""
    at = 0
    while at < len(encoding):
        key, at = _read_varint(encoding, at)
        value, at = _read_varint(encoding, at)
        if key & 7 == 0:
            yield key >> 3, value
        elif key & 7 == 2 and at + value <= len(encoding):
            yield key >> 3, encoding[at : at + value]
            at += value
        else:
            raise NodeError(f"it is broken at byte {at}")


def _varint(number: int) -> bytes:
    digits = bytearray()
    while number > 0x7F:
        digits.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*digits, number))


def _read_varint(encoding: bytes, at: int) -> tuple[int, int]:
    number = 0
    for shift, digit in enumerate(encoding[at : at + _MAX_VARINT]):
        number |= (digit & 0x7F) << (7 * shift)
        if digit < 0x80:
            return number, at + shift + 1
    raise NodeError(f"it is broken at byte {at}")
