"""What a directory adds to the contract of a store: durability and files that others changed."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event
from time import time

import pytest

from chain.content.cid import cid_of
from chain.content.directory import DirectoryStore
from chain.content.store import ContentCorrupt, ContentMissing, ContentTooLarge, Entry

EMPTY = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


def test_artifacts_lie_two_levels_deep(tmp_path: Path) -> None:
    DirectoryStore(tmp_path).put(b"")
    assert [file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file()] == [
        f"uv/yk/{EMPTY}"
    ]


def test_artifacts_outlive_the_store(tmp_path: Path) -> None:
    cid = DirectoryStore(tmp_path).put(b"model")
    assert DirectoryStore(tmp_path).get(cid) == b"model"


def test_a_corrupt_file_is_refused_then_mended_by_a_put(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    cid = store.put(b"model")
    _file(tmp_path, cid).write_bytes(b"modem")
    with pytest.raises(ContentCorrupt) as caught:
        store.get(cid)
    assert str(caught.value) == f"artifact {cid}: the stored bytes have another digest"
    assert store.statistics.bytes_out == 0
    store.put(b"model")
    assert store.get(cid) == b"model"


def test_a_file_above_the_limit_is_not_read(tmp_path: Path) -> None:
    cid = DirectoryStore(tmp_path).put(b"x" * 100)
    with pytest.raises(ContentTooLarge):
        DirectoryStore(tmp_path, limit=99).get(cid)


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = DirectoryStore(tmp_path)

    def refuse(_source: str, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="No space left"):
        store.put(b"model")
    assert not store.has(cid_of(b"model"))
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def test_a_partial_file_of_a_killed_writer_is_not_an_artifact(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    cid = store.put(b"model")
    file = _file(tmp_path, cid)
    file.rename(file.with_name(f"{cid}abc.partial"))
    assert not store.has(cid)
    with pytest.raises(ContentMissing):
        store.get(cid)


def _file(path: Path, cid: str) -> Path:
    return path / cid[-5:-3] / cid[-3:-1] / cid


def test_a_put_and_a_sweep_of_the_same_artifact_never_lose_it(tmp_path: Path) -> None:
    putting, sweeping = DirectoryStore(tmp_path), DirectoryStore(tmp_path)
    cid = putting.put(b"shared")
    is_done = Event()

    def sweep() -> None:
        while not is_done.is_set():
            sweeping.delete(cid, added_before=time() - 5)

    with ThreadPoolExecutor(1) as threads:
        swept = threads.submit(sweep)
        for _ in range(30):
            with suppress(FileNotFoundError):
                os.utime(_file(tmp_path, cid), (0, 0))  # old, so that it is swept at any moment
            putting.put(b"shared")
            assert putting.get(cid) == b"shared"
        is_done.set()
        swept.result()


def test_files_that_are_no_artifacts_are_not_listed(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path, clock=lambda: 1_000_000_000.25)
    cid = store.put(b"model")
    file = _file(tmp_path, cid)
    file.with_name(f"{cid}abc.partial").write_bytes(b"half")
    (tmp_path / "readme.txt").write_text("not ours")
    assert list(store.entries()) == [Entry(cid, 5, 1_000_000_000.25)]
