"""What one store has lost or spoilt comes from another, and goes back to the first."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from chain.content.chunked import ChunkedStore
from chain.content.cid import Codec, cid_of
from chain.content.directory import DirectoryStore
from chain.content.gateway import GatewayStore
from chain.content.layout import Layout
from chain.content.memory import MemoryStore
from chain.content.several import SeveralStores
from chain.content.store import (
    Backend,
    ContentCorrupt,
    ContentMissing,
    ContentReadOnly,
    ContentTooLarge,
    ContentUnreachable,
    Entry,
)

AWAY = "http://127.0.0.1:9"
"""Where nobody listens."""


class ReadOnly(MemoryStore):
    """Memory for reading, and what fills it."""

    is_read_only = True

    def fill(self, data: bytes) -> str:
        return super().put(data)

    def put(self, data: bytes, codec: Codec = Codec.RAW) -> str:
        raise ContentReadOnly(cid_of(data, codec))


class Full(MemoryStore):
    """A disk without space."""

    def put(self, data: bytes, codec: Codec = Codec.RAW) -> str:
        raise OSError(28, "No space left on device")


def harmed(folder: Path, cid: str) -> None:
    next(folder.rglob(cid)).write_bytes(b"other bytes")


def test_a_lost_artifact_comes_from_the_next_store_and_is_given_back() -> None:
    first, second = MemoryStore(), MemoryStore()
    cid = second.put(b"model")
    assert SeveralStores([first, second]).get(cid) == b"model"
    assert first.get(cid) == b"model"


def test_a_corrupt_artifact_is_mended_from_the_next_store(tmp_path: Path) -> None:
    first, second = DirectoryStore(tmp_path), MemoryStore()
    both = SeveralStores([first, second])
    cid = both.put(b"model")
    harmed(tmp_path, cid)
    with pytest.raises(ContentCorrupt):
        first.get(cid)
    assert both.get(cid) == b"model"
    assert first.get(cid) == b"model"


def test_a_chunked_artifact_is_mended_chunk_by_chunk(tmp_path: Path) -> None:
    first, second = DirectoryStore(tmp_path), MemoryStore()
    store = ChunkedStore(SeveralStores([first, second]), Layout(10, 3))
    cid = store.put(bytes(range(100)))
    for number, entry in enumerate(list(first.entries())):
        if number % 3 == 0:
            first.delete(entry.cid)
        elif number % 3 == 1:
            harmed(tmp_path, entry.cid)
    assert store.get(cid) == bytes(range(100))
    assert ChunkedStore(first, Layout(10, 3)).get(cid) == bytes(range(100))


def test_a_store_that_is_away_or_for_reading_hinders_nobody() -> None:
    source = ReadOnly()
    cid = source.fill(b"model")
    kept = MemoryStore()
    several = SeveralStores([GatewayStore(AWAY), source, kept])
    assert several.get(cid) == b"model"
    assert several.has(cid)
    assert several.put(b"another") == cid_of(b"another")
    assert kept.has(cid_of(b"another"))


def test_a_repair_that_fails_is_logged_and_the_bytes_are_given(caplog: pytest.LogCaptureFixture) -> None:
    second = MemoryStore()
    cid = second.put(b"model")
    with caplog.at_level(logging.WARNING):
        assert SeveralStores([Full(), second]).get(cid) == b"model"
    assert caplog.messages == [f"{cid} could not be given back to Full: [Errno 28] No space left on device"]


def test_where_all_fail_damage_is_told_before_distance_and_that_before_absence(tmp_path: Path) -> None:
    damaged = DirectoryStore(tmp_path)
    cid = damaged.put(b"model")
    harmed(tmp_path, cid)
    away, empty, small = GatewayStore(AWAY), MemoryStore(), MemoryStore(4)
    cases: list[tuple[list[Backend], type[Exception]]] = [
        ([empty, away, damaged], ContentCorrupt),
        ([empty, away], ContentUnreachable),
        ([empty, MemoryStore()], ContentMissing),
    ]
    for backends, kind in cases:
        with pytest.raises(kind):
            SeveralStores(backends).get(cid)
    with pytest.raises(ContentTooLarge):
        SeveralStores([empty, small]).put(b"model")
    with pytest.raises(ContentUnreachable):
        SeveralStores([empty, away]).has(cid)


def test_a_disk_that_fails_hinders_nobody_and_is_told() -> None:
    class Failing(MemoryStore):
        def get(self, cid: str) -> bytes:
            raise OSError(5, "Input/output error")

        def has(self, cid: str) -> bool:
            raise OSError(5, "Input/output error")

    second = MemoryStore()
    cid = second.put(b"model")
    assert SeveralStores([Failing(), second]).get(cid) == b"model"
    assert SeveralStores([Failing(), second]).has(cid)
    for refused in (SeveralStores([Failing()]).get, SeveralStores([Failing()]).has):
        with pytest.raises(ContentUnreachable, match="Input/output error"):
            refused(cid)


def test_an_artifact_is_not_kept_where_one_store_does_not_take_it() -> None:
    with pytest.raises(OSError, match="No space left"):
        SeveralStores([MemoryStore(), Full()]).put(b"model")


def test_stores_for_reading_alone_take_nothing() -> None:
    several = SeveralStores([ReadOnly(), GatewayStore(AWAY)])
    assert several.is_read_only
    for refused in (lambda: several.put(b""), lambda: several.delete(cid_of(b"")), lambda: list(several.entries())):
        with pytest.raises(ContentReadOnly):
            refused()


def test_an_entry_has_the_time_of_its_newest_put() -> None:
    old, new = MemoryStore(clock=lambda: 100), MemoryStore(clock=lambda: 200)
    cid = old.put(b"shared")
    new.put(b"shared")
    alone = old.put(b"alone")
    assert {entry.cid: entry for entry in SeveralStores([old, new]).entries()} == {
        cid: Entry(cid, 6, 200),
        alone: Entry(alone, 5, 100),
    }


def test_there_is_at_least_one_store() -> None:
    with pytest.raises(ValueError, match="no store"):
        SeveralStores([])
