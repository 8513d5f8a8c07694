"""What a connection has to send, in order: the reply to a message before the notifications that it caused.

A client that does not read is not waited for: where too much has piled up, the outbox is full, takes nothing more,
and whoever moves its bytes closes the connection. What can wait is fed instead: each text of a feed is made when
the client has read all that came before, so a long answer takes neither memory nor anyone's turn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from chain.rpc.limits import RpcLimits


class Outbox:
    """Texts that wait to be sent.

    on_new: called when there is something to take
    """

    def __init__(self, limits: RpcLimits, on_new: Callable[[], None]) -> None:
        self._limits = limits
        self._on_new = on_new
        self._waiting: deque[str] = deque()
        self._bytes = 0
        self._held: list[str | Iterator[str]] | None = None
        self._feeds: deque[Iterator[str]] = deque()
        self.is_full = False
        """Whether more was put here than a slow client is allowed."""

    def __len__(self) -> int:
        """How many wait; a feed counts as one."""
        return len(self._waiting) + len(self._feeds)

    def hold(self) -> None:
        """Keep notifications back until `reply`."""
        self._held = []

    def reply(self, text: str | None) -> None:
        """Send the reply, if there is one, and then what was held back."""
        held, self._held = self._held or [], None
        if text is not None:
            self._put(text)
        for each in held:
            if isinstance(each, str):
                self.notify(each)
            else:
                self.feed(each)

    def notify(self, text: str) -> None:
        """Send a notification, unless the client is too slow."""
        if self._held is not None:
            self._held.append(text)
            return
        if len(self._waiting) >= self._limits.queued or self._bytes + len(text) > self._limits.queued_bytes:
            self.is_full = True
            self._on_new()
            return
        self._put(text)

    def feed(self, texts: Iterator[str]) -> None:
        """Send these, after all that waits; feeds take turns. Making a text may not raise."""
        if self._held is not None:
            self._held.append(texts)
            return
        self._feeds.append(texts)
        self._on_new()

    def take(self) -> str | None:
        """The next text to send, None where there is none."""
        if not self._waiting:
            return self._fed()
        text = self._waiting.popleft()
        self._bytes -= len(text)
        return text

    def take_many(self, at_most: int) -> list[str]:
        """What waits, until it is that many characters; one text of a feed where nothing waits."""
        first = self.take()
        if first is None:
            return []
        texts, size = [first], len(first)
        while self._waiting and size < at_most:
            text = self._waiting.popleft()
            texts.append(text)
            size += len(text)
        self._bytes -= size - len(first)
        return texts

    def _fed(self) -> str | None:
        while self._feeds:
            feed = self._feeds.popleft()
            text = next(feed, None)
            if text is not None:
                self._feeds.append(feed)
                return text
        return None

    def _put(self, text: str) -> None:
        self._waiting.append(text)
        self._bytes += len(text)
        self._on_new()
