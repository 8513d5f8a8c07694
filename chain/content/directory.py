"""A content store in a directory, which several processes may share.

    <path>/vq/uv/bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku

The two levels are the four characters before the last (the last carries two bits of digest only, the first
ones are the same for every CID), so no directory grows beyond 1,024 others. The time of a file is that of its newest
put. The directory is locked, shared, while a put makes sure that its file is there, and alone while a file that is
old enough is removed: nothing that a put answered for is swept away.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time

from chain.content.cid import CidError, Codec, cid_of, digest_of
from chain.content.durable import sync_directory, write_durably
from chain.content.store import AT_ONCE, DEFAULT_LIMIT, ContentMissing, Entry, StoreStatistics, check_digest, check_size


class DirectoryStore:
    """Artifacts as files, each there in full or not at all, on disk when `put` returns.

    A `*.partial` file that a killed process left is never read. Raises OSError where the file system refuses.
    """

    is_read_only = False
    at_once = AT_ONCE

    def __init__(self, path: Path, limit: int = DEFAULT_LIMIT, clock: Callable[[], float] = time) -> None:
        self.path = path
        self.limit = limit
        self.statistics = StoreStatistics()
        self._clock = clock
        path.mkdir(parents=True, exist_ok=True)

    def put(self, data: bytes, codec: Codec = Codec.RAW) -> str:
        cid = cid_of(data, codec)
        check_size(cid, len(data), self.limit)
        file = self._file_of(cid)
        with self._locked(fcntl.LOCK_SH):
            if not _holds(file, data):  # a corrupt file is mended here
                _make_directory(file.parent)
                write_durably(file, data)
            now = self._clock()
            os.utime(file, (now, now))
        self.statistics.count_put(len(data))
        return cid

    def get(self, cid: str) -> bytes:
        digest_of(cid)
        try:
            with self._file_of(cid).open("rb") as file:
                check_size(cid, os.fstat(file.fileno()).st_size, self.limit)
                data = file.read()
        except FileNotFoundError:
            raise ContentMissing(cid) from None
        check_digest(cid, data)
        self.statistics.count_get(len(data))
        return data

    def has(self, cid: str) -> bool:
        digest_of(cid)
        return self._file_of(cid).is_file()

    def delete(self, cid: str, added_before: float | None = None) -> bool:
        digest_of(cid)
        file = self._file_of(cid)
        try:
            with self._locked(fcntl.LOCK_EX):
                if added_before is not None and file.stat().st_mtime >= added_before:
                    return False
                file.unlink()
        except FileNotFoundError:
            return False
        sync_directory(file.parent)  # an erased artifact stays erased after a power cut
        return True

    def entries(self) -> Iterator[Entry]:
        for file in self.path.glob("??/??/b*"):
            try:
                digest_of(file.name)
                known = file.stat()
            except (CidError, FileNotFoundError):  # a partial file, or one that was removed meanwhile
                continue
            yield Entry(file.name, known.st_size, known.st_mtime)

    def _file_of(self, cid: str) -> Path:
        return self.path / cid[-5:-3] / cid[-3:-1] / cid

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, how)
            yield
        finally:
            os.close(descriptor)  # which gives the lock back


def _holds(file: Path, data: bytes) -> bool:
    try:
        return file.stat().st_size == len(data) and file.read_bytes() == data
    except FileNotFoundError:
        return False


def _make_directory(directory: Path) -> None:
    if directory.is_dir():
        return
    directory.mkdir(parents=True, exist_ok=True)
    for made in (directory.parent.parent, directory.parent):  # the entries of both levels
        sync_directory(made)
