"""What every content store does, how it fails, and what it counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Final, Protocol

from chain.content.cid import digest_of

DEFAULT_LIMIT: Final = 64 * 2**20
"""Bytes in an artifact: eight updates of a million 64-bit parameters; larger ones are cut into chunks."""


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


class ContentTooLarge(ContentError):
    """The artifact is larger than the store takes."""


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
        """Keep `data`; its CID. A second put changes nothing. Raises `ContentTooLarge`."""
        ...

    def get(self, cid: str) -> bytes:
        """The artifact, checked against its CID.

        Raises CidError, ContentMissing, ContentCorrupt, ContentTooLarge.
        """
        ...

    def has(self, cid: str) -> bool:
        """Whether something is kept under the CID (unchecked); raises `CidError`."""
        ...

    def delete(self, cid: str) -> bool:
        """Forget the artifact; whether there was one. Raises `CidError`."""
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
