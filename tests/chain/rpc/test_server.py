"""One port for WebSocket and HTTP; limits, origins, hostile bytes, and an end."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import WSMsgType

from chain.rpc.limits import RpcLimits
from chain.rpc.namespaces import standard_methods
from chain.rpc.server import PortTaken, RpcServer
from tests.chain.rpc.served_chain import ServedChain
from tests.effort import EFFORT

NAME = '{"jsonrpc":"2.0","id":1,"method":"system_chain"}'
NAMED = {"jsonrpc": "2.0", "id": 1, "result": "Fake"}
HEADS = '{"jsonrpc":"2.0","id":1,"method":"chain_subscribeNewHeads"}'
JSON = {"Content-Type": "application/json"}


class Served:
    """A server that listens, its chain, and a client's session."""

    def __init__(self, server: RpcServer, chain: ServedChain, url: str, session: aiohttp.ClientSession) -> None:
        self.server, self.chain, self.url, self.session = server, chain, url, session
        self.http = url.replace("ws", "http", 1)
        self.port = int(url.rpartition(":")[2])

    async def post(self, body: str, **headers: str) -> tuple[int, str]:
        async with self.session.post(self.http, data=body, headers=JSON | headers) as response:
            return response.status, await response.text()

    async def get(self, path: str = "/") -> tuple[int, str]:
        async with self.session.get(self.http + path) as response:
            return response.status, await response.text()

    async def answers(self) -> bool:
        """Whether it still does what it is for."""
        async with self.session.ws_connect(self.url) as socket:
            await socket.send_str(NAME)
            return bool(json.loads(await socket.receive_str()) == NAMED)


@asynccontextmanager
async def serving(limits: RpcLimits | None = None) -> AsyncIterator[Served]:
    chain = ServedChain()
    server = RpcServer(standard_methods(), chain.services, limits)
    url = await server.start(port=0)
    async with aiohttp.ClientSession() as session:
        yield Served(server, chain, url, session)
    await server.stop()


def run(test: Callable[[Served], Awaitable[None]], limits: RpcLimits | None = None) -> None:
    async def whole() -> None:
        async with serving(limits) as served:
            await asyncio.wait_for(test(served), 20)

    asyncio.run(whole())


def test_http_answers_one_request_and_a_batch() -> None:
    async def test(served: Served) -> None:
        assert await served.post(NAME) == (200, json.dumps(NAMED, separators=(",", ":")))
        status, text = await served.post(f"[{NAME},{NAME}]")
        assert (status, json.loads(text)) == (200, [NAMED, NAMED])
        assert await served.post('{"jsonrpc":"2.0","method":"system_chain"}') == (200, "")

    run(test)


def test_http_has_no_subscriptions() -> None:
    async def test(served: Served) -> None:
        status, text = await served.post(HEADS)
        assert status == 200
        assert json.loads(text)["error"]["message"] == "Subscriptions are not available over HTTP"
        served.chain.block()

    run(test)


def test_http_refuses_what_is_no_request() -> None:
    async def test(served: Served) -> None:
        assert (await served.get())[0] == 405
        assert (await served.post(NAME, **{"Content-Type": "text/plain"}))[0] == 415
        assert (await served.post("x" * 2000))[0] == 413
        assert (await served.get("/any/path"))[0] == 405

    run(test, RpcLimits(request_bytes=1000))


def test_a_websocket_is_answered_and_told_of_blocks_in_order() -> None:
    async def test(served: Served) -> None:
        async with served.session.ws_connect(served.url) as socket:
            await socket.send_bytes(HEADS.encode())
            subscription = json.loads(await socket.receive_str())["result"]
            for number in range(3):
                told = json.loads(await socket.receive_str())
                assert told["method"] == "chain_newHead"
                assert told["params"]["subscription"] == subscription
                assert told["params"]["result"]["number"] == hex(number)
                served.chain.block()

    run(test)


def test_clients_may_have_paths() -> None:
    async def test(served: Served) -> None:
        async with served.session.ws_connect(f"{served.url}/ws?key=1") as socket:
            await socket.send_str(NAME)
            assert json.loads(await socket.receive_str()) == NAMED

    run(test)


def test_many_requests_at_once_are_answered_in_order() -> None:
    async def test(served: Served) -> None:
        async with served.session.ws_connect(served.url) as socket:
            for request_id in range(500):
                await socket.send_str(NAME.replace("1,", f"{request_id},", 1))
            ids = [json.loads(await socket.receive_str())["id"] for _ in range(500)]
            assert ids == list(range(500))

    run(test)


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [
        ("http://localhost:3000", True),
        ("https://127.0.0.1:80", True),
        ("https://polkadot.js.org", True),
        ("http://localhost", True),
        ("http://localhost:3000.evil.example", False),
        ("http://localhost.evil.example:80", False),
        ("https://evil.example", False),
        ("null", False),
    ],
)
def test_only_some_web_pages_may_connect(origin: str, is_allowed: bool) -> None:
    async def test(served: Served) -> None:
        assert (await served.post(NAME, Origin=origin))[0] == (200 if is_allowed else 403)
        connecting = served.session.ws_connect(served.url, headers={"Origin": origin})
        if is_allowed:
            await (await connecting).close()
        else:
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await connecting

    run(test)


