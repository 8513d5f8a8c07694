"""A server in this process: the same messages as over a socket, and no socket."""

from __future__ import annotations

from collections.abc import Callable

from chain.client.errors import NotConnected
from chain.rpc.context import Services
from chain.rpc.limits import RpcLimits
from chain.rpc.protocol import Connection
from chain.rpc.registry import Methods


class Direct:
    """Hands texts to a server's methods; everything happens before `send` returns.

    after: called after each message, for what a server does between two of them
    """

    url = "this process"

    def __init__(
        self,
        methods: Methods,
        services: Services,
        limits: RpcLimits | None = None,
        *,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        self._connection = Connection(methods, services, limits)
        self._after = after
        self._is_open = True

    def send(self, text: str) -> None:
        if not self._is_open:
            raise NotConnected(self.url, "it was closed")
        self._connection.receive(text)
        self._after()

    def receive(self) -> str:
        text = self._connection.outbox.take()
        if text is None:  # never after a request, which is answered at once
            raise NotConnected(self.url, "there is no reply to wait for")
        return text

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._connection.close()
