"""The HTTP requests of one run, by number, with the steps and outcomes of sp_io::offchain.

A request is begun, gets headers, then a body, and goes off when that is ended or its response is waited for. Its
number is valid until its failure was told, or the end of its body was read. Substrate sends a body while it is written;
here it is collected first, so that writing never waits.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from ipaddress import ip_address
from itertools import count
from typing import Final
from urllib.parse import urlsplit

from chain.offchain.errors import BadHostCall, HttpDeadlineReached, HttpInvalidId, HttpIoError, HttpRefused
from chain.offchain.http_exchange import Exchange, Target
from chain.offchain.outbound import Outbound
from chain.offchain.run import Stop
from chain.offchain.secrecy import Secrets, is_secret_name, redacted_uri, secrets_in_header
from chain.offchain.time_source import WorkerTime
from chain.primitives import Moment

INVALID, DEADLINE, IO_ERROR = 0, 10, 20
"""Statuses that no server sends (sp_core::offchain::HttpRequestStatus)."""

_IDS: Final = 2**16
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PORTS: Final = {"http": 80, "https": 443}
_OWN_HEADERS: Final = frozenset({"host", "content-length", "transfer-encoding", "connection"})
"""What the node says itself: a request goes to the host in its address, with a body as long as it is."""


class HttpRequests:
    """Requests under way; for the thread of their run."""

    def __init__(self, outbound: Outbound, time: WorkerTime, stop: Stop, secrets: Secrets) -> None:
        self._outbound = outbound
        self._time = time
        self._stop = stop
        self._secrets = secrets
        self._numbers = count()
        self._exchanges: dict[int, Exchange] = {}

    def start(self, method: str, uri: str) -> int:
        """Begin a request; its number. Raises HttpRefused."""
        if not _TOKEN.fullmatch(method):
            raise HttpRefused(f"{method!r} is no method of HTTP")
        if len(self._exchanges) >= self._outbound.requests:
            raise HttpRefused(
                f"{len(self._exchanges)} requests of this run are under way, which is all that it may have"
            )
        target = self._target(uri)
        number = next(each % _IDS for each in self._numbers if each % _IDS not in self._exchanges)
        self._exchanges[number] = Exchange(method.upper(), target, self._outbound.response_bytes)
        return number

    def add_header(self, request: int, name: str, value: str) -> None:
        """Add a header; raises HttpInvalidId once the body is begun, HttpRefused."""
        exchange = self._exchange(request)
        if exchange.is_body_begun or exchange.is_sent:
            raise HttpInvalidId(f"request {request} has gone too far for another header")
        if not _TOKEN.fullmatch(name) or any(ord(each) < 32 or ord(each) == 127 for each in value):
            raise HttpRefused(f"no header has the name {name!r}, or such a value")
        if name.lower() in _OWN_HEADERS:
            raise HttpRefused(f"the header {name} is the node's own to set")
        try:
            value.encode("latin-1")
        except UnicodeEncodeError:
            raise HttpRefused(f"the value of the header {name} has characters beyond Latin-1") from None
        if is_secret_name(name):
            for each in secrets_in_header(value):
                self._secrets.learn(each)
        exchange.headers.append((name, value))

    def write_body(self, request: int, chunk: bytes, deadline: Moment | None) -> None:
        """Add to the body; an empty chunk ends it and lets the request go. Raises HttpInvalidId, HttpIoError."""
        del deadline  # writing never waits
        exchange = self._exchange(request)
        if exchange.is_sent:
            raise HttpInvalidId(f"request {request} has gone, nothing can be added")
        exchange.is_body_begun = True
        if not chunk:
            exchange.send()
            return
        if len(exchange.body) + len(chunk) > self._outbound.request_bytes:
            self._drop(request)
            raise HttpIoError(f"a request may have {self._outbound.request_bytes} bytes")
        exchange.body += chunk

    def wait(self, requests: Sequence[int], deadline: Moment | None) -> list[int]:
        """Wait for responses; of each its status. Raises RunStopped."""
        found = [self._exchanges.get(request) for request in requests]
        for exchange in found:
            if exchange is not None:
                exchange.send()
        statuses = list[int]()
        for request, exchange in zip(requests, found, strict=True):
            if exchange is None:
                statuses.append(INVALID)
            elif not exchange.await_response(self._seconds(deadline), self._stop):
                statuses.append(DEADLINE)
            elif exchange.status is None:
                self._drop(request)
                statuses.append(IO_ERROR)
            else:
                statuses.append(exchange.status)
        return statuses

    def headers(self, request: int) -> list[tuple[str, str]]:
        """The headers of a response that is there; none otherwise."""
        exchange = self._exchanges.get(request)
        return [] if exchange is None else exchange.response_headers

    def read_body(self, request: int, size: int, deadline: Moment | None) -> bytes:
        """At most `size` bytes more of the body; none at its end.

        Raises HttpInvalidId, HttpDeadlineReached, HttpIoError, RunStopped.
        """
        if size < 1:
            raise BadHostCall(f"at least one byte of a body is read, not {size}")
        exchange = self._exchange(request)
        exchange.send()
        if not exchange.await_body(self._seconds(deadline), self._stop):
            raise HttpDeadlineReached
        chunk = exchange.take(size)
        if chunk:
            return chunk
        failure = exchange.failure
        self._drop(request)
        if failure is not None:
            raise HttpIoError(self._secrets.scrubbed(failure))
        return b""

    def close(self) -> None:
        """End all of them."""
        for request in tuple(self._exchanges):
            self._drop(request)

    def _exchange(self, request: int) -> Exchange:
        found = self._exchanges.get(request)
        if found is None:
            raise HttpInvalidId(f"there is no request {request}, or none any more")
        return found

    def _drop(self, request: int) -> None:
        self._exchanges.pop(request).close()

    def _seconds(self, deadline: Moment | None) -> float | None:
        return None if deadline is None else max(deadline - self._time.now(), 0) / 1000

    def _target(self, uri: str) -> Target:
        """Where a request to that address goes; raises HttpRefused."""
        shown = redacted_uri(uri)
        try:
            parts = urlsplit(uri)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise HttpRefused(f"{shown} is no address: {error}") from None
        if parts.scheme not in _PORTS or not host:
            raise HttpRefused(f"{shown} is no address of HTTP: it begins with http:// or https:// and a host")
        if "@" in parts.netloc:
            raise HttpRefused(f"{shown} has a password in it: put it into the header Authorization")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if not all("!" <= each <= "~" for each in host + path):
            raise HttpRefused(f"{shown} has characters that an address writes as %XX")
        port = _PORTS[parts.scheme] if port is None else port
        self._outbound.check_host(host, port)
        return Target(parts.scheme, host, port, path, self._addresses(host, port))

    def _addresses(self, host: str, port: int) -> tuple[str, ...]:
        """What the host's name leads to, none where it leads nowhere; raises HttpRefused."""
        try:
            found = [str(ip_address(host))]
        except ValueError:
            try:
                answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except OSError:
                return ()  # a failure of the request, when it is waited for
            found = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
        for address in found:
            self._outbound.check_address(host, address)
        return tuple(found)
