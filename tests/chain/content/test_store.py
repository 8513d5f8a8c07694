"""The contract of a content store, run over each of them."""

from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chain.content.cid import CidError, cid_of
from chain.content.directory import DirectoryStore
from chain.content.memory import MemoryStore
from chain.content.store import (
    ContentCorrupt,
    ContentError,
    ContentMissing,
    ContentStore,
    ContentTooLarge,
    StoreStatistics,
    check_digest,
)

LIMIT = 1000
ABSENT = cid_of(b"never stored")


@pytest.fixture(params=["memory", "directory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ContentStore:
    if request.param == "memory":
        return MemoryStore(LIMIT)
    return DirectoryStore(tmp_path / "artifacts", LIMIT)


def test_what_is_put_is_got_under_its_cid(store: ContentStore) -> None:
    cid = store.put(b"weights")
    assert cid == cid_of(b"weights")
    assert store.get(cid) == b"weights"
    assert store.has(cid)


def test_an_absent_artifact_is_missing(store: ContentStore) -> None:
    assert not store.has(ABSENT)
    with pytest.raises(ContentMissing) as caught:
        store.get(ABSENT)
    assert str(caught.value) == f"artifact {ABSENT}: not in this store"


def test_a_deleted_artifact_is_missing(store: ContentStore) -> None:
    cid = store.put(b"personal")
    assert store.delete(cid)
    assert not store.delete(cid)
    assert not store.has(cid)
    with pytest.raises(ContentMissing):
        store.get(cid)


def test_the_largest_artifact_is_taken_and_a_larger_one_is_not(store: ContentStore) -> None:
    store.get(store.put(b"x" * LIMIT))
    with pytest.raises(ContentTooLarge) as caught:
        store.put(b"x" * (LIMIT + 1))
    assert caught.value.reason == "1001 bytes, and the store takes 1000"
    assert not store.has(caught.value.cid)


def test_the_empty_artifact_is_one(store: ContentStore) -> None:
    assert store.get(store.put(b"")) == b""


@pytest.mark.parametrize("text", ["", "../../etc/passwd", "b" * 59])
def test_a_text_that_is_no_cid_is_refused_everywhere(store: ContentStore, text: str) -> None:
    for operation in (store.get, store.has, store.delete):
        with pytest.raises(CidError):
            operation(text)


def test_bytes_are_counted_when_they_went_through(store: ContentStore) -> None:
    cid = store.put(b"12345")
    store.put(b"12345")
    store.get(cid)
    with pytest.raises(ContentError):
        store.get(ABSENT)
    with pytest.raises(ContentError):
        store.put(b"x" * (LIMIT + 1))
    assert store.statistics == StoreStatistics(puts=2, gets=1, bytes_in=10, bytes_out=5)


def test_threads_may_share_a_store(store: ContentStore) -> None:
    artifacts = [bytes([number]) * 10 for number in range(20)]

    def work() -> None:
        for data in artifacts:
            assert store.get(store.put(data)) == data

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.statistics == StoreStatistics(puts=80, gets=80, bytes_in=800, bytes_out=800)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.binary(max_size=50), max_size=8))
def test_a_store_is_a_mapping_from_cid_to_bytes(store: ContentStore, artifacts: list[bytes]) -> None:
    named = {store.put(data): data for data in artifacts}
    assert {cid: store.get(cid) for cid in named} == named


def test_a_digest_is_checked_against_the_cid() -> None:
    check_digest(cid_of(b"right"), b"right")
    with pytest.raises(ContentCorrupt):
        check_digest(cid_of(b"right"), b"wrong")
