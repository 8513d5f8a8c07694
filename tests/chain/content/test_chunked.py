"""Artifacts larger than a chunk, and what is told of them where a chunk is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.content.chunked import ChunkedStore, Fault
from chain.content.cid import CidError, Codec, cid_of, codec_of
from chain.content.directory import DirectoryStore
from chain.content.layout import Layout, cid_of_file
from chain.content.memory import MemoryStore
from chain.content.pieces import pieces_of
from chain.content.store import ContentCorrupt, ContentMissing, ContentTooLarge

SMALL = Layout(10, 3)
DATA = bytes(range(100))


@pytest.fixture
def store(tmp_path: Path) -> ChunkedStore:
    return ChunkedStore(DirectoryStore(tmp_path / "pieces"), SMALL, 1000)


@given(st.binary(max_size=400))
def test_what_is_put_is_got(data: bytes) -> None:
    store = ChunkedStore(MemoryStore(), SMALL)
    assert store.put(data) == cid_of_file(data, SMALL)
    assert store.get(cid_of_file(data, SMALL)) == data
    assert store.faults(cid_of_file(data, SMALL)) == []


def test_a_file_has_the_cid_of_its_bytes(store: ChunkedStore, tmp_path: Path) -> None:
    for data in (DATA, b"", b"x" * 10, b"x" * 1000):
        (tmp_path / "model").write_bytes(data)
        assert store.put_file(tmp_path / "model") == cid_of_file(data, SMALL)
        assert store.get(cid_of_file(data, SMALL)) == data


def test_nothing_is_written_of_what_is_too_large(store: ChunkedStore, tmp_path: Path) -> None:
    (tmp_path / "model").write_bytes(bytes(1001))
    with pytest.raises(ContentTooLarge):
        store.put_file(tmp_path / "model")
    with pytest.raises(ContentTooLarge) as caught:
        store.put(bytes(1001))
    assert caught.value.cid == cid_of_file(bytes(1001), SMALL)
    assert list(store.backend.entries()) == []


def test_a_lost_chunk_is_told_and_never_passed_over(store: ChunkedStore) -> None:
    cid = store.put(DATA)
    lost = list(pieces_of(store.backend, cid, 1000))[4].cid
    store.backend.delete(lost)
    with pytest.raises(ContentMissing) as caught:
        store.get(cid)
    assert caught.value.cid == lost
    assert store.faults(cid) == [Fault(lost, "not in this store")]
    assert store.statistics.bytes_out == 0


def test_a_corrupt_chunk_is_told_and_never_used(store: ChunkedStore, tmp_path: Path) -> None:
    cid = store.put(DATA)
    harmed = list(pieces_of(store.backend, cid, 1000))[4].cid
    next((tmp_path / "pieces").rglob(harmed)).write_bytes(b"0123456789")
    with pytest.raises(ContentCorrupt) as caught:
        store.get(cid)
    assert caught.value.cid == harmed
    assert store.faults(cid) == [Fault(harmed, "the stored bytes have another digest")]
    store.put(DATA)
    assert store.get(cid) == DATA


def test_a_lost_node_is_told_once(store: ChunkedStore) -> None:
    cid = store.put(DATA)
    store.backend.delete(cid)
    assert store.faults(cid) == [Fault(cid, "not in this store")]
    with pytest.raises(CidError):
        store.faults("model")


def test_a_deleted_artifact_leaves_its_chunks_to_others(store: ChunkedStore) -> None:
    one, two = store.put(DATA), store.put(DATA + b"more")
    assert store.delete(one)
    assert not store.has(one)
    assert store.get(two) == DATA + b"more"


def test_a_store_that_takes_no_piece_of_the_layout_is_refused() -> None:
    with pytest.raises(ValueError, match="the store takes 9 bytes"):
        ChunkedStore(MemoryStore(9), SMALL)


def test_artifacts_of_one_chunk_keep_their_raw_name(store: ChunkedStore) -> None:
    assert store.put(b"x" * 10) == cid_of(b"x" * 10)
    assert codec_of(store.put(b"x" * 11)) is Codec.DAG_PB


@given(st.binary(max_size=400), st.integers(2, 5))
def test_several_pieces_at_once_are_the_same_artifact(data: bytes, at_once: int) -> None:
    store = ChunkedStore(MemoryStore(), SMALL, at_once=at_once)
    assert store.put(data) == cid_of_file(data, SMALL)
    assert store.get(cid_of_file(data, SMALL)) == data


def test_a_root_is_put_after_all_that_it_reaches() -> None:
    class Full(MemoryStore):
        left = 7

        def put(self, data: bytes, codec: Codec = Codec.RAW) -> str:
            if self.left == 0:
                raise OSError(28, "No space left on device")
            self.left -= 1
            return super().put(data, codec)

    backend = Full()
    store = ChunkedStore(backend, SMALL, at_once=4)
    with pytest.raises(OSError, match="No space left"):
        store.put(DATA)
    assert all(codec_of(entry.cid) is Codec.RAW for entry in backend.entries())
    assert store.statistics.puts == 0


@pytest.mark.parametrize("lost", [0, 4, 9])
def test_a_lost_chunk_is_told_where_several_are_fetched_at_once(lost: int) -> None:
    store = ChunkedStore(MemoryStore(), SMALL, at_once=3)
    cid = store.put(DATA)
    leaf = list(pieces_of(store.backend, cid, 1000))[lost].cid
    store.backend.delete(leaf)
    with pytest.raises(ContentMissing) as caught:
        store.get(cid)
    assert caught.value.cid == leaf
