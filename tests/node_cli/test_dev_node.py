"""A development node ends well whatever it is doing, and what it made is kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from chain.crypto.development import account, pair
from chain.extrinsic import Id
from chain.node.sealing import SealingMode
from node_cli.dev_node import DevNode
from node_cli.dev_options import DevOptions
from pallets.frame import call_of
from runtime.dev import DevRuntime

HEADS = '{"jsonrpc":"2.0","id":1,"method":"chain_subscribeNewHeads"}'
PAIRS = '{"jsonrpc":"2.0","id":2,"method":"state_getPairs","params":["0x"]}'
ENDS_WITHIN = 10.0
"""Seconds, most of which a busy machine takes; slow clients are waited for two."""


class Serving:
    """A node that serves, and how to end it."""

    def __init__(self, dev: DevNode, url: str, ended: asyncio.Event, task: asyncio.Task[None]) -> None:
        self.dev, self.url, self.task = dev, url, task
        self._ended = ended

    def transfer(self) -> None:
        """Put a transaction into the pool, for which a block will come."""
        runtime = self.dev.node.runtime_at()
        assert isinstance(runtime, DevRuntime)
        call = call_of(runtime.balances.transfer_keep_alive, dest=Id(account("Eve")), value=10**12)
        self.dev.node.submit_call(pair("Alice"), call)

    async def end(self) -> None:
        """Ask it to end, and wait until it has."""
        self._ended.set()
        await asyncio.wait_for(self.task, ENDS_WITHIN)


@asynccontextmanager
async def serving(options: DevOptions) -> AsyncIterator[Serving]:
    crashes = list[dict[str, Any]]()
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: crashes.append(context))
    dev, urls, ended = DevNode(options), asyncio.Queue[str](), asyncio.Event()
    task = asyncio.create_task(dev.serve(urls.put_nowait, ended))
    yield Serving(dev, await asyncio.wait_for(urls.get(), ENDS_WITHIN), ended, task)
    assert task.done()
    assert crashes == []


def test_it_ends_with_subscriptions_open_and_a_block_on_its_way_and_keeps_what_was_announced(tmp_path: Path) -> None:
    async def whole() -> str:
        options = DevOptions(port=0, mode=SealingMode.INSTANT, base_path=tmp_path)
        async with serving(options) as node, aiohttp.ClientSession() as session:
            sockets = [await session.ws_connect(node.url) for _ in range(3)]
            for socket in sockets:
                await socket.send_str(HEADS)
                assert "result" in json.loads(await socket.receive_str())
                assert "params" in json.loads(await socket.receive_str())
            node.transfer()
            announced = json.loads(await sockets[0].receive_str())["params"]["result"]
            node.transfer()  # the block of which is due when the node has ended
            await node.end()
            for socket in sockets:
                while (message := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                    continue
                assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 1001)
            return str(announced["number"])

    number = int(asyncio.run(whole()), 16)
    again = DevNode(DevOptions(base_path=tmp_path))
    assert again.node.best.number >= number == 3
    again.node.seal()
    again.node.chain.close()


def test_it_ends_while_a_client_does_not_read_and_another_is_answered_bit_by_bit() -> None:
    async def whole() -> None:
        options = DevOptions(port=0, is_unsafe_allowed=True, mode=SealingMode.MANUAL)
        async with serving(options) as node, aiohttp.ClientSession() as session:
            deaf = await session.ws_connect(node.url)
            for _ in range(400):
                await deaf.send_str(PAIRS)
            asking = await session.ws_connect(node.url)
            await asking.send_str(PAIRS)
            await asyncio.sleep(0)
            await node.end()
            await asking.close()
            await deaf.close()

    asyncio.run(whole())


def test_nobody_but_this_machine_is_served_unless_that_is_asked_for() -> None:
    async def whole() -> None:
        async with serving(DevOptions(port=0)) as node:
            assert node.url.startswith("ws://127.0.0.1:")
            await node.end()

    asyncio.run(whole())
