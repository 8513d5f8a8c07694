"""What is read often is read and checked twice, and not again; nothing is served that the store has not got."""

from __future__ import annotations

import pytest

from chain.content.chunked import ChunkedStore
from chain.content.hashed import HashedBytes
from chain.content.memory import MemoryStore
from chain.content.remembering import READ_ONCE, RememberingStore
from chain.content.store import ContentMissing
from chain.crypto.hashing import blake2_256


def test_the_third_reader_gets_the_bytes_of_the_second() -> None:
    store = RememberingStore(ChunkedStore(MemoryStore()))
    cid = store.put(b"model")
    first, second, third = (store.get(cid) for _ in range(3))
    assert (first, second) == (b"model", b"model")
    assert third is second
    assert store.statistics.gets == 2
    assert isinstance(third, HashedBytes)
    assert third.root == blake2_256(b"model")


@pytest.mark.parametrize("is_direct", [True, False])
def test_what_is_deleted_is_served_no_more(is_direct: bool) -> None:
    inner = MemoryStore()
    store = RememberingStore(inner)
    cid = store.put(b"model")
    for _ in range(3):
        store.get(cid)
    assert (inner if is_direct else store).delete(cid)
    assert not store.has(cid)
    with pytest.raises(ContentMissing):
        store.get(cid)


def test_older_artifacts_make_room_for_newer_ones() -> None:
    store = RememberingStore(MemoryStore(), room=10)
    old, new = store.put(b"123456"), store.put(b"abcdef")
    kept = [store.get(old) for _ in range(3)][-1]
    assert store.get(old) is kept
    for _ in range(2):
        store.get(new)
    assert store.get(old) is not kept
    assert store.get(store.put(b"more than there is room for")) == b"more than there is room for"
    assert store.limit == MemoryStore().limit


def test_only_so_many_names_are_remembered() -> None:
    store = RememberingStore(MemoryStore())
    cids = [store.put(b"%d" % number) for number in range(READ_ONCE + 1)]
    for cid in cids:
        store.get(cid)
    assert not isinstance(store.get(cids[0]), HashedBytes)  # its first reading is forgotten
    assert isinstance(store.get(cids[-1]), HashedBytes)


def test_what_is_read_again_after_as_much_as_there_is_room_for_is_not_kept() -> None:
    store = RememberingStore(MemoryStore(), room=10)
    model, updates = store.put(b"model"), [store.put(b"%06d" % number) for number in range(3)]
    for _ in range(3):
        for cid in updates:
            assert not isinstance(store.get(cid), HashedBytes)
        for is_kept in (False, True, True):
            assert isinstance(store.get(model), HashedBytes) is is_kept
        store.delete(model)
        store.put(b"model")
