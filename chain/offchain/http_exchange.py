"""One HTTP request and its response, done in a thread of its own.

The thread speaks to the addresses that were looked up and checked when the request began, so that a name cannot lead
elsewhere in between. It follows no redirection, as Substrate's client does not: whoever follows one begins a request,
which is checked like every other.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Condition, Thread
from time import monotonic
from typing import Final

from chain.offchain.run import Stop
from chain.record import record

IDLE: Final = 30.0
"""Seconds without a byte after which an exchange has failed."""

LOOK: Final = 0.05
"""Seconds after which a run that waits looks whether it shall end."""

_CHUNK: Final = 64 * 2**10


@record
class Target:
    """Where a request goes: addresses are those that its host's name leads to, already checked."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]


class Exchange:
    """A request from its first header to the last byte of its response; any thread may look at it.

    limit: bytes of the response's body, at most
    """

    def __init__(self, method: str, target: Target, limit: int) -> None:
        self.method = method
        self.target = target
        self.headers: list[tuple[str, str]] = []
        self.body = bytearray()
        self.is_body_begun = False
        self.is_sent = False
        self._limit = limit
        self._changed = Condition()
        self._status: int | None = None
        self._response_headers: list[tuple[str, str]] = []
        self._received = bytearray()
        self._is_complete = False
        self._failure: str | None = None
        self._connection: HTTPConnection | None = None

    @property
    def status(self) -> int | None:
        """Of the response, None before it is there."""
        return self._status

    @property
    def failure(self) -> str | None:
        """Why it failed, None where it has not."""
        return self._failure

    @property
    def response_headers(self) -> list[tuple[str, str]]:
        """Of the response, none before it is there."""
        return list(self._response_headers)

    def send(self) -> None:
        """Let the request go, with all that was written to it."""
        if not self.is_sent:
            self.is_sent = True
            Thread(target=self._run, name=f"http {self.target.host}", daemon=True).start()

    def await_response(self, seconds: float | None, stop: Stop) -> bool:
        """Wait for the response's head, or the failure; whether one came in time. Raises RunStopped."""
        return self._wait(lambda: self._status is not None or self._failure is not None, seconds, stop)

    def await_body(self, seconds: float | None, stop: Stop) -> bool:
        """Wait for more of the body, its end, or the failure; whether one came in time. Raises RunStopped."""
        return self._wait(lambda: bool(self._received) or self._is_complete or self._failure is not None, seconds, stop)

    def take(self, size: int) -> bytes:
        """At most so many bytes of what has come."""
        with self._changed:
            taken = bytes(self._received[:size])
            del self._received[:size]
            return taken

    def close(self) -> None:
        """End it, whatever it is doing."""
        with self._changed:
            connection, self._connection = self._connection, None
            self._failure = self._failure or "the request was closed"
        if connection is not None and connection.sock is not None:
            with suppress(OSError):  # it may be over already
                connection.sock.shutdown(socket.SHUT_RDWR)  # wakes the thread, which closes it

    def _wait(self, is_there: Callable[[], bool], seconds: float | None, stop: Stop) -> bool:
        until = None if seconds is None else monotonic() + seconds
        with self._changed:
            while not is_there():
                stop.check()
                left = LOOK if until is None else min(LOOK, until - monotonic())
                if left <= 0:
                    return False
                self._changed.wait(left)
        return True

    def _run(self) -> None:
        try:
            connection = self._connected()
            try:
                self._request(connection)
                with connection.getresponse() as response:
                    self._head(response)
                    self._receive(response)
            finally:
                connection.close()
        except (OSError, HTTPException, ValueError) as error:
            self._fail(str(error) or type(error).__name__)

    def _connected(self) -> HTTPConnection:
        target = self.target
        secure = target.scheme == "https"
        connection = (HTTPSConnection if secure else HTTPConnection)(target.host, target.port, timeout=IDLE)
        connection.sock = _socket(target.addresses, target.port)
        if secure:
            import ssl  # for those who speak to such hosts

            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=target.host)
        with self._changed:
            self._connection = connection
            if self._failure is not None:
                connection.close()
                raise OSError(self._failure)
        return connection

    def _request(self, connection: HTTPConnection) -> None:
        connection.putrequest(self.method, self.target.path, skip_accept_encoding=True)
        for name, value in self.headers:
            connection.putheader(name, value)
        if self.is_body_begun or self.method in ("POST", "PUT", "PATCH"):
            connection.putheader("Content-Length", str(len(self.body)))
        connection.endheaders(bytes(self.body) if self.body else None)

    def _head(self, response: HTTPResponse) -> None:
        with self._changed:
            self._response_headers = response.getheaders()
            self._status = response.status
            self._changed.notify_all()

    def _receive(self, response: HTTPResponse) -> None:
        received = 0
        while chunk := response.read1(_CHUNK):
            received += len(chunk)
            if received > self._limit:
                raise OSError(f"the response has more than {self._limit} bytes")
            with self._changed:
                self._received += chunk
                self._changed.notify_all()
        if response.length:
            raise OSError(f"the response ended {response.length} bytes early")
        with self._changed:
            self._is_complete = True
            self._changed.notify_all()

    def _fail(self, reason: str) -> None:
        with self._changed:
            self._failure = self._failure or reason
            self._changed.notify_all()


def _socket(addresses: Sequence[str], port: int) -> socket.socket:
    """A connection to the first address that takes one; raises OSError."""
    problem: OSError = OSError("its name leads nowhere")
    for address in addresses:
        try:
            return socket.create_connection((address, port), IDLE)
        except OSError as error:
            problem = error
    raise problem
