"""Requests to one server, bounded in time and size; redirects are answers like any other.

`http.client` and no more: a store waits for its answer anyway. Connections are kept open for the next request; where
the server has closed one meanwhile the request is sent once more, which is safe as all that stores ask for can be
asked twice.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import weakref
from collections import deque
from collections.abc import Mapping
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

from chain.record import record

CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 60.0
"""From the first byte sent to the last one received: 2 MiB at 0.3 Mbit/s."""

MOST_OF_A_REFUSAL: Final = 2**16
"""Bytes of an answer that tells why there is none."""

MOST_IDLE: Final = 8
"""Connections that are kept open for the next request."""

_READ: Final = 2**16

PORTS: Final = {"http": 80, "https": 443}


class HttpError(Exception):
    """A server did not answer as HTTP asks, in time and within the size; the text has no secret."""


class AnswerTooLarge(HttpError):
    """The answer has more bytes than were to be read."""


@record
class Answer:
    """What a server said; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Origin:
    """A server, and how long it has to answer.

    base: http:// or https:// with a host, and perhaps a port and a path that goes before all others
    Raises ValueError where `base` is something else; the text does not repeat it, as there may be a secret in it.
    """

    def __init__(self, base: str, answer_seconds: float = ANSWER_SECONDS) -> None:
        parts = urlsplit(base)
        if parts.username is not None or parts.password is not None or "@" in parts.netloc:
            raise ValueError("an address of a store has no user name and no password in it")
        if parts.scheme not in PORTS or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("an address of a store is http:// or https:// with a host, and perhaps a port and a path")
        self.scheme = parts.scheme
        self.hostname = parts.hostname
        self.port = parts.port or PORTS[parts.scheme]  # which raises ValueError for a port that is none
        self.path = parts.path.rstrip("/")
        self.answer_seconds = answer_seconds
        self._idle = deque[_Connection]()  # whose operations are atomic, so that threads may share it
        weakref.finalize(self, _close, self._idle)

    @property
    def host(self) -> str:
        """As in the header `Host`: without the port where that is the scheme's."""
        name = f"[{self.hostname}]" if ":" in self.hostname else self.hostname
        return name if self.port == PORTS[self.scheme] else f"{name}:{self.port}"

    def __repr__(self) -> str:
        return f"Origin({self.scheme}://{self.host}{self.path})"

    def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes, limit: int) -> Answer:
        """The answer to one request.

        target: path, below that of the origin, and query, both encoded; limit: bytes of the body that are read
        Raises HttpError, AnswerTooLarge.
        """
        deadline = monotonic() + self.answer_seconds
        request = method, self.path + target, {"Host": self.host, **headers}, body or None
        try:
            if self._idle:
                try:
                    return self._asked(self._idle.pop(), *request, limit, deadline)
                except (IndexError, ConnectionError):
                    pass  # another thread has taken it, or it was kept too long: with a new one
            return self._asked(_Connection(self.scheme, self.hostname, self.port), *request, limit, deadline)
        except TimeoutError:
            raise HttpError(f"{self.host} did not answer within {self.answer_seconds:g} seconds") from None
        except (OSError, http.client.HTTPException) as error:
            # of an HTTPException the text may be what the server sent
            reason = (error.strerror or type(error).__name__) if isinstance(error, OSError) else type(error).__name__
            raise HttpError(f"{self.host} cannot be asked: {reason}") from None

    def _asked(
        self,
        connection: _Connection,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
        limit: int,
        deadline: float,
    ) -> Answer:
        is_reusable = False
        connection.deadline = deadline
        try:
            connection.request(method, target, body, dict(headers))
            with connection.getresponse() as response:
                content = b"" if method == "HEAD" else self._content(response, limit)
                answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, content)
                is_reusable = not response.will_close
            return answer
        finally:
            if is_reusable and len(self._idle) < MOST_IDLE:
                self._idle.append(connection)
            else:
                connection.close()

    def _content(self, response: http.client.HTTPResponse, limit: int) -> bytes:
        if response.status >= 300:
            limit = max(limit, MOST_OF_A_REFUSAL)
        if response.length is not None and response.length > limit:
            raise AnswerTooLarge(f"{self.host} answered with {response.length} bytes, and {limit} are read")
        content = bytearray()
        while part := response.read(min(_READ, limit + 1 - len(content))):
            content += part
            if len(content) > limit:
                raise AnswerTooLarge(f"{self.host} answered with more than the {limit} bytes that are read")
        if response.length:  # bytes that were promised, and did not come
            raise http.client.IncompleteRead(b"", response.length)
        return bytes(content)


class _Connection(http.client.HTTPConnection):
    """A connection whose every wait ends at `deadline` (monotonic seconds)."""

    def __init__(self, scheme: str, hostname: str, port: int) -> None:
        super().__init__(hostname, port, timeout=CONNECT_SECONDS)
        self.deadline = 0.0
        self._is_secure = scheme == "https"
        self.response_class = self._response  # type: ignore[assignment]  # called as the class would be

    def connect(self) -> None:
        self.timeout = min(CONNECT_SECONDS, _left(self.deadline))
        super().connect()
        if self._is_secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def send(self, data: Any) -> None:  # as the class declares it
        if self.sock is not None:
            self.sock.settimeout(_left(self.deadline))
        super().send(data)

    def _response(self, sock: socket.socket, *arguments: Any, **named: Any) -> http.client.HTTPResponse:
        response = http.client.HTTPResponse(sock, *arguments, **named)
        response.fp = io.BufferedReader(_Received(sock, response.fp.detach(), self.deadline), _READ)
        return response


class _Received(io.RawIOBase):
    """What comes from a socket until a moment; `raw` reads it, and keeps the socket open."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, deadline: float) -> None:
        super().__init__()
        self._sock = sock
        self._raw = raw
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # as the class declares it
        self._sock.settimeout(_left(self._deadline))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _close(idle: deque[_Connection]) -> None:
    while idle:
        idle.pop().close()


def _left(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    return left
