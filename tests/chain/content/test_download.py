"""A fetch that was interrupted goes on where it stopped, and believes nothing that it finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chain.content.chunked import ChunkedStore
from chain.content.cid import CidError, Codec, codec_of
from chain.content.download import Download, download, partial_of
from chain.content.layout import Layout
from chain.content.memory import MemoryStore
from chain.content.store import ContentMissing, ContentTooLarge, ContentUnreachable

DATA = bytes(range(95))
LAYOUT = Layout(10, 3)


class Failing(MemoryStore):
    """Serves so many leaves and is away then."""

    left = 1000

    def get(self, cid: str) -> bytes:
        if codec_of(cid) is Codec.RAW:
            if self.left == 0:
                raise ContentUnreachable(cid, "gone")
            self.left -= 1
        return super().get(cid)


@pytest.fixture
def source() -> Failing:
    return Failing()


@pytest.fixture
def cid(source: Failing) -> str:
    return ChunkedStore(source, LAYOUT).put(DATA)


def test_a_file_comes_whole_and_says_how_far_it_is(source: Failing, cid: str, tmp_path: Path) -> None:
    told = list[int]()
    assert download(source, cid, tmp_path / "model", 100, told.append) == Download(95, 0)
    assert (tmp_path / "model").read_bytes() == DATA
    assert told == [10, 20, 30, 40, 50, 60, 70, 80, 90, 95]
    assert [file.name for file in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize("leaves", [0, 1, 4, 9])
def test_an_interrupted_fetch_goes_on_where_it_stopped(source: Failing, cid: str, tmp_path: Path, leaves: int) -> None:
    source.left = leaves
    with pytest.raises(ContentUnreachable):
        download(source, cid, tmp_path / "model", 100)
    assert not (tmp_path / "model").exists()
    source.left = 10 - leaves  # no more than what has not come
    assert download(source, cid, tmp_path / "model", 100) == Download(95, 10 * leaves)
    assert (tmp_path / "model").read_bytes() == DATA


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.binary(max_size=120) | st.integers(0, 95).map(lambda size: DATA[:size] + b"\x00" * 20))
def test_whatever_a_partial_file_has_the_fetched_one_is_right(
    source: Failing, cid: str, tmp_path: Path, found: bytes
) -> None:
    source.left = 10  # for every example
    partial_of(tmp_path / "model").write_bytes(found)
    done = download(source, cid, tmp_path / "model", 100)
    assert (tmp_path / "model").read_bytes() == DATA
    assert done.resumed <= len(found)


def test_a_file_of_one_chunk_and_an_empty_one_are_fetched(source: Failing, tmp_path: Path) -> None:
    for data in (b"", b"one"):
        partial_of(tmp_path / "small").write_bytes(b"what was here before")
        assert download(source, source.put(data), tmp_path / "small", 100) == Download(len(data), 0)
        assert (tmp_path / "small").read_bytes() == data


def test_what_is_too_large_is_refused_before_it_is_fetched(source: Failing, cid: str, tmp_path: Path) -> None:
    source.left = 0
    with pytest.raises(ContentTooLarge):
        download(source, cid, tmp_path / "model", 94)
    assert not (tmp_path / "model").exists()


def test_what_is_not_there_and_what_is_no_cid_leave_nothing(source: Failing, cid: str, tmp_path: Path) -> None:
    source.delete(cid)
    with pytest.raises(ContentMissing):
        download(source, cid, tmp_path / "model", 100)
    with pytest.raises(CidError):
        download(source, "model", tmp_path / "model", 100)
    assert list(tmp_path.iterdir()) == []
