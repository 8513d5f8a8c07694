"""The file under a chain on disk: LMDB, opened by one process at a time, looked at before it is trusted.

    folder / lock       held while the chain is open
           / chain      the LMDB environment: data.mdb, lock.mdb

LMDB reads through a memory map, where a file that was cut short ends the process. So its size is compared with what
its own header says first. What is new is made beside and renamed: a folder has a whole chain, or none.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from struct import Struct
from typing import Final, TypeVar

import lmdb

from chain.content.durable import sync_directory
from chain.store.errors import StoreDamaged, StoreError, StoreForeign, StoreFull, StoreLocked, StoreVersion

FORMAT: Final = b"palletlab-chain-store"
VERSION: Final = 1

FIRST_MAP_SIZE: Final = 64 * 2**20
"""Bytes that the file may grow to before the map is doubled."""

_TABLES: Final = (b"about", b"blocks", b"order", b"finalized", b"states", b"justifications")

# two pages at the start say what is valid: page header, 16 ‖ magic, version, u32 ‖ address, map size, u64 ‖ two
# trees of 48 bytes, the first of which begins with the page size ‖ last page, transaction, u64
_META: Final = Struct("<16xIIQQI44x48xQQ")
_MAGIC: Final = 0xBEEFC0DE

T = TypeVar("T")


class Table:
    """One of the trees in the file, within a transaction."""

    __slots__ = ("_handle", "_transaction")

    def __init__(self, transaction: lmdb.Transaction, handle: lmdb._Database) -> None:
        self._transaction, self._handle = transaction, handle

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, or None."""
        found = self._transaction.get(key, db=self._handle)
        return None if found is None else bytes(found)

    def put(self, key: bytes, value: bytes) -> None:
        """Set the value of `key`."""
        self._transaction.put(key, value, db=self._handle)

    def delete(self, key: bytes) -> None:
        """Remove `key`; nothing happens where it is absent."""
        self._transaction.delete(key, db=self._handle)

    def items(self, start: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Keys from `start` on with their values, in order."""
        with self._transaction.cursor(db=self._handle) as cursor:
            if cursor.set_range(start):
                for key, value in cursor.iternext():
                    yield bytes(key), bytes(value)

    @property
    def entries(self) -> int:
        """How many keys there are, as the file says."""
        return int(self._transaction.stat(self._handle)["entries"])

    def last_before(self, key: bytes) -> bytes | None:
        """The greatest key below `key`, or None."""
        with self._transaction.cursor(db=self._handle) as cursor:
            found = cursor.prev() if cursor.set_range(key) else cursor.last()
            return bytes(cursor.key()) if found else None


class Tables:
    """All trees in the file, within one transaction."""

    __slots__ = ("about", "blocks", "finalized", "justifications", "order", "states")

    about: Table
    """format, version, genesis, best, finalized, oldest"""
    blocks: Table
    """hash to `BlockRecord`"""
    order: Table
    """u64 big-endian sequence to hash, of blocks that are not finalized"""
    finalized: Table
    """u32 big-endian number to hash"""
    states: Table
    """u32 big-endian number ‖ hash ‖ u32 big-endian piece to bytes"""
    justifications: Table
    """hash to bytes"""

    def __init__(self, transaction: lmdb.Transaction, handles: dict[str, lmdb._Database]) -> None:
        for name, handle in handles.items():
            setattr(self, name, Table(transaction, handle))


class Database:
    """The file, open."""

    def __init__(self, folder: Path, map_size: int = FIRST_MAP_SIZE) -> None:
        """Open the chain of a folder, or one that is empty still. Raises StoreError, OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._lock = _locked(folder)
        try:
            place = folder / "chain"
            if not place.exists():
                _make(folder, place, map_size)
            with _whole_length(folder, place / "data.mdb") as is_cut:
                self._environment, self._handles = self._opened(place, map_size)
                if is_cut:
                    self._read_all()
        except BaseException:
            os.close(self._lock)
            raise

    def close(self) -> None:
        """Let go of the folder."""
        self._environment.close()
        os.close(self._lock)

    @contextmanager
    def reading(self) -> Iterator[Tables]:
        """What is there now."""
        with self._told(), self._environment.begin() as transaction:
            yield Tables(transaction, self._handles)

    def write(self, work: Callable[[Tables], T]) -> T:
        """Do the work in one transaction, which is on disk when this returns; or none of it. May be called twice."""
        while True:
            try:
                with self._told(), self._environment.begin(write=True) as transaction:
                    return work(Tables(transaction, self._handles))
            except lmdb.MapFullError:
                self._environment.set_mapsize(2 * self._environment.info()["map_size"])

    def _opened(self, place: Path, map_size: int) -> tuple[lmdb.Environment, dict[str, lmdb._Database]]:
        size = max(map_size, (place / "data.mdb").stat().st_size)
        try:
            environment = lmdb.open(str(place), map_size=size, max_dbs=len(_TABLES), create=False)
        except lmdb.Error as error:
            raise StoreForeign(self.folder, f"a file that LMDB cannot read ({error})") from None
        try:
            handles = {name.decode(): environment.open_db(name, create=False) for name in _TABLES}
            with environment.begin() as transaction:
                _check_format(self.folder, Tables(transaction, handles).about)
        except lmdb.NotFoundError:
            environment.close()
            raise StoreForeign(self.folder, "the LMDB file of another program") from None
        except lmdb.Error as error:
            environment.close()
            raise StoreDamaged(self.folder, str(error)) from None
        except StoreError:
            environment.close()
            raise
        return environment, handles

    def _read_all(self) -> None:
        """Find out whether everything is there; raises StoreDamaged."""
        try:
            with self.reading() as tables:
                for name in self._handles:
                    table: Table = getattr(tables, name)
                    keys = [key for key, _ in table.items()]
                    if len(keys) != table.entries or any(one >= next_one for one, next_one in pairwise(keys)):
                        raise StoreDamaged(self.folder, f"of the table {name} a part is missing")
        except StoreDamaged:
            self._environment.close()
            raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """LMDB's errors as sentences."""
        try:
            yield
        except lmdb.MapFullError:
            raise
        except lmdb.DiskError as error:
            raise StoreFull(self.folder, str(error)) from error
        except lmdb.Error as error:
            raise StoreDamaged(self.folder, str(error)) from error


def _locked(folder: Path) -> int:
    """A descriptor that holds the folder's lock, which the system lets go when the process ends however it ends."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise StoreLocked(folder) from None
    return descriptor


def _make(folder: Path, place: Path, map_size: int) -> None:
    """Put an empty chain in its place: whoever is killed meanwhile leaves none."""
    beside = folder / "chain.new"
    if beside.exists():
        shutil.rmtree(beside)
    environment = lmdb.open(str(beside), map_size=map_size, max_dbs=len(_TABLES))
    handles = {name: environment.open_db(name) for name in _TABLES}
    with environment.begin(write=True) as transaction:
        transaction.put(b"format", FORMAT, db=handles[b"about"])
        transaction.put(b"version", VERSION.to_bytes(4, "little"), db=handles[b"about"])
    environment.close()
    sync_directory(beside)
    os.replace(beside, place)
    sync_directory(folder)


@contextmanager
def _whole_length(folder: Path, file: Path) -> Iterator[bool]:
    """Let the file be as long as it says while it is opened; whether it was not. What fails leaves it as it was.

    A file may end before pages at its end that nothing refers to, or because it was cut.
    """
    size, needed = _lengths(folder, file)
    if size >= needed:
        yield False
        return
    os.truncate(file, needed)
    try:
        yield True
    except StoreError as error:
        os.truncate(file, size)
        raise StoreDamaged(folder, f"{file.name} has {size} bytes, of {needed}") from error


def _lengths(folder: Path, file: Path) -> tuple[int, int]:
    """How many bytes the file has, and how many the newest transaction in it says."""
    if not file.is_file():
        raise StoreDamaged(folder, f"{file.name} is missing")
    size = file.stat().st_size
    with file.open("rb") as stream:
        first = stream.read(_META.size)
        if len(first) < _META.size:
            raise StoreDamaged(folder, f"{file.name} has only {size} bytes")
        magic, _, _, _, page_size, *_ = _META.unpack(first)
        if magic != _MAGIC or not 512 <= page_size <= 65536:
            raise StoreForeign(folder, "a file that LMDB did not write")
        stream.seek(page_size)
        second = stream.read(_META.size)
    if len(second) < _META.size:
        raise StoreDamaged(folder, f"{file.name} has only {size} bytes")
    last_page, _ = max((_META.unpack(each)[5:7] for each in (first, second)), key=lambda pages: pages[1])
    return size, (last_page + 1) * page_size


def _check_format(folder: Path, about: Table) -> None:
    if about.get(b"format") != FORMAT:
        raise StoreForeign(folder, "the LMDB file of another program")
    found = int.from_bytes(about.get(b"version") or b"", "little")
    if found != VERSION:
        raise StoreVersion(folder, found, VERSION)