def test_a_browser_may_ask_before_it_posts() -> None:
    async def test(served: Served) -> None:
        origin = {"Origin": "http://localhost:3000"}
        async with served.session.options(served.http, headers=origin) as response:
            assert response.status == 204
            assert response.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"
        async with served.session.options(served.http, headers={"Origin": "http://evil.example"}) as response:
            assert response.status == 403

    run(test)


def test_connections_are_limited() -> None:
    async def test(served: Served) -> None:
        async with served.session.ws_connect(served.url), served.session.ws_connect(served.url):
            with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
                await served.session.ws_connect(served.url)
            assert (await served.post(NAME))[0] == 503
        assert await served.answers()

    run(test, RpcLimits(connections=2))


def test_a_client_that_does_not_read_is_dropped() -> None:
    async def test(served: Served) -> None:
        reader, writer = await raw_socket(served)
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # a socket's transport can
        for _ in range(400):
            writer.write(frame(0x81, HEADS.encode()))
        for _ in range(1000):  # more than the system's buffers hold
            served.chain.block()
            await asyncio.sleep(0)
            if served.server.counts.closed:
                break
        assert served.server.counts.closed == 1
        writer.close()
        del reader
        assert await served.answers()

    run(test, RpcLimits(queued=500))


def test_health_and_metrics_are_told() -> None:
    async def test(served: Served) -> None:
        await served.post(NAME)
        served.chain.block()
        status, health = await served.get("/health")
        assert (status, json.loads(health)) == (200, {"peers": 0, "isSyncing": False, "shouldHavePeers": False})
        status, metrics = await served.get("/metrics")
        assert status == 200
        assert 'substrate_block_height{status="best",chain="Fake"} 1' in metrics.splitlines()
        assert (
            'substrate_rpc_calls_finished{protocol="http",method="system_chain",is_error="false",chain="Fake"} 1'
            in metrics
        )

    run(test)


def test_when_the_server_stops_its_clients_are_told() -> None:
    async def test(served: Served) -> None:
        async with served.session.ws_connect(served.url) as socket:
            stopping = asyncio.create_task(served.server.stop())
            message = await socket.receive()
            assert (message.type, message.data, message.extra) == (WSMsgType.CLOSE, 1001, "the node stops")
            await stopping
        with pytest.raises(aiohttp.ClientConnectionError):
            await served.post(NAME)

    run(test)


def test_a_port_that_is_taken_is_told_in_a_sentence() -> None:
    async def test(served: Served) -> None:
        second = RpcServer(standard_methods(), served.chain.services)
        with pytest.raises(
            PortTaken, match=rf"cannot listen on 127.0.0.1:{served.port}: another program listens there"
        ):
            await second.start(port=served.port)
        assert await served.answers()

    run(test)


def frame(first: int, payload: bytes) -> bytes:
    """A masked frame of a client."""
    size = len(payload)
    head = bytes((first, 0x80 | size)) if size < 126 else bytes((first, 0xFE)) + size.to_bytes(2, "big")
    return head + bytes(4) + payload


async def raw_socket(served: Served) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection whose handshake is done, for bytes that no library would send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


@pytest.mark.parametrize("seed", range(4 * EFFORT))
def test_hostile_frames_do_not_stop_the_server(seed: int) -> None:
    source = random.Random(seed)
    texts = [NAME.encode(), HEADS.encode(), b"[" * 2000, b"\xff" * 30, b'{"id":', b"[]", b"null"]

    async def test(served: Served) -> None:
        for _ in range(25):
            _, writer = await raw_socket(served)
            for _ in range(source.randrange(1, 6)):
                sent = frame(source.randrange(256), source.choice(texts))
                at = source.randrange(len(sent))
                mangled = sent[:at] + source.randbytes(source.randrange(3)) + sent[at + source.randrange(2) :]
                writer.write(source.choice((sent, mangled, source.randbytes(40))))
            writer.close()
        assert await served.answers()

    run(test)


@pytest.mark.parametrize("seed", range(4 * EFFORT))
def test_hostile_requests_do_not_stop_the_server(seed: int) -> None:
    source = random.Random(seed)
    sound = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(NAME)}\r\n\r\n{NAME}"

    async def test(served: Served) -> None:
        for _ in range(25):
            _, writer = await asyncio.open_connection("127.0.0.1", served.port)
            data = bytearray(sound.encode())
            for _ in range(source.randrange(1, 5)):
                data[source.randrange(len(data))] = source.randrange(256)
            writer.write(bytes(data[: source.randrange(1, len(data) + 1)]))
            writer.close()
        assert await served.answers()

    run(test)


def test_nobody_loads_the_servers_library_who_starts_none() -> None:
    probe = (
        "import sys, chain.rpc.protocol, chain.rpc.namespaces, node_cli.commands.dev; print('aiohttp' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
