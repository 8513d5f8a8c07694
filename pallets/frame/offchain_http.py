"""HTTP for a pallet's worker: one function a request, over the host calls that do it step by step.

    prices = Http(node).get("https://example.org/prices.json", timeout_ms=2_000).json()
    Http(node).post(url, b"{}", headers={"Content-Type": "application/json"}).require_success()

Who may be spoken to is the node's allow list: HttpRefused. A redirection is followed where that is asked for, each
step checked as if the worker had named it, and passwords go to the host that they were meant for only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from chain.offchain.errors import HttpDeadlineReached, HttpIoError, HttpRefused
from chain.offchain.secrecy import is_secret_name, redacted_uri
from chain.record import record
from chain.runtime_api import OffchainNode

DEFAULT_TIMEOUT_MS: Final = 10_000

DEFAULT_LIMIT: Final = 4 * 2**20
"""Bytes of a body that is read."""

_CHUNK: Final = 64 * 2**10
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_DEADLINE, _IO_ERROR, _INVALID = 10, 20, 0


class HttpStatusError(Exception):
    """A server answered, and not with success."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status

    def __str__(self) -> str:
        return f"the server answered with status {self.status}"


@record
class HttpResponse:
    """What a server answered. headers: in the server's order, names as it writes them"""

    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        """The first header of that name, upper and lower case alike."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), None)

    def text(self) -> str:
        """The body as UTF-8; raises UnicodeDecodeError."""
        return self.body.decode()

    def json(self) -> Any:  # whatever the server means by it
        """The body as JSON; raises ValueError."""
        return json.loads(self.body)

    def require_success(self) -> HttpResponse:
        """Itself; raises HttpStatusError where the status is not of the two hundreds."""
        if not 200 <= self.status < 300:
            raise HttpStatusError(self.status)
        return self


class Http:
    """Requests of one run."""

    def __init__(self, node: OffchainNode) -> None:
        self._node = node

    def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        timeout_ms: int = DEFAULT_TIMEOUT_MS,
        redirects: int = 0,
    ) -> HttpResponse:
        """Ask for what is there; raises HttpRefused, HttpDeadlineReached, HttpIoError."""
        return self.request("GET", url, b"", headers, timeout_ms, redirects)

    def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        timeout_ms: int = DEFAULT_TIMEOUT_MS,
        redirects: int = 0,
    ) -> HttpResponse:
        """Hand something over; raises as `get`."""
        return self.request("POST", url, body, headers, timeout_ms, redirects)

    def request(
        self,
        method: str,
        url: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        timeout_ms: int = DEFAULT_TIMEOUT_MS,
        redirects: int = 0,
        limit: int = DEFAULT_LIMIT,
    ) -> HttpResponse:
        """One request; raises as `get`.

        timeout_ms: for all of it; redirects: how many are followed; limit: bytes of the body that are taken
        """
        deadline, sent = self._node.timestamp() + timeout_ms, dict(headers or {})
        for _ in range(redirects + 1):
            response = self._once(method, url, body, sent, deadline, limit)
            location = response.header("Location")
            if response.status not in _MOVED or location is None or not redirects:
                return response
            target = urljoin(url, location)
            sent = _for_target(url, target, sent)
            if response.status == 303 or (response.status in (301, 302) and method == "POST"):
                method, body = "GET", b""
            url = target
        raise HttpRefused(f"{redacted_uri(url)} is one redirection too many")

    def _once(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str], deadline: int, limit: int
    ) -> HttpResponse:
        node = self._node
        request = node.http_start(method, url)
        for name, value in headers.items():
            node.http_add_header(request, name, value)
        for start in range(0, len(body), _CHUNK):
            node.http_write_body(request, body[start : start + _CHUNK], deadline)
        node.http_write_body(request, b"", deadline)
        (status,) = node.http_wait([request], deadline)
        if status == _DEADLINE:
            raise HttpDeadlineReached
        if status in (_IO_ERROR, _INVALID):
            raise HttpIoError(f"{redacted_uri(url)} cannot be reached, or breaks off")
        answered = tuple(node.http_headers(request))
        received = bytearray()
        while chunk := node.http_read_body(request, _CHUNK, deadline):
            received += chunk
            if len(received) > limit:
                raise HttpIoError(f"{redacted_uri(url)} answers with more than {limit} bytes")
        return HttpResponse(status, answered, bytes(received))


def _for_target(url: str, target: str, headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that go on to where a request was sent; raises HttpRefused where it leads out of TLS."""
    here, there = urlsplit(url), urlsplit(target)
    if here.scheme == "https" and there.scheme != "https":
        raise HttpRefused(f"{redacted_uri(url)} leads to an address without TLS")
    if (here.scheme, here.netloc) == (there.scheme, there.netloc):
        return dict(headers)
    return {name: value for name, value in headers.items() if not is_secret_name(name)}
