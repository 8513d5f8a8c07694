"""What a node of IPFS adds to the contract: files that it reads and makes, and refusals."""

from __future__ import annotations

import json
import secrets
import socket
import urllib.request
from collections.abc import Iterator

import pytest

from benchmarks.content_servers import IpfsNodes
from chain.content.chunked import ChunkedStore
from chain.content.cid import cid_of
from chain.content.kubo import KuboStore
from chain.content.layout import IPFS, Layout, cid_of_file
from chain.content.store import ContentCorrupt, ContentMissing, ContentTooLarge, ContentUnreachable, Entry
from tests.chain.content.scripted_server import Script, said, scripted

CID = cid_of(b"model")
DATA = secrets.token_bytes(700_000)


@pytest.fixture
def server() -> Iterator[tuple[KuboStore, Script]]:
    with scripted() as (address, script):
        yield KuboStore(address), script


def asked(ipfs: IpfsNodes, target: str, body: bytes = b"") -> bytes:
    headers = {"Content-Type": "multipart/form-data; boundary=x"} if body else {}
    request = urllib.request.Request(f"{ipfs.rpc}/api/v0/{target}", body, headers, method="POST")
    with urllib.request.urlopen(request, timeout=300) as reply:
        answer: bytes = reply.read()
    return answer


def test_the_node_reads_the_files_that_we_put(ipfs: IpfsNodes) -> None:
    store = ChunkedStore(KuboStore(ipfs.rpc, folder="/read"), Layout(50_000, 3))
    assert asked(ipfs, f"cat?arg={store.put(DATA)}") == DATA


def test_the_node_gives_a_file_the_cid_that_we_give_it_and_we_read_it(ipfs: IpfsNodes) -> None:
    for data, chunk in ((DATA, 2**18), (DATA[:1000], 2**18), (DATA, 2**20), (DATA * 3, 2**20)):
        body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n'
        body += b"Content-Type: application/octet-stream\r\n\r\n" + data + b"\r\n--x--\r\n"
        target = f"add?cid-version=1&raw-leaves=true&cid-base=base32&chunker=size-{chunk}"
        added = json.loads(asked(ipfs, target, body).splitlines()[-1])
        assert added["Hash"] == cid_of_file(data, Layout(chunk, IPFS.width))
        assert ChunkedStore(KuboStore(ipfs.rpc, folder="/none")).get(added["Hash"]) == data


def test_garbage_collection_of_the_node_leaves_what_is_ours(ipfs: IpfsNodes) -> None:
    store = ChunkedStore(KuboStore(ipfs.rpc, folder="/kept"), Layout(50_000, 3))
    cid = store.put(DATA)
    asked(ipfs, "repo/gc")
    assert store.get(cid) == DATA


def test_other_bytes_under_the_name_are_never_used(server: tuple[KuboStore, Script]) -> None:
    store, script = server
    script.answer = lambda connection, _: connection.sendall(said(200, b"other"))
    with pytest.raises(ContentCorrupt):
        store.get(CID)
    script.answer = lambda connection, _: connection.sendall(said(200, bytes(2**20 + 1)))
    with pytest.raises(ContentTooLarge):
        store.get(CID)


@pytest.mark.parametrize(
    "message", ["block was not found locally (offline): ipld: could not find bafk", "context deadline exceeded"]
)
def test_what_the_node_does_not_find_is_missing(server: tuple[KuboStore, Script], message: str) -> None:
    store, script = server
    body = json.dumps({"Message": message, "Code": 0, "Type": "error"}).encode()
    script.answer = lambda connection, _: connection.sendall(said(500, body))
    with pytest.raises(ContentMissing):
        store.get(CID)
    assert not store.has(CID)
    assert list(store.entries()) == []


@pytest.mark.parametrize("body", [b"", b"403 - Forbidden", b"[]", b'{"Message": "lock: in use\\u0007"}'])
@pytest.mark.parametrize("status", [302, 403, 500])
def test_every_other_answer_is_a_typed_error(server: tuple[KuboStore, Script], status: int, body: bytes) -> None:
    store, script = server
    script.answer = lambda connection, _: connection.sendall(said(status, body, "Location: http://127.0.0.1:9/"))
    for refused in (
        lambda: store.put(b"model"),
        lambda: store.get(CID),
        lambda: store.has(CID),
        lambda: store.delete(CID),
        lambda: list(store.entries()),
    ):
        with pytest.raises(ContentUnreachable) as caught:
            refused()
        assert str(status) in str(caught.value)
        assert str(caught.value).isprintable()


def test_a_name_that_another_process_gave_meanwhile_is_as_good(server: tuple[KuboStore, Script]) -> None:
    store, script = server
    absent = json.dumps({"Message": "file does not exist"}).encode()
    taken = json.dumps({"Message": "directory already has entry by that name"}).encode()
    stats = iter([said(500, absent), said(200)])

    def answer(connection: socket.socket, request: bytes) -> None:
        command = request.split()[1].partition(b"?")[0].rpartition(b"v0/")[2]
        if command == b"files/cp":
            connection.sendall(said(500, taken))
        else:
            connection.sendall(next(stats) if command == b"files/stat" else said(200))

    script.answer = answer
    assert store.put(b"model") == CID
    stats = iter([said(500, absent), said(500, absent)])
    with pytest.raises(ContentUnreachable, match="already has entry"):
        store.put(b"model")


def test_names_that_are_not_ours_are_not_listed(server: tuple[KuboStore, Script]) -> None:
    store, script = server
    listed = {"Entries": [{"Name": CID, "Size": 5}, {"Name": "readme.txt"}, {"Name": 7}, None]}
    script.answer = lambda connection, _: connection.sendall(said(200, json.dumps(listed).encode()))
    assert list(store.entries()) == [Entry(CID, None, None)]
    assert b"/api/v0/files/ls?arg=%2Fpalletlab " in script.requests[0]
