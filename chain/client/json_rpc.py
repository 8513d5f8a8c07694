"""JSON-RPC from the asking side: one request, its reply, over whatever moves texts."""

from __future__ import annotations

import json
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
    """Asks one server, one request after the other; what it notifies without being asked is passed over."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._ids = count(1)

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

    def close(self) -> None:
        """End the connection."""
        self._transport.close()

    def _reply(self, method: str, request_id: int) -> dict[str, Json]:
        while True:
            try:
                message = json.loads(self._transport.receive())
            except (ValueError, RecursionError):
                raise BadAnswer(method, "the reply is no JSON") from None
            if not isinstance(message, dict):
                raise BadAnswer(method, "the reply is no object")
            # an error without an id is about a request that could not be read, and there is just this one
            if message.get("id") == request_id or (message.get("id") is None and "error" in message):
                return message


def _refusal(method: str, error: Json) -> RequestRefused:
    if not isinstance(error, dict) or not isinstance(error.get("code"), int):
        raise BadAnswer(method, "the error in the reply has no code")
    code, message, data = error["code"], str(error.get("message", "")), error.get("data")
    kind = TransactionRefused if code in TRANSACTION_CODES else RequestRefused
    return kind(method, code, message, "" if data is None else str(data))
