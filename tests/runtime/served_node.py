"""A development node behind a socket, in a thread of this process, so that tests see both its ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Final

from chain.node.sealing import Sealer, SealingMode
from chain.node.service import Node
from chain.node.timer import LoopTimer
from chain.offchain.participant import Participant
from chain.rpc.context import Services
from chain.rpc.namespaces import standard_methods
from chain.rpc.server import RpcServer
from runtime.control import control_of
from runtime.dev import DevRuntime
from runtime.devnet import dev_node
from runtime.notebook import dev_information

SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class ServedNode:
    """A node, its sealer, and its WebSocket URL."""

    node: Node[DevRuntime]
    sealer: Sealer
    url: str

    @property
    def http(self) -> str:
        """The same port by HTTP."""
        return self.url.replace("ws", "http", 1)


@contextmanager
def served_node(
    sealing: SealingMode = SealingMode.INSTANT,
    participants: Sequence[Participant] = (),
    *,
    is_unsafe_allowed: bool = True,
    may_impersonate: bool = True,
) -> Iterator[ServedNode]:
    """The node, until the context's end."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> tuple[RpcServer, ServedNode]:
        node = dev_node(participants=participants, finality_lag=0)
        services = Services(node, dev_information(node), is_unsafe_allowed=is_unsafe_allowed)
        sealer = Sealer(node, LoopTimer(loop), sealing)
        services.add(control_of(node, sealer, may_impersonate=may_impersonate))
        server = RpcServer(standard_methods(), services)
        return server, ServedNode(node, sealer, await server.start(port=0))

    async def stop(server: RpcServer, sealer: Sealer) -> None:
        sealer.close()
        await server.stop()

    try:
        server, served = asyncio.run_coroutine_threadsafe(start(), loop).result(SECONDS)
        try:
            yield served
        finally:
            asyncio.run_coroutine_threadsafe(stop(server, served.sealer), loop).result(SECONDS)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
