"""What every content store does, how it fails, and what it counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Final, Protocol

from chain.content.cid import Codec, digest_of
from chain.record import record

AT_ONCE: Final = 8
"""Pieces of a file that a store handles at the same time where it waits for a disk or a server."""

DEFAULT_LIMIT: Final = 64 * 2**20
"""Bytes in an artifact: eight updates of a million 64-bit parameters."""


class ContentError(Exception):
    """A content store cannot do what it was asked for the artifact `cid`."""

    def __init__(self, cid: str, reason: str) -> None:
        super().__init__(cid, reason)
        self.cid = cid
        self.reason = reason

    def __str__(self) -> str:
        return f"artifact {self.cid}: {self.reason}"


class ContentMissing(ContentError):
    """The store does not have the artifact."""

    def __init__(self, cid: str, reason: str = "not in this store") -> None:
        super().__init__(cid, reason)


class ContentCorrupt(ContentError):
    """What is kept under the CID has another digest; it is never returned."""

    def __init__(self, cid: str, reason: str = "the stored bytes have another digest") -> None:
        super().__init__(cid, reason)


class ContentMalformed(ContentError):
    """The bytes under the CID have its digest, but are not a file: no store has better ones."""


class ContentTooLarge(ContentError):
    """The artifact is larger than the store takes."""


class ContentUnreachable(ContentError):
    """The server behind the store did not answer as it should; whether it has the artifact is not known."""


class ContentReadOnly(ContentError):
    """The store is for reading."""

    def __init__(self, cid: str, reason: str = "this store is for reading: put it into another") -> None:
        super().__init__(cid, reason)


@record
class Entry:
    """What a store keeps under a CID.

    cid: some stores know the digest alone and always name it with the codec raw
    size: in bytes; None where the store cannot tell
    added_at: seconds since 1970 of its newest put; None where the store cannot tell
    """

    cid: str
    size: int | None
    added_at: float | None


class ContentStore(Protocol):
    """Keeps artifacts under their CIDs. Methods may be called from several threads."""

    @property
    def limit(self) -> int:
        """Bytes in the largest artifact that is taken."""
        ...

    @property
    def statistics(self) -> StoreStatistics:
        """What went in and out so far."""
        ...

    def put(self, data: bytes) -> str:
        """Keep `data`; its CID. A second put changes nothing. Raises ContentTooLarge, ContentReadOnly."""
        ...

    def get(self, cid: str) -> bytes:
        """The artifact, checked against its CID.

        Raises CidError, ContentMissing, ContentCorrupt, ContentTooLarge; ContentUnreachable where there is a server.
        """
        ...

    def has(self, cid: str) -> bool:
        """Whether something is kept under the CID (unchecked); raises `CidError`."""
        ...

    def delete(self, cid: str) -> bool:
        """Forget the artifact; whether there was one. Raises CidError, ContentReadOnly."""
        ...


class Backend(ContentStore, Protocol):
    """A content store that keeps what it is given in one piece, and can say what it has.

    All methods that reach a server raise ContentUnreachable where it does not answer as it should.
    """

    @property
    def is_read_only(self) -> bool:
        """Whether `put` and `delete` raise ContentReadOnly."""
        ...

    @property
    def at_once(self) -> int:
        """How many pieces of a file are best put or fetched at the same time."""
        ...

    def put(self, data: bytes, codec: Codec = Codec.RAW) -> str:
        """As of any content store; a second put makes the entry new again, and mends a corrupt one."""
        ...

    def delete(self, cid: str, added_before: float | None = None) -> bool:
        """As of any content store; with `added_before` only what was last put before then (seconds since 1970)."""
        ...

    def entries(self) -> Iterator[Entry]:
        """All that is kept, in no order; what is put meanwhile may be left out. Raises ContentReadOnly."""
        ...


@dataclass(slots=True)
class StoreStatistics:
    """Artifacts and bytes that went through a store: those accepted by `put`, those returned by `get`."""

    puts: int = 0
    gets: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def count_put(self, size: int) -> None:
        with self._lock:
            self.puts += 1
            self.bytes_in += size

    def count_get(self, size: int) -> None:
        with self._lock:
            self.gets += 1
            self.bytes_out += size


def check_size(cid: str, size: int, limit: int) -> None:
    """Raise `ContentTooLarge` where `size` is above `limit`."""
    if size > limit:
        raise ContentTooLarge(cid, f"{size} bytes, and the store takes {limit}")


def check_digest(cid: str, data: bytes) -> None:
    """Raise `ContentCorrupt` where `data` is not what `cid` names."""
    if sha256(data).digest() != digest_of(cid):
        raise ContentCorrupt(cid)
