"""A WebSocket client that does no more than it must, the same for every node: it is not what is measured."""

from __future__ import annotations

import json
import os
import socket
from base64 import b64encode
from collections.abc import Sequence
from select import select
from typing import Any, Final
from urllib.parse import urlsplit

PATIENCE_S: Final = 120.0
"""Seconds without a word after which a node counts as silent."""

_CHUNK: Final = 1 << 18


class NodeSilent(Exception):
    """A node said nothing, or what is no answer; the text is one sentence."""


class RawSocket:
    """One connection: requests out, replies in, in order."""

    def __init__(self, url: str) -> None:
        """Raises NodeSilent."""
        address = urlsplit(url)
        host, port = address.hostname or "127.0.0.1", address.port or 80
        self._bytes = b""
        self._at = 0
        try:
            self._socket = socket.create_connection((host, port), PATIENCE_S)
        except OSError as problem:
            raise NodeSilent(f"nobody answers at {url}: {problem}") from problem
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = b64encode(os.urandom(16)).decode()
        wanted = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
        self.send(f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\n{wanted}\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode())
        while b"\r\n\r\n" not in self._bytes:
            self._receive()
        self._at = self._bytes.index(b"\r\n\r\n") + 4
        if b" 101 " not in self._bytes[: self._at]:
            raise NodeSilent(f"{url} refused the connection: {self._bytes[:80].decode('latin-1')}")

    def close(self) -> None:
        """Leave without a word."""
        self._socket.close()

    def ask(self, method: str, *params: object) -> Any:
        """The result of one request, sent alone; raises NodeSilent."""
        self.send(request_frame(method, params))
        return result_of(self.text())

    def send(self, data: bytes) -> None:
        """Send frames that are made already; raises NodeSilent."""
        try:
            self._socket.sendall(data)
        except OSError as problem:
            raise NodeSilent(f"the node takes no more requests: {problem}") from problem

    def text(self) -> bytes:
        """The next message; raises NodeSilent."""
        found = self._whole_text()
        while found is None:
            self._receive()
            found = self._whole_text()
        return found

    def heard(self) -> list[bytes]:
        """The messages that have come already; raises NodeSilent."""
        while select([self._socket], [], [], 0)[0]:
            self._receive()
        return list(iter(self._whole_text, None))

    def _whole_text(self) -> bytes | None:
        """The next message, None where it is not there yet; other frames, as pings, are passed over."""
        while (end := self._end_of_frame()) is not None:
            data, begin, self._at = self._bytes, self._at, end
            if data[begin] & 15 == 1:
                return data[begin + {126: 4, 127: 10}.get(data[begin + 1], 2) : end]
        return None

    def _end_of_frame(self) -> int | None:
        """Where the next frame ends; None where it is not there yet. What a server sends is not masked."""
        data, at = self._bytes, self._at
        if len(data) < at + 2:
            return None
        length, begin = data[at + 1], at + 2
        if length > 125:
            begin += 2 if length == 126 else 8
            if len(data) < begin:
                return None
            length = int.from_bytes(data[at + 2 : begin], "big")
        return begin + length if len(data) >= begin + length else None

    def _receive(self) -> None:
        try:
            chunk = self._socket.recv(_CHUNK)
        except OSError as problem:
            raise NodeSilent(f"the node is silent: {problem}") from problem
        if not chunk:
            raise NodeSilent("the node closed the connection")
        self._bytes, self._at = self._bytes[self._at :] + chunk, 0


def request_frame(method: str, params: Sequence[object], number: int = 1) -> bytes:
    """A request as a frame of a client, with the mask 0, which leaves the bytes as they are."""
    request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    payload = json.dumps(request, separators=(",", ":")).encode()
    if len(payload) < 126:
        return bytes((0x81, 0x80 | len(payload))) + bytes(4) + payload
    if len(payload) < 1 << 16:
        return b"\x81\xfe" + len(payload).to_bytes(2, "big") + bytes(4) + payload
    return b"\x81\xff" + len(payload).to_bytes(8, "big") + bytes(4) + payload


def result_of(message: bytes) -> Any:
    """The result in a reply; raises NodeSilent where it is an error."""
    reply = json.loads(message)
    if "error" in reply:
        raise NodeSilent(f"the node answers {reply['error']}")
    return reply["result"]
