"""JSON-RPC from the asking side: one request, its reply, over whatever moves texts."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from itertools import count
from typing import Protocol

from chain.client.errors import BadAnswer, RequestRefused, TransactionRefused
from chain.rpc.parameters import Json
from chain.rpc.subscriptions import json_text

TRANSACTION_CODES = range(1000, 2000)
"""Of what a pool refuses (sc_rpc_api::author)."""


class Transport(Protocol):
    """Moves texts to one server and back."""

    def send(self, text: str) -> None:
        """Bring a message to the server; raises NotConnected."""
        ...

    def receive(self) -> str:
        """The next message of the server, waited for; raises NotConnected."""
        ...

    def close(self) -> None:
        """End it; more than once does no harm."""
        ...


class JsonRpc:
    """Asks one server, one request after the other; what subscriptions tell meanwhile waits for who follows them."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._ids = count(1)
        self._told: dict[Json, deque[Json]] = {}
        """By subscription."""

    def __call__(self, method: str, *params: Json) -> Json:
        """The result of a method; bytes become hexadecimal digits.

        Raises RequestRefused, for a transaction TransactionRefused; BadAnswer, NotConnected.
        """
        request_id = next(self._ids)
        self._transport.send(json_text({"jsonrpc": "2.0", "id": request_id, "method": method, "params": list(params)}))
        reply = self._reply(method, request_id)
        if "error" in reply:
            raise _refusal(method, reply["error"])
        if "result" not in reply:
            raise BadAnswer(method, "the reply has neither a result nor an error")
        return reply["result"]

    def follow(self, method: str, *params: Json) -> Iterator[Json]:
        """What a subscription tells from now on, each waited for: `follow("chain_subscribeNewHeads")`.

        Raises as a call, NotConnected where nothing comes in the connection's time; it lasts as long as the connection.
        """
        subscription = self(method, *params)
        told = self._told.setdefault(subscription, deque())
        return self._following(method, told)

    def close(self) -> None:
        """End the connection."""
        self._transport.close()

    def _following(self, method: str, told: deque[Json]) -> Iterator[Json]:
        while True:
            while not told:
                self._note(self._received(method))
            yield told.popleft()

    def _reply(self, method: str, request_id: int) -> dict[str, Json]:
        while True:
            message = self._received(method)
            # an error without an id is about a request that could not be read, and there is just this one
            if message.get("id") == request_id or (message.get("id") is None and "error" in message):
                return message
            self._note(message)

    def _received(self, method: str) -> dict[str, Json]:
        try:
            message = json.loads(self._transport.receive())
        except (ValueError, RecursionError):
            raise BadAnswer(method, "the reply is no JSON") from None
        if not isinstance(message, dict):
            raise BadAnswer(method, "the reply is no object")
        return message

    def _note(self, message: dict[str, Json]) -> None:
        """Keep a notification for who follows its subscription."""
        params = message.get("params")
        if isinstance(params, dict) and isinstance(params.get("subscription"), str | int):
            self._told.setdefault(params["subscription"], deque()).append(params.get("result"))


def _refusal(method: str, error: Json) -> RequestRefused:
    if not isinstance(error, dict) or not isinstance(error.get("code"), int):
        raise BadAnswer(method, "the error in the reply has no code")
    code, message, data = error["code"], str(error.get("message", "")), error.get("data")
    kind = TransactionRefused if code in TRANSACTION_CODES else RequestRefused
    return kind(method, code, message, "" if data is None else str(data))
