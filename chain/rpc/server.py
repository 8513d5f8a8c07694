"""JSON-RPC on one port: WebSocket, and HTTP POST; `/health` and `/metrics` beside it.

    server = RpcServer(standard_methods(), services)
    url = await server.start("127.0.0.1", 9944)
    await server.stop()

Everything runs on the event loop's thread, so that a node, which knows no locks, is never used by two at once: a
message is answered in one go, and between two requests of a batch others have their turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from errno import EADDRINUSE
from time import perf_counter
from typing import Final

from aiohttp import WSCloseCode, web

from chain.rpc.context import Services
from chain.rpc.limits import RpcLimits
from chain.rpc.metrics import CONTENT_TYPE, RpcCounts, metrics_text
from chain.rpc.protocol import Connection
from chain.rpc.registry import Methods
from chain.rpc.websocket import HEARTBEAT_SECONDS, TURN_SECONDS, serve_socket, turn_until

LOCAL_ORIGINS: Final = (
    "http://localhost:*",
    "http://127.0.0.1:*",
    "https://localhost:*",
    "https://127.0.0.1:*",
    "https://polkadot.js.org",
)
"""Web pages that may connect: those of this machine, and the usual explorer (Substrate's `--rpc-cors`)."""

STOPPING_SECONDS: Final = 2.0
"""How long clients have to read what waits for them when the server stops."""


class PortTaken(OSError):
    """The server cannot listen where it should; the message is a sentence."""


class RpcServer:
    """Serves methods to many clients.

    origins: web pages that may connect, `scheme://host:port` with `*` for any port; "*" for all pages
    """

    def __init__(
        self,
        methods: Methods,
        services: Services,
        limits: RpcLimits | None = None,
        origins: Sequence[str] = LOCAL_ORIGINS,
    ) -> None:
        self._methods = methods
        self._services = services
        self._limits = limits or RpcLimits()
        self._origins = tuple(origins)
        self._sockets: set[web.WebSocketResponse] = set()
        self._runner: web.AppRunner | None = None
        self.counts = RpcCounts()

    async def start(self, host: str = "127.0.0.1", port: int = 9944) -> str:
        """Listen; the URL for clients. Port 0 takes any that is free. Raises PortTaken."""
        application = web.Application(client_max_size=self._limits.request_bytes)
        application.router.add_route("GET", "/health", self._health)
        application.router.add_route("GET", "/metrics", self._metrics)
        for method, handler in (("GET", self._get), ("POST", self._post), ("OPTIONS", self._preflight)):
            application.router.add_route(
                method, "/{path:.*}", handler
            )  # clients behind proxies have paths of their own
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=STOPPING_SECONDS)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self.stop()
            raise PortTaken(error.errno, f"cannot listen on {host}:{port}: {_reason(error)}") from error
        address = self._runner.addresses[0]
        shown = f"[{address[0]}]" if ":" in address[0] else address[0]
        return f"ws://{shown}:{address[1]}"

    async def stop(self) -> None:
        """Close all connections and listen no more."""
        await _closed(self._sockets)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _get(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return web.Response(status=405, headers={"Allow": "POST"}, text="send JSON-RPC by POST or WebSocket\n")
        if not self._is_allowed(request):
            return _forbidden(request)
        if self._is_full():
            return web.Response(status=503, text=f"{self._limits.connections} clients are connected, the limit\n")
        socket = web.WebSocketResponse(
            max_msg_size=self._limits.request_bytes + 1, heartbeat=HEARTBEAT_SECONDS, compress=False
        )
        self._sockets.add(socket)
        self.counts.opened += 1
        try:
            await serve_socket(request, socket, self._connection)
        finally:
            self._sockets.discard(socket)
            self.counts.closed += 1
        return socket

    async def _post(self, request: web.Request) -> web.Response:
        if not self._is_allowed(request):
            return _forbidden(request)
        if self._is_full():
            return web.Response(status=503, text=f"{self._limits.connections} clients are connected, the limit\n")
        if request.content_type not in ("application/json", "application/json-rpc"):
            return web.Response(status=415, text="Supplied content type is not allowed: use application/json\n")
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            body = None
        if body is None:
            return web.Response(status=413, text=f"a request has at most {self._limits.request_bytes} bytes\n")
        connection = self._connection(is_duplex=False)
        try:
            until = perf_counter() + TURN_SECONDS
            for _ in connection.steps(body):
                until = await turn_until(until)
            reply = connection.outbox.take()
        finally:
            connection.close()
        return web.Response(text=reply or "", content_type="application/json", headers=_allowing(request))

    async def _preflight(self, request: web.Request) -> web.Response:
        if not self._is_allowed(request):
            return _forbidden(request)
        headers = {"Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "Content-Type"}
        return web.Response(status=204, headers=headers | _allowing(request))

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"peers": 0, "isSyncing": False, "shouldHavePeers": False})

    async def _metrics(self, _request: web.Request) -> web.Response:
        text = metrics_text(self._services, self.counts)
        return web.Response(text=text, headers={"Content-Type": CONTENT_TYPE})

    def _connection(self, *, is_duplex: bool, on_new: Callable[[], None] = lambda: None) -> Connection:
        return Connection(
            self._methods,
            self._services,
            self._limits,
            is_duplex=is_duplex,
            on_new=on_new,
            on_call=(self.counts.by_socket if is_duplex else self.counts.by_post).count,
        )

    def _is_full(self) -> bool:
        """Whether more are connected, the one that asks among them, than may be."""
        server = None if self._runner is None else self._runner.server
        return server is not None and len(server.connections) > self._limits.connections

    def _is_allowed(self, request: web.Request) -> bool:
        """Whether the request comes from no web page, or from one that may connect, and means this host."""
        origin = request.headers.get("Origin")
        return origin is None or any(_matches(origin, pattern) for pattern in self._origins)


def _matches(origin: str, pattern: str) -> bool:
    """Whether a page's origin is one that the pattern means; `*` stands for any port, alone for any page."""
    if pattern == "*" or origin == pattern:
        return True
    front, _, port = pattern.rpartition(":")
    return port == "*" and (origin == front or (origin.startswith(f"{front}:") and origin[len(front) + 1 :].isdigit()))


def _forbidden(request: web.Request) -> web.Response:
    origin = request.headers.get("Origin", "")
    return web.Response(status=403, text=f"pages of {origin[:200]} may not connect; allow them with --origin\n")


def _allowing(request: web.Request) -> dict[str, str]:
    """What a browser needs to hand the answer to the page that asked."""
    origin = request.headers.get("Origin")
    return {} if origin is None else {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


async def _closed(sockets: Iterable[web.WebSocketResponse]) -> None:
    """Tell clients that the node stops; those that do not read are waited for no longer than STOPPING_SECONDS."""
    closing = [
        asyncio.ensure_future(each.close(code=WSCloseCode.GOING_AWAY, message=b"the node stops")) for each in sockets
    ]
    if closing:
        await asyncio.wait(closing, timeout=STOPPING_SECONDS)
    for each in closing:
        each.cancel()
    # what fails here fails for a client that is gone, or whose answers were given up, which ends this wait too
    await asyncio.gather(*closing, return_exceptions=True)


def _reason(error: OSError) -> str:
    if error.errno == EADDRINUSE:
        return "another program listens there; choose another with --port"
    return error.strerror or str(error)
