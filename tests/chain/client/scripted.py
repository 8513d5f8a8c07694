"""A server that answers what a test says, and remembers what it was asked."""

from __future__ import annotations

import json
from collections import deque
from typing import Any


class Scripted:
    """A transport whose replies are known beforehand: a result each, or a whole message with `text`."""

    def __init__(self, *results: Any) -> None:
        self._waiting = deque(results)
        self._out: deque[str] = deque()
        self.asked: list[tuple[str, list[Any]]] = []

    def text(self, text: str) -> Scripted:
        """Also let this be received, before the reply to the next request."""
        self._out.append(text)
        return self

    def send(self, text: str) -> None:
        request = json.loads(text)
        self.asked.append((request["method"], request["params"]))
        if self._waiting:
            self._out.append(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": self._waiting.popleft()}))

    def receive(self) -> str:
        return self._out.popleft()

    def close(self) -> None:
        """Nothing to end."""
