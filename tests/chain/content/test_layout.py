"""Files have the CIDs that IPFS gives them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.content_servers import IpfsNodes
from chain.content.chunked import ChunkedStore
from chain.content.cid import Codec, cid_of
from chain.content.dag_pb import decoded
from chain.content.layout import IPFS, IPFS_2025, Layout, built, chunks_of, cid_of_file
from chain.content.memory import MemoryStore

ONE_MIB = Layout(2**20, 174)

KNOWN = [
    (b"", IPFS, "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
    (b"hello world", IPFS, "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"),
    (bytes(700_000), IPFS, "bafybeigzrvw4swyp5pcynyujhatepddzjg4gbeja3qxya7zxuq7sgktjc4"),
    (bytes(700_000), ONE_MIB, "bafkreifhpvwveldxqk3xub5zeuij2gg22akb4nhnu6vsmdy53bxaldtlzq"),
    (bytes(700_000), Layout(1000, 3), "bafybeihxpeaol3erhsww32c5jktyclanxnqtb7dp6fmqqpeh5hl2wpcvyq"),
]
"""Made by ipfs-unixfs-importer 17.1.1, which is Helia's; the third by js-ipfs 0.18.1 too."""


@pytest.mark.parametrize(("data", "layout", "cid"), KNOWN)
def test_files_have_the_cids_that_ipfs_gave_them(data: bytes, layout: Layout, cid: str) -> None:
    assert cid_of_file(data, layout) == cid


@pytest.mark.parametrize("layout", [Layout(10, 3), Layout(7, 2), Layout(1, 4)])
def test_small_trees_of_every_size_are_those_of_helia(ipfs: IpfsNodes, layout: Layout) -> None:
    data = random.Random(1).randbytes(10 * 28)
    sizes = {0, 1, *(layout.chunk_size * leaves + more for leaves in range(1, 28) for more in (-1, 0, 1))}
    for size in sorted(sizes - {-1}):
        assert cid_of_file(data[:size], layout) == ipfs.imported(data[:size], layout.chunk_size, layout.width), size


@pytest.mark.parametrize("layout", [IPFS, ONE_MIB, IPFS_2025])
@pytest.mark.parametrize("chunks", [1, 3.5, 174, 175.25])
def test_large_files_are_cut_as_helia_cuts_them(ipfs: IpfsNodes, layout: Layout, chunks: float) -> None:
    size = min(int(chunks * layout.chunk_size), 46 * 2**20)
    data = random.Random(2).randbytes(2**16) * (size // 2**16) + b"the end"
    assert cid_of_file(data, layout) == ipfs.imported(data, layout.chunk_size, layout.width)


def test_equal_chunks_are_kept_once() -> None:
    backend = MemoryStore()
    ChunkedStore(backend, Layout(100, 10)).put(bytes(1000))
    assert len(list(backend.entries())) == 2


@given(st.binary(max_size=300), st.integers(1, 20), st.integers(2, 5))
def test_a_tree_says_how_large_it_is(data: bytes, chunk_size: int, width: int) -> None:
    store = MemoryStore()
    root = built(chunks_of(data, Layout(chunk_size, width)), Layout(chunk_size, width), store.put)
    assert root.size == len(data)
    if root.cid != cid_of(data):
        node = decoded(store.get(root.cid))
        assert node.size == len(data)
        assert root.tree_size == len(store.get(root.cid)) + sum(link.tree_size for link in node.links)


@pytest.mark.parametrize(("chunk_size", "width"), [(0, 174), (-1, 2), (1, 1)])
def test_a_layout_that_ends_nowhere_is_refused(chunk_size: int, width: int) -> None:
    with pytest.raises(ValueError, match="at least 1 byte"):
        Layout(chunk_size, width)


def test_a_file_of_one_chunk_is_that_chunk() -> None:
    assert cid_of_file(b"x" * 10, Layout(10, 2)) == cid_of(b"x" * 10, Codec.RAW)
