"""Subscriptions of one connection: what a client asked to be told from now on.

    subscription = context.subscribe("chain_newHead")
    subscription.on_end(node.on_block(lambda block: subscription.send(...)))
    return subscription.id

The first notification may be sent at once: it reaches the client after the reply that has the id.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from chain.rpc.errors import INTERNAL_ERROR, TOO_MANY_SUBSCRIPTIONS, RpcError
from chain.rpc.hexadecimal import to_hex
from chain.rpc.outbox import Outbox
from chain.rpc.parameters import Json


class Subscription:
    """One subscription; `id` is what the client knows it by, `method` how its notifications are called."""

    def __init__(self, subscription_id: str, method: str, outbox: Outbox) -> None:
        self.id = subscription_id
        self.method = method
        self.is_active = True
        self._outbox = outbox
        self._at_end: list[Callable[[], object]] = []

    def send(self, result: Json) -> None:
        """Notify the client, unless the subscription has ended; bytes become hexadecimal digits."""
        if self.is_active:
            self._outbox.notify(self._text(result))

    def stream(self, results: Iterable[Json]) -> None:
        """Notify the client of each, made when it has read what came before, until the subscription ends."""
        self._outbox.feed(self._texts(results))

    def on_end(self, callback: Callable[[], object]) -> None:
        """Call back once, when the subscription ends: by the client, by `end`, or with the connection."""
        self._at_end.append(callback)

    def end(self) -> None:
        """Send nothing more."""
        if self.is_active:
            self.is_active = False
            callbacks, self._at_end = self._at_end, []
            for callback in callbacks:
                callback()

    def _texts(self, results: Iterable[Json]) -> Iterator[str]:
        for result in results:
            if not self.is_active:
                return
            yield self._text(result)

    def _text(self, result: Json) -> str:
        params = {"subscription": self.id, "result": result}
        return json_text({"jsonrpc": "2.0", "method": self.method, "params": params})


class Subscriptions:
    """The subscriptions of one connection.

    ids: where the names of new ones come from; the same for all connections of a server
    is_possible: whether the connection can carry notifications
    """

    def __init__(self, outbox: Outbox, ids: Iterator[int], at_most: int, is_possible: bool = True) -> None:
        self._outbox = outbox
        self._ids = ids
        self._at_most = at_most
        self._is_possible = is_possible
        self._active: dict[str, Subscription] = {}

    def __len__(self) -> int:
        return len(self._active)

    def begin(self, method: str) -> Subscription:
        """A new subscription whose notifications are called `method`; raises RpcError at the limit."""
        if not self._is_possible:
            raise RpcError(INTERNAL_ERROR, "Subscriptions are not available over HTTP", "connect by WebSocket instead")
        if len(self._active) >= self._at_most:
            limit = f"Exceeded max limit of {self._at_most}"
            raise RpcError(TOO_MANY_SUBSCRIPTIONS, "Too many subscriptions on the connection", limit)
        subscription = Subscription(f"{next(self._ids):016x}", method, self._outbox)
        self._active[subscription.id] = subscription
        subscription.on_end(lambda: self._active.pop(subscription.id, None))
        return subscription

    def find(self, subscription_id: str, method: str) -> Subscription | None:
        """The active subscription of this id, if its notifications are called so."""
        found = self._active.get(subscription_id)
        return None if found is None or found.method != method else found

    def end(self, subscription_id: str, method: str) -> bool:
        """End a subscription; whether there was one."""
        found = self.find(subscription_id, method)
        if found is not None:
            found.end()
        return found is not None

    def end_all(self) -> None:
        """End every subscription, as the connection does."""
        for subscription in tuple(self._active.values()):
            subscription.end()


def json_text(value: Json) -> str:
    """The value in JSON; bytes become hexadecimal digits."""
    if type(value) is bytes:
        return f'"{to_hex(value)}"'
    return str(value) if type(value) is int else _encode(value)


def _as_json(value: object) -> Json:
    if isinstance(value, bytes):
        return to_hex(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


_encode = json.JSONEncoder(separators=(",", ":"), default=_as_json).encode
