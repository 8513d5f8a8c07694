"""JSON-RPC 2.0 without sockets: messages of a client in, texts to send out.

    connection = Connection(methods, services)
    connection.receive(b'{"jsonrpc":"2.0","id":1,"method":"system_chain"}')
    connection.outbox.take()            # '{"jsonrpc":"2.0","id":1,"result":"Development"}'

A message is a request, a notification, or a batch of them. What cannot be answered is refused by code; only a bug
is told to the log, with its traceback. `steps` is `receive` in pieces: one for each request of a batch, between
which others may be served.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Generator, Iterator
from time import perf_counter
from types import GeneratorType
from typing import Final

from chain.rpc.context import Context, Services
from chain.rpc.errors import (
    BATCH_TOO_BIG,
    INTERNAL_ERROR,
    INVALID_REQUEST,
    PARSE_ERROR,
    REQUEST_TOO_BIG,
    RESPONSE_TOO_BIG,
    RpcError,
    method_not_found,
    refusal_of,
)
from chain.rpc.limits import RpcLimits
from chain.rpc.outbox import Outbox
from chain.rpc.parameters import Json
from chain.rpc.registry import Methods
from chain.rpc.subscriptions import Subscriptions, json_text
from chain.rpc.turns import JsonText, Turns

LOG: Final = logging.getLogger("rpc")

_ABSENT: Final = object()


class Connection:
    """One client: what it sends is answered into `outbox`.

    is_duplex: whether notifications can reach it; over HTTP they cannot
    on_new: called when there is something in the outbox
    on_call: called after each call of a method that is served: its name, whether it was refused, seconds that it took
    """

    def __init__(
        self,
        methods: Methods,
        services: Services,
        limits: RpcLimits | None = None,
        *,
        is_duplex: bool = True,
        on_new: Callable[[], None] = lambda: None,
        on_call: Callable[[str, bool, float], None] = lambda _method, _is_error, _seconds: None,
    ) -> None:
        self._on_call = on_call
        self._methods = methods
        self._limits = limits or RpcLimits()
        self.outbox = Outbox(self._limits, on_new)
        subscriptions = Subscriptions(
            self.outbox, services.subscription_ids, self._limits.subscriptions, is_possible=is_duplex
        )
        self.context = Context(services, subscriptions, methods)

    def receive(self, message: bytes | str) -> None:
        """Answer a whole message."""
        for _ in self.steps(message):
            pass

    def steps(self, message: bytes | str) -> Iterator[None]:
        """Answer a message, stopping after each request of a batch and within long ones; one at a time."""
        self.outbox.hold()
        reply: str | None = None
        try:
            try:
                content = self._parsed(message)
            except RpcError as error:
                reply = _refusal(None, error)
                return
            if isinstance(content, list):
                replies = list[str]()
                for request in content:
                    answer = yield from self._answer(request)
                    if answer is not None:
                        replies.append(answer)
                    yield
                reply = self._joined(replies)
            else:
                reply = yield from self._answer(content)
                yield
        finally:
            self.outbox.reply(reply)

    def close(self) -> None:
        """The client is gone."""
        self.context.close()

    def _parsed(self, message: bytes | str) -> Json:
        if len(message) > self._limits.request_bytes:
            raise RpcError(REQUEST_TOO_BIG, "Request is too big", _exceeded(self._limits.request_bytes))
        try:
            content = _read(message if isinstance(message, str) else _text_of(message))
        except (ValueError, RecursionError):  # also text that is no UTF-8, and numbers of thousands of digits
            raise RpcError(PARSE_ERROR, "Parse error") from None
        if isinstance(content, list):
            if not content:
                raise _invalid_request()
            if len(content) > self._limits.batch:
                raise RpcError(BATCH_TOO_BIG, "The batch request was too large", _exceeded(self._limits.batch))
        return content

    def _answer(self, request: Json) -> Generator[None, None, str | None]:
        """The reply to one request; None to a notification."""
        if not isinstance(request, dict):
            return _refusal(None, _invalid_request())
        given = request.get("id", _ABSENT)
        method, params = request.get("method"), request.get("params")
        request_id = None if given is _ABSENT or not _is_id(given) else given
        is_id_sound = given is _ABSENT or given is None or request_id is not None
        if request.get("jsonrpc") != "2.0" or not isinstance(method, str) or not is_id_sound:
            return _refusal(request_id, _invalid_request())
        try:
            reply = self._replied(request_id, (yield from self._called(method, params)))
        except RpcError as error:
            reply = _refusal(request_id, error)
        return None if given is _ABSENT else reply

    def _called(self, name: str, params: Json) -> Generator[None, None, Json]:
        method = self._methods.get(name)
        if method is None:
            raise method_not_found(name)
        begun = perf_counter()
        try:
            result = method.call(self.context, params)
            if isinstance(result, GeneratorType):
                result = yield from self._within_limit(result)
        except Exception as error:
            self._on_call(name, True, perf_counter() - begun)
            refusal = refusal_of(error)
            if refusal is None:
                LOG.exception("%s failed", name)
                raise RpcError(INTERNAL_ERROR, "Internal error") from error
            raise refusal from error
        self._on_call(name, False, perf_counter() - begun)
        return result

    def _within_limit(self, turns: Turns[Json]) -> Generator[None, None, Json]:
        """The result; raises RpcError as soon as it is seen to be too long."""
        while True:
            try:
                length = next(turns)
            except StopIteration as end:
                return end.value
            if length is not None and length > self._limits.response_bytes:
                turns.close()
                raise self._too_big()
            yield

    def _replied(self, request_id: Json, result: Json) -> str:
        written = result if type(result) is JsonText else json_text(result)
        text = f'{{"jsonrpc":"2.0","id":{json_text(request_id)},"result":{written}}}'
        if len(text) > self._limits.response_bytes:
            raise self._too_big()
        return text

    def _too_big(self) -> RpcError:
        return RpcError(RESPONSE_TOO_BIG, "Response is too big", _exceeded(self._limits.response_bytes))

    def _joined(self, replies: list[str]) -> str | None:
        if not replies:
            return None
        if sum(map(len, replies)) > self._limits.response_bytes:
            error = RpcError(
                RESPONSE_TOO_BIG, "The batch response was too large", _exceeded(self._limits.response_bytes)
            )
            return _refusal(None, error)
        return "[" + ",".join(replies) + "]"


def _text_of(message: bytes) -> str:
    """The text of bytes in the encoding that JSON may have (RFC 4627, 3)."""
    return message.decode(json.detect_encoding(message), "surrogatepass")


def _is_id(given: Json) -> bool:
    return isinstance(given, str | int) and not isinstance(given, bool)


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")


_read: Final = json.JSONDecoder(parse_constant=_no_constant).decode


def _invalid_request() -> RpcError:
    return RpcError(INVALID_REQUEST, "Invalid request")


def _exceeded(limit: int) -> str:
    return f"Exceeded max limit of {limit}"


def _refusal(request_id: Json, error: RpcError) -> str:
    return json_text({"jsonrpc": "2.0", "id": request_id, "error": error.as_json})
