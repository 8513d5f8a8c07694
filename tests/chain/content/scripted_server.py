"""A server that answers as a test says, byte by byte."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Script:
    """What it answers, connection by connection, and what it was asked."""

    def __init__(self) -> None:
        self.requests = list[bytes]()
        self.connections = 0
        self.answer: Callable[[socket.socket, bytes], object] = lambda connection, _: connection.sendall(said(200))


def said(status: int, body: bytes = b"", *headers: str) -> bytes:
    """A whole answer."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@contextmanager
def scripted() -> Iterator[tuple[str, Script]]:
    """The address of a server, and its script."""
    script = Script()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        is_over = threading.Event()
        thread = threading.Thread(target=_serve, args=(listener, script, is_over))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", script
        finally:
            is_over.set()
            thread.join()


def _serve(listener: socket.socket, script: Script, is_over: threading.Event) -> None:
    threads = list[threading.Thread]()
    while not is_over.is_set():
        with suppress(TimeoutError):
            connection, _ = listener.accept()
            script.connections += 1
            threads.append(threading.Thread(target=_answer, args=(connection, script, is_over)))
            threads[-1].start()
    for thread in threads:
        thread.join()


def _answer(connection: socket.socket, script: Script, is_over: threading.Event) -> None:
    with connection, suppress(OSError):
        connection.settimeout(0.05)
        while not is_over.is_set():
            request = _request(connection, is_over)
            if not request:
                return
            script.requests.append(request)
            if script.answer(connection, request) is False:
                return  # which closes the connection


def _request(connection: socket.socket, is_over: threading.Event) -> bytes:
    request = b""
    while not is_over.is_set():
        head, ended, body = request.partition(b"\r\n\r\n")
        if ended and len(body) >= _length(head):
            return request
        try:
            part = connection.recv(2**16)
        except TimeoutError:
            continue
        if not part:
            return b""
        request += part
    return b""


def _length(head: bytes) -> int:
    for line in head.lower().splitlines():
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
