"""Nodes are read as IPFS writes them, and nothing else is taken for one."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.content.cid import Codec, cid_of
from chain.content.dag_pb import FileNode, Link, NodeError, decoded, encoded

LEAF = cid_of(b"leaf")
links = st.builds(
    Link, st.sampled_from([LEAF, cid_of(b"", Codec.DAG_PB)]), st.integers(0, 2**40), st.integers(0, 2**40)
)


@given(st.lists(links, max_size=5))
def test_what_is_encoded_is_decoded(given_links: list[Link]) -> None:
    assert decoded(encoded(given_links)) == FileNode(tuple(given_links))


@given(st.binary(max_size=120))
def test_any_bytes_are_a_node_or_a_typed_error(encoding: bytes) -> None:
    with suppress(NodeError):
        assert decoded(encoding).size >= 0


@given(st.lists(links, min_size=1, max_size=3), st.data())
def test_a_changed_node_is_another_or_a_typed_error(given_links: list[Link], data: st.DataObject) -> None:
    encoding = bytearray(encoded(given_links))
    encoding[data.draw(st.integers(0, len(encoding) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(NodeError):
        assert decoded(bytes(encoding)).size >= 0


def test_a_node_with_its_bytes_in_itself_is_read() -> None:
    # `ipfs add` without raw leaves, of "hello world\n": QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o
    assert decoded(bytes.fromhex("0a120802120c68656c6c6f20776f726c640a180c")) == FileNode((), b"hello world\n")


@pytest.mark.parametrize(
    ("encoding", "reason"),
    [
        ("", "it has no UnixFS data"),
        ("0a020801", "it is of UnixFS type 1, not a file"),
        ("0a00", "it is of UnixFS type -1, not a file"),
        ("0a0408021801", "its parts have 0 bytes, and it says 1"),
        ("0a0408022005", "it has 0 links and the sizes of 1"),
        ("0a04080218000a0408021800", "field 1 does not belong into a node"),
        ("1a00", "field 3 does not belong into a node"),
        ("12000a0408021800", "a link names nothing"),
        ("12040a0201550a0408021800", "a link is not the CID of an artifact: '0x0155': not CIDv1"),
        ("0a05080218", "it is broken at byte 2"),
        ("0a0408021880808080808080808080", "it is broken at byte"),
        ("0d00000000", "it is broken at byte"),
    ],
)
def test_what_is_no_node_is_told(encoding: str, reason: str) -> None:
    with pytest.raises(NodeError) as caught:
        decoded(bytes.fromhex(encoding))
    assert str(caught.value).startswith(reason)
