"""The contract of a content store, run over each of them, behind the servers of others where there is one."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.content_servers import BUCKET, CREDENTIALS
from chain.content.chunked import ChunkedStore
from chain.content.cid import CidError, Codec, cid_of, digest_of
from chain.content.directory import DirectoryStore
from chain.content.gateway import GatewayStore
from chain.content.kubo import KuboStore
from chain.content.late import LateStore
from chain.content.layout import Layout
from chain.content.memory import MemoryStore
from chain.content.s3 import S3Store
from chain.content.several import SeveralStores
from chain.content.store import (
    Backend,
    ContentCorrupt,
    ContentError,
    ContentMissing,
    ContentReadOnly,
    ContentStore,
    ContentTooLarge,
    StoreStatistics,
    check_digest,
)
from chain.content.whole import WholeStore

LIMIT = 1000

WRITABLE = ["memory", "directory", "several", "s3", "kubo"]


def made(kind: str, request: pytest.FixtureRequest, folder: Path) -> Backend:
    match kind:
        case "memory":
            return MemoryStore(LIMIT)
        case "directory":
            return DirectoryStore(folder / "artifacts", LIMIT)
        case "several":
            return SeveralStores([MemoryStore(LIMIT), DirectoryStore(folder / "others", LIMIT + 1)])
        case "s3":
            prefix = f"{secrets.token_hex(4)} +ä/"
            return S3Store(request.getfixturevalue("s3"), BUCKET, CREDENTIALS, prefix, LIMIT)
        case "kubo":
            return KuboStore(request.getfixturevalue("ipfs").rpc, LIMIT, f"/{secrets.token_hex(8)}", 1)
        case _:
            return GatewayStore(request.getfixturevalue("ipfs").gateway, LIMIT)


@pytest.fixture(params=WRITABLE)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    return made(request.param, request, tmp_path)


@pytest.fixture(params=["chunked", "late", "whole", *WRITABLE])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> ContentStore:
    if request.param == "chunked":
        return ChunkedStore(MemoryStore(LIMIT), Layout(4, 3), LIMIT)
    if request.param == "whole":
        return WholeStore(LIMIT)
    if request.param == "late":
        return LateStore(lambda: MemoryStore(LIMIT))
    return made(request.param, request, tmp_path)


@pytest.fixture(params=[*WRITABLE, "gateway"])
def holding(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Backend, Callable[[bytes, Codec], str]]:
    """A store for reading, and what gives it an artifact."""
    backend = made(request.param, request, tmp_path)
    return backend, request.getfixturevalue("ipfs").give if backend.is_read_only else backend.put


def salted(text: bytes) -> bytes:
    return text + secrets.token_bytes(8)


@pytest.mark.parametrize("codec", Codec)
def test_what_a_store_has_is_got_under_its_cid(
    holding: tuple[Backend, Callable[[bytes, Codec], str]], codec: Codec
) -> None:
    backend, give = holding
    data = salted(b"") if codec is Codec.RAW else bytes.fromhex("0a0408021802")
    cid = give(data, codec)
    assert cid == cid_of(data, codec)
    assert backend.get(cid) == data
    assert backend.has(cid)
    assert backend.statistics.bytes_out == len(data)


def test_what_no_store_has_is_missing(holding: tuple[Backend, Callable[[bytes, Codec], str]]) -> None:
    backend, _ = holding
    absent = cid_of(salted(b"never stored"))
    assert not backend.has(absent)
    with pytest.raises(ContentMissing) as caught:
        backend.get(absent)
    assert str(caught.value) == f"artifact {absent}: not in this store"


def test_an_artifact_above_the_limit_is_not_read(holding: tuple[Backend, Callable[[bytes, Codec], str]]) -> None:
    backend, give = holding
    if not backend.is_read_only:
        return  # which take none
    with pytest.raises(ContentTooLarge):
        backend.get(give(b"x" * (LIMIT + 1), Codec.RAW))


@pytest.mark.parametrize("text", ["", "../../etc/passwd", "b" * 59])
def test_a_text_that_is_no_cid_is_refused_everywhere(
    holding: tuple[Backend, Callable[[bytes, Codec], str]], text: str
) -> None:
    backend, _ = holding
    for operation in (backend.get, backend.has, backend.delete):
        with pytest.raises(CidError):
            operation(text)


def test_a_store_for_reading_says_so() -> None:
    backend = GatewayStore("http://127.0.0.1:1")
    for refused in (lambda: backend.put(b""), lambda: backend.delete(cid_of(b"")), lambda: list(backend.entries())):
        with pytest.raises(ContentReadOnly):
            refused()


def test_a_deleted_artifact_is_missing(any_store: ContentStore) -> None:
    cid = any_store.put(salted(b"personal"))
    assert any_store.delete(cid)
    assert not any_store.delete(cid)
    assert not any_store.has(cid)
    with pytest.raises(ContentMissing):
        any_store.get(cid)


def test_the_largest_artifact_is_taken_and_a_larger_one_is_not(any_store: ContentStore) -> None:
    any_store.get(any_store.put(b"x" * LIMIT))
    with pytest.raises(ContentTooLarge) as caught:
        any_store.put(b"x" * (LIMIT + 1))
    assert caught.value.reason == "1001 bytes, and the store takes 1000"
    assert not any_store.has(caught.value.cid)


def test_the_empty_artifact_is_one(any_store: ContentStore) -> None:
    assert any_store.get(any_store.put(b"")) == b""


def test_bytes_are_counted_when_they_went_through(any_store: ContentStore) -> None:
    cid = any_store.put(b"12345")
    any_store.put(b"12345")
    any_store.get(cid)
    with pytest.raises(ContentError):
        any_store.get(cid_of(salted(b"")))
    with pytest.raises(ContentError):
        any_store.put(b"x" * (LIMIT + 1))
    assert any_store.statistics == StoreStatistics(puts=2, gets=1, bytes_in=10, bytes_out=5)


def test_threads_may_share_a_store(any_store: ContentStore) -> None:
    artifacts = [bytes([number]) * 10 for number in range(10)]

    def work(_worker: int) -> list[bytes]:
        return [any_store.get(any_store.put(data)) for data in artifacts]

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(work, range(4))) == [artifacts] * 4
    assert any_store.statistics == StoreStatistics(puts=40, gets=40, bytes_in=400, bytes_out=400)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(st.lists(st.binary(max_size=50), max_size=4))
def test_a_store_is_a_mapping_from_cid_to_bytes(any_store: ContentStore, artifacts: list[bytes]) -> None:
    named = {any_store.put(data): data for data in artifacts}
    assert {cid: any_store.get(cid) for cid in named} == named


def test_a_store_lists_what_it_keeps(store: Backend) -> None:
    assert list(store.entries()) == []
    kept = {store.put(b"one"): 3, store.put(b"three"): 5, store.put(bytes.fromhex("0a0408021802"), Codec.DAG_PB): 6}
    store.delete(store.put(b"gone"))
    found = {entry.cid: entry.size for entry in store.entries()}
    assert {digest_of(cid) for cid in found} == {digest_of(cid) for cid in kept}
    assert all(size in (None, kept[cid]) for cid, size in found.items() if cid in kept)


def test_only_what_is_old_enough_is_deleted_and_a_put_makes_it_new(store: Backend) -> None:
    cid = store.put(b"shared")
    (entry,) = store.entries()
    if entry.added_at is None:
        return  # such a store cannot tell, and does not claim to
    assert not store.delete(cid, added_before=entry.added_at - 1)
    assert store.has(cid)
    store.put(b"shared")
    (again,) = store.entries()
    assert again.added_at is not None
    assert again.added_at >= entry.added_at
    assert store.delete(cid, added_before=again.added_at + 2)
    assert not store.has(cid)


def test_a_digest_is_checked_against_the_cid() -> None:
    check_digest(cid_of(b"right"), b"right")
    with pytest.raises(ContentCorrupt):
        check_digest(cid_of(b"right"), b"wrong")
