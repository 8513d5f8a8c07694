"""A gateway is believed in nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from benchmarks.content_servers import IpfsNodes
from chain.content.chunked import ChunkedStore
from chain.content.cid import Codec, cid_of
from chain.content.gateway import GatewayStore
from chain.content.layout import Layout
from chain.content.store import ContentCorrupt, ContentMissing, ContentTooLarge, ContentUnreachable
from tests.chain.content.scripted_server import Script, said, scripted

CID = cid_of(b"model")


@pytest.fixture
def server() -> Iterator[tuple[GatewayStore, Script]]:
    with scripted() as (address, script):
        yield GatewayStore(address, limit=1000), script


def test_a_file_that_helia_has_is_read_piece_by_piece(ipfs: IpfsNodes) -> None:
    data = random.Random(5).randbytes(3 * 2**20 + 5)
    for layout in (Layout(2**18, 174), Layout(2**20, 2)):
        cid = ipfs.imported(data, layout.chunk_size, layout.width)
        assert ChunkedStore(GatewayStore(ipfs.gateway), layout).get(cid) == data


def test_the_block_is_asked_for_not_what_a_gateway_makes_of_it(server: tuple[GatewayStore, Script]) -> None:
    store, script = server
    node = bytes.fromhex("0a0408021800")
    script.answer = lambda connection, _: connection.sendall(said(200, node))
    assert store.get(cid_of(node, Codec.DAG_PB)) == node
    lines = script.requests[0].splitlines()
    assert lines[0].endswith(b"?format=raw HTTP/1.1")
    assert b"Accept: application/vnd.ipld.raw" in lines


def test_other_bytes_are_never_used(server: tuple[GatewayStore, Script]) -> None:
    store, script = server
    script.answer = lambda connection, _: connection.sendall(said(200, b"<html>an error with status 200</html>"))
    with pytest.raises(ContentCorrupt):
        store.get(CID)
    assert store.statistics.gets == 0
    script.answer = lambda connection, _: connection.sendall(said(200, bytes(1001)))
    with pytest.raises(ContentTooLarge):
        store.get(CID)


@pytest.mark.parametrize("status", [404, 410, 504])
def test_what_the_gateway_does_not_find_is_missing(server: tuple[GatewayStore, Script], status: int) -> None:
    store, script = server
    script.answer = lambda connection, _: connection.sendall(said(status))
    with pytest.raises(ContentMissing):
        store.get(CID)
    assert not store.has(CID)


@pytest.mark.parametrize("status", [206, 301, 302, 308, 400, 429, 500])
def test_every_other_answer_is_a_typed_error(server: tuple[GatewayStore, Script], status: int) -> None:
    store, script = server
    script.answer = lambda connection, _: connection.sendall(said(status, b"", "Location: http://127.0.0.1:9/"))
    for refused in (lambda: store.get(CID), lambda: store.has(CID)):
        with pytest.raises(ContentUnreachable, match=str(status)):
            refused()
    assert len(script.requests) == 2
