"""What a follow session computes for its client: started by a call, told bit by bit as the client reads.

An operation is an iterator of events. It ends with the one that says so; after one that waits for the client it
rests until `resume`. Nothing is computed before the client has read what came before.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final

from chain.rpc.chain_head.errors import not_waiting
from chain.rpc.errors import refusal_of
from chain.rpc.parameters import Json
from chain.rpc.subscriptions import Subscription

LOG: Final = logging.getLogger("rpc")

WAITING: Final = "operationWaitingForContinue"

LIMIT_REACHED: Final[Json] = {"result": "limitReached"}
"""The reply where no operation can be started."""


@dataclass(slots=True)
class _Operation:
    name: str
    events: Iterator[Json]
    is_waiting: bool = False


class Operations:
    """The operations of one session, at most so many at a time."""

    def __init__(self, subscription: Subscription, at_most: int) -> None:
        self._subscription = subscription
        self._at_most = at_most
        self._ids = count(1)
        self._running: dict[str, _Operation] = {}
        subscription.on_end(self._running.clear)

    def __len__(self) -> int:
        return len(self._running)

    def start(self, events: Iterable[Json]) -> Json:
        """Begin to tell of these; the reply to the client."""
        if len(self._running) >= self._at_most:
            return LIMIT_REACHED
        operation = _Operation(str(next(self._ids)), iter(events))
        self._running[operation.name] = operation
        self._subscription.stream(self._told(operation))
        return {"result": "started", "operationId": operation.name}

    def stop(self, name: str) -> None:
        """Tell no more of an operation, if there is one of this name."""
        self._running.pop(name, None)

    def resume(self, name: str) -> None:
        """Go on with an operation that waits; raises RpcError where it does not."""
        operation = self._running.get(name)
        if operation is None:
            return
        if not operation.is_waiting:
            raise not_waiting()
        operation.is_waiting = False
        self._subscription.stream(self._told(operation))

    def _told(self, operation: _Operation) -> Iterator[Json]:
        """The events up to the end, or to where the operation waits."""
        while operation.name in self._running:
            event = self._next(operation)
            operation.is_waiting = is_waiting = event["event"] == WAITING
            if event["event"] not in (WAITING, "operationStorageItems"):
                self.stop(operation.name)
            yield {**event, "operationId": operation.name}
            if is_waiting:
                return

    def _next(self, operation: _Operation) -> Json:
        try:
            return next(operation.events)
        except Exception as error:  # the edge of a task: the connection goes on
            refusal = refusal_of(error)
            if refusal is None:
                LOG.exception("operation %s failed", operation.name)
            return {"event": "operationError", "error": "Internal error" if refusal is None else refusal.message}
