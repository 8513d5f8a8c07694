"""What the chain names stays, and so does what is young; the rest goes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.content_servers import IpfsNodes
from chain.content.chunked import ChunkedStore
from chain.content.cid import CidError, Codec, cid_of
from chain.content.directory import DirectoryStore
from chain.content.garbage import Collected, Collector
from chain.content.gateway import GatewayStore
from chain.content.kubo import KuboStore
from chain.content.layout import Layout
from chain.content.memory import MemoryStore
from chain.content.pieces import pieces_of, reached_from
from chain.content.store import ContentCorrupt, ContentMissing, ContentReadOnly, Entry

LAYOUT = Layout(10, 3)
PIECES = 17
"""Of a file: ten leaves under four nodes, two, and one."""


class Clock:
    """A time that is set."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> MemoryStore:
    return MemoryStore(clock=clock)


def file_of(seed: int) -> bytes:
    return random.Random(seed).randbytes(95)


def put(store: MemoryStore | DirectoryStore, seed: int) -> str:
    return ChunkedStore(store, LAYOUT).put(file_of(seed))


def cids(store: MemoryStore) -> set[str]:
    return {entry.cid for entry in store.entries()}


def test_what_a_root_reaches_stays_and_the_rest_goes(store: MemoryStore, clock: Clock) -> None:
    used, unused, absent = put(store, 1), put(store, 2), cid_of(b"elsewhere")
    gone = set(reached_from(store, unused))
    pieces = [store.get(cid) for cid in gone]
    clock.now += 10
    collected = Collector(store, 10, clock).collect([used, absent, used])
    assert set(collected.deleted) == gone
    freed = sum(len(piece) for piece in pieces)
    assert collected == Collected(in_use=PIECES, young=0, deleted=collected.deleted, freed=freed, absent=(absent,))
    assert cids(store) == set(reached_from(store, used))
    assert ChunkedStore(store, LAYOUT).get(used) == file_of(1)


def test_what_was_put_within_the_grace_period_stays(store: MemoryStore, clock: Clock) -> None:
    put(store, 1)
    clock.now += 9.5
    collected = Collector(store, 10, clock).collect([])
    assert (collected.young, collected.deleted) == (PIECES, ())
    clock.now += 1
    assert len(Collector(store, 10, clock).collect([]).deleted) == PIECES


def test_a_put_makes_old_chunks_new(store: MemoryStore, clock: Clock) -> None:
    cid = put(store, 1)
    clock.now += 100
    put(store, 1)
    assert Collector(store, 10, clock).collect([]).deleted == ()
    assert ChunkedStore(store, LAYOUT).get(cid) == file_of(1)


def test_chunks_that_a_used_file_shares_with_an_unused_one_stay(store: MemoryStore, clock: Clock) -> None:
    chunked = ChunkedStore(store, LAYOUT)
    used, _ = chunked.put(file_of(1)), chunked.put(file_of(1)[:50] + file_of(2)[50:])
    clock.now += 100
    assert Collector(store, 10, clock).collect([used]).in_use == PIECES
    assert chunked.get(used) == file_of(1)


def test_a_put_between_the_list_and_the_deletion_is_safe(clock: Clock) -> None:
    class Racing(MemoryStore):
        def delete(self, cid: str, added_before: float | None = None) -> bool:
            self.put(b"shared")
            return super().delete(cid, added_before)

    store = Racing(clock=clock)
    cid = store.put(b"shared")
    clock.now += 100
    collected = Collector(store, 10, clock).collect([])
    assert (collected.deleted, collected.young) == ((), 1)
    assert store.get(cid) == b"shared"


def test_a_dry_run_deletes_nothing(store: MemoryStore, clock: Clock) -> None:
    cid = put(store, 1)
    clock.now += 100
    assert set(Collector(store, 10, clock).collect([], is_dry=True).deleted) == set(reached_from(store, cid))
    assert len(cids(store)) == PIECES


