"""Moving bytes between one WebSocket and a connection.

What waits for a client goes out in one piece: each write is a call of the system, which costs more than answering.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import perf_counter
from typing import Final, Protocol

from aiohttp import WSMsgType, web

from chain.rpc.outbox import Outbox
from chain.rpc.protocol import Connection

HEARTBEAT_SECONDS: Final = 30.0
"""After so long without a word the client is asked whether it is still there."""

TURN_SECONDS: Final = 0.01
"""How long one client is served before another has its turn, between two requests."""

BACKLOG: Final = 256
"""Texts that may wait before the next message of the client is read."""


PIECE: Final = 1 << 16
"""Characters after which what waits is sent in another piece."""

_FINAL_TEXT: Final = 0x81


class MakeConnection(Protocol):
    """Makes the connection of a new client; `on_new` is called when there is something to send."""

    def __call__(self, *, is_duplex: bool, on_new: OnNew) -> Connection: ...


class OnNew(Protocol):
    """Called without arguments."""

    def __call__(self) -> None: ...


async def serve_socket(request: web.Request, socket: web.WebSocketResponse, make_connection: MakeConnection) -> None:
    """Answer a client until it leaves, or is too slow to be told what it asked to be told."""
    await socket.prepare(request)
    news, room = asyncio.Event(), asyncio.Event()

    def on_new() -> None:
        news.set()
        if connection.outbox.is_full and request.transport is not None:
            request.transport.abort()  # it does not read: a farewell would not reach it either

    connection = make_connection(is_duplex=True, on_new=on_new)
    writer = asyncio.create_task(_write(request, socket, connection.outbox, news, room))
    until = perf_counter() + TURN_SECONDS
    try:
        async for message in socket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                break
            for _ in connection.steps(message.data):
                until = await turn_until(until)
            while len(connection.outbox) > BACKLOG and not writer.done():
                room.clear()
                await room.wait()
    finally:
        connection.close()
        writer.cancel()
        with suppress(asyncio.CancelledError):
            await writer


async def turn_until(until: float) -> float:
    """Let others have their turn where this one's is over; until when the next one lasts.

    What a client has sent already is answered within one turn: submitting many transactions makes few blocks.
    """
    if perf_counter() < until:
        return until
    await asyncio.sleep(0)
    return perf_counter() + TURN_SECONDS


async def _write(
    request: web.Request, socket: web.WebSocketResponse, outbox: Outbox, news: asyncio.Event, room: asyncio.Event
) -> None:
    """Send what comes into the outbox, in order."""
    until = perf_counter() + TURN_SECONDS
    try:
        while not socket.closed:
            texts = outbox.take_many(PIECE)
            if not texts:
                news.clear()
                room.set()
                await news.wait()
                continue
            transport = request.transport
            if transport is None or transport.is_closing():
                return
            transport.write(b"".join(map(text_frame, texts)))
            await request.writer.drain()
            until = await turn_until(until)  # what is fed may be long, and takes time to make
            if len(outbox) <= BACKLOG:
                room.set()
    except ConnectionError:
        return  # the client left
    finally:
        room.set()


def text_frame(text: str) -> bytes:
    """A whole text message as a server sends it: opcode, length in 1, 3 or 9 bytes, no mask (RFC 6455, 5.2)."""
    payload = text.encode()
    length = len(payload)
    if length < 126:
        return bytes((_FINAL_TEXT, length)) + payload
    if length < 1 << 16:
        return bytes((_FINAL_TEXT, 126)) + length.to_bytes(2, "big") + payload
    return bytes((_FINAL_TEXT, 127)) + length.to_bytes(8, "big") + payload
