"""Nothing that clients send stops a node: requests with any parameters, mangled texts, frames and HTTP from raw bytes.

Everything comes from seeds; `make storms` tries more of them.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from contextlib import suppress

import aiohttp
import pytest

from chain.crypto.development import NAMES, account
from chain.rpc.namespaces import standard_methods
from chain.rpc.parameters import Json
from node_cli.dev_node import DevNode
from node_cli.dev_options import DevOptions
from tests.effort import EFFORT

METHODS = sorted(standard_methods())
ALIVE = '{"jsonrpc":"2.0","id":"alive","method":"system_chain"}'
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Hostility:
    """What a client may send that means no good, or knows no better."""

    def __init__(self, seed: int, node: DevNode) -> None:
        self.source = random.Random(seed)
        chain, state = node.node.chain, node.node.best.state
        blocks = [chain.genesis.hash, chain.best.hash, chain.finalized.hash, bytes(32)]
        keys = [key for key, _ in zip(state.keys(), range(50), strict=False)]
        self.words: list[Json] = [
            *("0x" + data.hex() for data in (*blocks, *keys, *map(account, NAMES[:3]), b"", b"\0", b"\xff" * 40)),
            *("Core_version", "Metadata_metadata_at_version", "AccountNonceApi_account_nonce", "System", "Account"),
            *("//Alice", "aura", "0x", "0xabc", "latest", "", "é" * 20, "\ud800", "\0", "10", "9" * 400, "value"),
            *("descendantsValues", "Instant", "storage", "finalized", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcN"),
        ]
        self.names = [
            *("key", "type", "paginationStartKey", "count", "at", "to", "hash", "transactions", "blockHash", "number"),
            *("pallet", "item", "value", "runtimeVersion", "account", "nonce", "extrinsic", "call", "origin", "System"),
        ]

    def value(self, depth: int = 0) -> Json:
        match self.source.randrange(9 if depth < 3 else 6):
            case 0:
                return self.source.choice([None, True, False, [], {}])
            case 1:
                return self.source.choice([0, 1, 2, 3, -1, 1.5, 255, 2**31, 2**32, 2**64, 2**200, -(2**70), 1e300])
            case 6:
                return [self.value(depth + 1) for _ in range(self.source.randrange(4))]
            case 7:
                return {self.source.choice(self.names): self.value(depth + 1) for _ in range(self.source.randrange(4))}
            case 8:
                return self.source.choice(METHODS)
            case _:
                return self.source.choice(self.words)

    def request(self) -> Json:
        """Of a method that there is, with parameters that may be wrong."""
        params: Json = [self.value() for _ in range(self.source.randrange(6))]
        if self.source.random() < 0.1:
            params = self.value()
        request: Json = {"jsonrpc": "2.0", "method": self.source.choice(METHODS), "params": params}
        if self.source.random() < 0.9:
            request["id"] = self.source.choice([1, "a", None, -7, 2**70, 1.5, [], {}])
        return request

    def text(self) -> bytes:
        """A request or several, now and then mangled."""
        content: Json = self.request()
        if self.source.random() < 0.1:
            content = [self.source.choice([self.request(), self.value()]) for _ in range(self.source.randrange(5))]
        text = bytearray(json.dumps(content).encode())
        for _ in range(self.source.choice([0, 0, 0, 1, 3])):
            at = self.source.randrange(len(text))
            text[at : at + self.source.randrange(3)] = self.source.randbytes(self.source.randrange(3))
            if not text:
                text += b" "
        return bytes(text)

    def frames(self) -> bytes:
        """Frames of a WebSocket, of which some have no sense."""
        sent = b""
        for _ in range(self.source.randrange(1, 6)):
            payload = self.text()[: self.source.choice([5, 60, 125, 4000])]
            size = len(payload)
            head = bytes((0x80 | size,)) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
            first = self.source.choice([0x81, 0x82, 0x01, 0x80, 0x88, 0x89, self.source.randrange(256)])
            sent += bytes((first,)) + head + bytes(4) + payload
        if self.source.random() < 0.5:
            at = self.source.randrange(len(sent))
            sent = sent[:at] + self.source.randbytes(self.source.randrange(20)) + sent[at + self.source.randrange(5) :]
        return sent

    def http(self) -> bytes:
        """A request over HTTP, of which parts may have no sense."""
        body = self.text()
        methods = [b"POST / HTTP/1.1", b"POST /a%00b HTTP/1.0", b"PUT / HTTP/1.1", b"POST / HTTP/9.9", b"\0"]
        length = self.source.choice([len(body), len(body), len(body), 0, -1, 10**12])
        kind = self.source.choice([b"application/json", b"text/plain", b"application/json; charset=utf-99", b"\xff"])
        lines = [
            self.source.choice(methods),
            b"Host: x",
            b"Content-Type: " + kind,
            f"Content-Length: {length}".encode(),
        ]
        if self.source.random() < 0.2:
            odd = [b"Transfer-Encoding: chunked", b"Expect: 100-continue", b"X" * 9000, b":"]
            lines.append(self.source.choice(odd))
        return b"\r\n".join((*lines, b"", body))


async def send_raw(port: int, data: bytes) -> None:
    """Send bytes, wait a moment for whatever comes, and leave."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with suppress(ConnectionError, TimeoutError):
        writer.write(data)
        await writer.drain()
        await asyncio.wait_for(reader.read(1000), 0.02)
    writer.close()


async def storm(node: DevNode, url: str, seed: int) -> None:
    """Everything that is hostile; the node must answer after it, and make a block."""
    hostility, port = Hostility(seed, node), int(url.rpartition(":")[2])
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(url)
        for _ in range(120):
            if socket.closed:
                socket = await session.ws_connect(url)
            with suppress(ConnectionError):
                await socket.send_bytes(hostility.text())
        await socket.close()
        for _ in range(15):
            await send_raw(port, HANDSHAKE + hostility.frames())
            await send_raw(port, hostility.http())
        async with session.ws_connect(url) as last:
            await last.send_str(ALIVE)
            while json.loads(await last.receive_str()).get("id") != "alive":
                continue


@pytest.mark.parametrize("seed", range(2 * EFFORT))
def test_a_node_answers_after_whatever_it_was_sent(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    crashes = list[dict[str, object]]()

    async def whole() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: crashes.append(context))
        node = DevNode(DevOptions(port=0, is_unsafe_allowed=True, may_impersonate=True))
        urls, ended = asyncio.Queue[str](), asyncio.Event()
        serving = asyncio.create_task(node.serve(urls.put_nowait, ended))
        url = await asyncio.wait_for(urls.get(), 20)
        await asyncio.wait_for(storm(node, url, seed), 60)
        before = node.node.best.number
        node.node.seal()
        assert node.node.best.number == before + 1
        ended.set()
        await asyncio.wait_for(serving, 20)

    with caplog.at_level(logging.ERROR):
        asyncio.run(whole())
    assert [str(each) for each in crashes] == []
    assert [each.getMessage() for each in caplog.records if each.name == "rpc"] == []