def test_a_node_that_is_lost_or_spoilt_stops_the_collection(clock: Clock, tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path, clock=clock)
    cid = put(store, 1)
    inner = next(node for node in reached_from(store, cid) if node != cid and node.startswith("bafyb"))
    put(store, 2)
    clock.now += 100
    file = next(tmp_path.rglob(inner))
    whole = file.read_bytes()
    file.write_bytes(b"spoilt")
    with pytest.raises(ContentCorrupt):
        Collector(store, 10, clock).collect([cid])
    file.unlink()
    with pytest.raises(ContentMissing):
        Collector(store, 10, clock).collect([cid])
    assert len(list(store.entries())) == 2 * PIECES - 1
    store.put(whole, Codec.DAG_PB)
    assert len(Collector(store, 10, clock).collect([cid]).deleted) == PIECES


def test_a_lost_leaf_does_not_stop_the_collection(store: MemoryStore, clock: Clock) -> None:
    cid = put(store, 1)
    store.delete(next(pieces_of(store, cid, 100)).cid)
    clock.now += 100
    assert Collector(store, 10, clock).collect([cid]).in_use == PIECES - 1


def test_a_store_that_knows_no_times_keeps_what_it_has_for_the_grace_period(clock: Clock) -> None:
    class Timeless(MemoryStore):
        def entries(self) -> Iterator[Entry]:
            return (Entry(entry.cid, None, None) for entry in super().entries())

    store = Timeless()
    used, unused = store.put(b"used"), store.put(b"unused")
    collector = Collector(store, 10, clock)
    assert collector.collect([used]).deleted == ()
    clock.now += 9
    assert collector.collect([used, unused]).deleted == ()  # in use again: it counts anew
    clock.now += 9
    assert collector.collect([used]).deleted == ()
    clock.now += 10
    assert collector.collect([used]).deleted == (unused,)
    assert cids(store) == {used}


def test_a_root_that_is_no_cid_and_a_store_for_reading_are_refused(store: MemoryStore) -> None:
    put(store, 1)
    with pytest.raises(CidError):
        Collector(store, 0).collect(["model"])
    with pytest.raises(ContentReadOnly):
        Collector(GatewayStore("http://127.0.0.1:9"), 0).collect([])
    with pytest.raises(ValueError, match="grace period"):
        Collector(store, -1)
    assert len(cids(store)) == PIECES


def test_a_node_of_ipfs_keeps_what_is_used_and_what_is_not_ours(ipfs: IpfsNodes, clock: Clock) -> None:
    ours, others = KuboStore(ipfs.rpc, folder="/ours"), KuboStore(ipfs.rpc, folder="/others")
    chunked = ChunkedStore(ours, Layout(100, 3))
    used, unused = chunked.put(random.Random(3).randbytes(900)), chunked.put(random.Random(4).randbytes(500))
    foreign = others.put(b"of others")
    collector = Collector(ours, 0, clock)
    collected = collector.collect([used])
    assert set(collected.deleted) == set(reached_from(memory_of(chunked, 4, 500), unused))
    assert chunked.get(used) == random.Random(3).randbytes(900)
    assert others.get(foreign) == b"of others"
    assert {entry.cid for entry in ours.entries()} == set(reached_from(ours, used))


def memory_of(chunked: ChunkedStore, seed: int, size: int) -> MemoryStore:
    """The same file in memory."""
    store = MemoryStore()
    ChunkedStore(store, chunked.layout).put(random.Random(seed).randbytes(size))
    return store


@given(st.sets(st.integers(0, 7)), st.sets(st.integers(0, 7)))
def test_every_used_file_is_whole_after_any_collection(kept: set[int], used: set[int]) -> None:
    clock = Clock()
    store = MemoryStore(clock=clock)
    named = {number: put(store, number % 5) for number in kept}
    clock.now += 100
    roots = {named[number] for number in used if number in named}
    Collector(store, 10, clock).collect(roots)
    assert cids(store) == {cid for root in roots for cid in reached_from(store, root)}
