"""Texts over a WebSocket, for programs that wait for each reply.

The connection lives on an event loop in a thread of its own: a notebook's thread has a loop already, and that one may
not be waited on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import TimeoutError as NoAnswer
from threading import Thread
from typing import Any, Final, TypeVar

import aiohttp

from chain.client.errors import NotConnected

T = TypeVar("T")

HEARTBEAT_SECONDS: Final = 20.0


class WebSocket:
    """A server at a `ws://` or `wss://` URL.

    timeout: seconds to wait for it, and for each message
    """

    def __init__(self, url: str, timeout: float) -> None:
        """Raises NotConnected."""
        self.url = url
        self._timeout = timeout
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name=f"client of {url}", daemon=True)
        self._thread.start()
        self._open: list[aiohttp.ClientSession | aiohttp.ClientWebSocketResponse] = []
        try:
            self._socket = self._done(self._connected())
        except NotConnected:
            self.close()
            raise

    def send(self, text: str) -> None:
        self._done(self._socket.send_str(text))

    def receive(self) -> str:
        message = self._done(self._socket.receive())
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise NotConnected(self.url, f"the server hung up ({self._socket.close_code or message.type.name})")
        return str(message.data)

    def close(self) -> None:
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._disconnected(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _connected(self) -> aiohttp.ClientWebSocketResponse:
        session = aiohttp.ClientSession()
        self._open.append(session)
        socket = await session.ws_connect(self.url, max_msg_size=0, heartbeat=HEARTBEAT_SECONDS)
        self._open.append(socket)
        return socket

    async def _disconnected(self) -> None:
        while self._open:
            await self._open.pop().close()

    def _done(self, work: Coroutine[Any, Any, T]) -> T:
        if self._loop.is_closed():
            work.close()
            raise NotConnected(self.url, "it was closed")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(self._timeout)
        except NoAnswer:
            future.cancel()
            raise NotConnected(self.url, f"no answer within {self._timeout:g} seconds") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NotConnected(self.url, str(error)) from error
