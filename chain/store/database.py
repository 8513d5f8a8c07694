"""The file under a chain on disk: LMDB, opened by one process at a time, looked at before it is trusted.

    folder / lock       held while the chain is open
           / chain      the LMDB environment: data.mdb, lock.mdb

LMDB trusts its file, so that `chain.store.pages` looks at it first; and each value has a checksum behind it, which is
compared when it is read: damage is told, and never taken for a chain. What is new is made beside and renamed: a folder
has a whole chain, or none.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import lmdb
from xxhash import xxh3_64_digest, xxh3_64_intdigest

from chain.content.durable import sync_directory
from chain.store.errors import StoreDamaged, StoreError, StoreForeign, StoreFull, StoreLocked, StoreVersion
from chain.store.pages import check_pages

FORMAT: Final = b"palletlab-chain-store"
VERSION: Final = 2

FIRST_MAP_SIZE: Final = 64 * 2**20
"""Bytes that the file may grow to before the map is doubled."""

_TABLES: Final = (b"about", b"blocks", b"order", b"finalized", b"states", b"justifications")

_SUM: Final = 8
"""Bytes of the checksum behind a value."""

T = TypeVar("T")


class _Spoilt(Exception):
    """A value does not go with its checksum."""


class Table:
    """One of the trees in the file, within a transaction."""

    __slots__ = ("_handle", "_name", "_transaction")

    def __init__(self, name: str, transaction: lmdb.Transaction, handle: lmdb._Database) -> None:
        self._name, self._transaction, self._handle = name, transaction, handle

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, or None."""
        found = self._transaction.get(key, db=self._handle)
        return None if found is None else self._checked(key, bytes(found))

    def has(self, key: bytes) -> bool:
        """Whether `key` has a value, which is not looked at."""
        with self._transaction.cursor(db=self._handle) as cursor:
            return bool(cursor.set_key(key))

    def put(self, key: bytes, value: bytes) -> None:
        """Set the value of `key`."""
        self._transaction.put(key, value + self._sum(key, value), db=self._handle)

    def delete(self, key: bytes) -> None:
        """Remove `key`; nothing happens where it is absent."""
        self._transaction.delete(key, db=self._handle)

    def items(self, start: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Keys from `start` on with their values, in order."""
        with self._transaction.cursor(db=self._handle) as cursor:
            if cursor.set_range(start):
                for key, value in cursor.iternext():
                    yield bytes(key), self._checked(bytes(key), bytes(value))

    def last_before(self, key: bytes) -> bytes | None:
        """The greatest key below `key`, or None."""
        with self._transaction.cursor(db=self._handle) as cursor:
            found = cursor.prev() if cursor.set_range(key) else cursor.last()
            return bytes(cursor.key()) if found else None

    def _checked(self, key: bytes, stored: bytes) -> bytes:
        value = stored[:-_SUM]
        if stored[-_SUM:] != self._sum(key, value):
            raise _Spoilt(f"of the table {self._name} the entry 0x{key.hex()} is not what was written")
        return value

    def _sum(self, key: bytes, value: bytes) -> bytes:
        place = xxh3_64_intdigest(self._name.encode() + key)  # so that no value counts in another's place
        return xxh3_64_digest(value, seed=place)


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
            setattr(self, name, Table(name, transaction, handle))


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
            size = check_pages(folder, place / "data.mdb")
            self._environment, self._handles = self._opened(place, max(map_size, size))
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
        try:
            environment = lmdb.open(str(place), map_size=map_size, max_dbs=len(_TABLES), create=False)
        except lmdb.Error as error:
            raise StoreForeign(self.folder, f"a file that LMDB cannot read ({error})") from None
        try:
            handles = {name.decode(): environment.open_db(name, create=False) for name in _TABLES}
            with environment.begin(db=handles["about"]) as transaction:
                _check_format(self.folder, transaction)
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
        except _Spoilt as spoilt:
            raise StoreDamaged(self.folder, str(spoilt)) from None


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
        # without a checksum, so that programs of other versions know them
        transaction.put(b"format", FORMAT, db=handles[b"about"])
        transaction.put(b"version", VERSION.to_bytes(4, "little"), db=handles[b"about"])
    environment.close()
    sync_directory(beside)
    os.replace(beside, place)
    sync_directory(folder)


def _check_format(folder: Path, about: lmdb.Transaction) -> None:
    if about.get(b"format") != FORMAT:
        raise StoreForeign(folder, "the LMDB file of another program")
    found = int.from_bytes(about.get(b"version") or b"", "little")
    if found != VERSION:
        raise StoreVersion(folder, found, VERSION)
