"""A content store that cuts what is large into chunks, which another store keeps.

An artifact has the CID that `ipfs add --cid-version=1` gives it, so whoever has it in IPFS has it here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final

from chain.content.cid import digest_of
from chain.content.dag_pb import Link
from chain.content.layout import IPFS, Layout, built, chunks_of, cid_of_file
from chain.content.pieces import piece_data, pieces_of
from chain.content.store import DEFAULT_LIMIT, Backend, ContentError, ContentTooLarge, StoreStatistics, check_size
from chain.record import record

if TYPE_CHECKING:  # every node has a store of chunks, and most put no files: they start without it
    from pathlib import Path

MOST_OF_A_LINK: Final = 64
"""Bytes of a node for each of its links, at most: a CID, two sizes, and what stands between them."""


@record
class Fault:
    """A piece of an artifact that cannot be read, and why."""

    cid: str
    reason: str


class ChunkedStore:
    """Artifacts of any size up to `limit`, in pieces that `backend` keeps.

    at_once: how many pieces are put or fetched at the same time, as the backend likes it by default
    Raises ValueError where the backend does not take a piece of the layout.
    """

    def __init__(
        self, backend: Backend, layout: Layout = IPFS, limit: int = DEFAULT_LIMIT, at_once: int | None = None
    ) -> None:
        largest = max(layout.chunk_size, layout.width * MOST_OF_A_LINK)
        if backend.limit < min(largest, limit):
            raise ValueError(f"the store takes {backend.limit} bytes, and a piece may have {largest}")
        self.backend = backend
        self.layout = layout
        self.limit = limit
        self.at_once = backend.at_once if at_once is None else at_once
        self.statistics = StoreStatistics()

    def put(self, data: bytes) -> str:
        """Keep `data`; its CID. Nothing is written where it is too large."""
        if len(data) > self.limit:
            check_size(cid_of_file(data, self.layout), len(data), self.limit)
        root = self._kept(chunks_of(data, self.layout), len(data))
        self.statistics.count_put(len(data))
        return root.cid

    def put_file(self, path: Path) -> str:
        """Keep a file without holding it in memory; its CID. Raises OSError, ContentTooLarge."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            check_size(str(path), size, self.limit)
            root = self._kept(self._read(file, path), size)
        self.statistics.count_put(root.size)
        return root.cid

    def get(self, cid: str) -> bytes:
        """The artifact; each piece is checked, and its size is known before its leaves are read."""
        data = b"".join(
            piece_data(self.backend, piece, self.limit) for piece in pieces_of(self.backend, cid, self.limit)
        )
        self.statistics.count_get(len(data))
        return data

    def has(self, cid: str) -> bool:
        """Whether the root is kept; `faults` looks at all of it."""
        return self.backend.has(cid)

    def delete(self, cid: str) -> bool:
        """Forget the root; other artifacts may share its chunks, so these go when garbage is collected."""
        return self.backend.delete(cid)

    def faults(self, cid: str) -> list[Fault]:
        """What is missing, corrupt or malformed in an artifact, each piece once; raises `CidError`."""
        digest_of(cid)
        found = list[Fault]()
        try:
            for piece in pieces_of(self.backend, cid, self.limit):
                try:
                    piece_data(self.backend, piece, self.limit)
                except ContentError as error:
                    found.append(Fault(error.cid, error.reason))
        except ContentError as error:  # of a node: what is under it is not known
            found.append(Fault(error.cid, error.reason))
        return list(dict.fromkeys(found))

    def _kept(self, chunks: Iterator[bytes], size: int) -> Link:
        if self.at_once > 1 and size > self.layout.chunk_size:
            from chain.content.parallel import kept

            return kept(self.backend, chunks, self.layout, self.at_once)
        return built(chunks, self.layout, self.backend.put)

    def _read(self, file: BinaryIO, path: Path) -> Iterator[bytes]:
        total = 0
        while chunk := file.read(self.layout.chunk_size):
            total += len(chunk)
            if total > self.limit:
                raise ContentTooLarge(str(path), f"it grew above the {self.limit} bytes that the store takes")
            yield chunk
        if total == 0:
            yield b""
