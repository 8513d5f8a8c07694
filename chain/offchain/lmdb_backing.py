"""Workers' storage on disk: LMDB, one synced transaction a write.

    part length u16 big-endian ‖ part ‖ Blake2b-256 of the key      →      key length u32 little-endian ‖ key ‖ value

So keys of any length have their place, and a part's entries lie together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from struct import Struct
from threading import Lock
from typing import Final

import lmdb

from chain.crypto.hashing import blake2_256
from chain.offchain.backing import Entry
from chain.store.errors import StoreForeign

FIRST_MAP_SIZE: Final = 16 * 2**20
"""Bytes that the file may grow to before the map is doubled."""

_PART: Final = Struct(">H")
_KEY: Final = Struct("<I")
_HASH: Final = 32


class LmdbBacking:
    """Implements `Backing` in a folder; any number of threads may use it."""

    def __init__(self, folder: Path, map_size: int = FIRST_MAP_SIZE) -> None:
        """Open the folder, made where it is not there. Raises OSError, StoreError where it has something else."""
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._environment = lmdb.open(str(folder), map_size=map_size, metasync=False)
        except lmdb.Error as error:
            raise StoreForeign(folder, f"the storage of workers cannot be read ({error})") from None
        self._lock = Lock()

    def close(self) -> None:
        """Let go of the folder."""
        with self._lock:
            self._environment.close()

    def parts(self, prefix: bytes) -> Iterable[bytes]:
        found = dict[bytes, None]()
        for key, _ in self._entries(b""):
            part = key[_PART.size : -_HASH]
            if part.startswith(prefix):
                found[part] = None
        return list(found)

    def load(self, part: bytes) -> dict[bytes, bytes]:
        loaded = {}
        for _, stored in self._entries(_place(part)):
            (length,) = _KEY.unpack_from(stored)
            loaded[stored[_KEY.size : _KEY.size + length]] = stored[_KEY.size + length :]
        return loaded

    def write(self, entries: Sequence[Entry], cleared: Iterable[bytes] = ()) -> None:
        emptied = tuple(cleared)
        with self._lock:
            while True:
                try:
                    self._write(entries, emptied)
                    return
                except lmdb.MapFullError:
                    self._environment.set_mapsize(2 * self._environment.info()["map_size"])

    def _write(self, entries: Sequence[Entry], cleared: Sequence[bytes]) -> None:
        with self._environment.begin(write=True) as transaction:
            for part in cleared:
                place = _place(part)
                with transaction.cursor() as cursor:
                    is_there = cursor.set_range(place)
                    while is_there and bytes(cursor.key()).startswith(place):
                        is_there = cursor.delete()
            for part, key, value in entries:
                address = _place(part) + blake2_256(key)
                if value is None:
                    transaction.delete(address)
                else:
                    transaction.put(address, _KEY.pack(len(key)) + key + value)

    def _entries(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        with self._environment.begin() as transaction, transaction.cursor() as cursor:
            if cursor.set_range(prefix):
                for key, value in cursor.iternext():
                    if not bytes(key).startswith(prefix):
                        return
                    yield bytes(key), bytes(value)


def _place(part: bytes) -> bytes:
    return _PART.pack(len(part)) + part
