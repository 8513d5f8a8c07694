"""When something happens later: a simulated time for tests and programs, or an event loop's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import Protocol

Cancel = Callable[[], None]
"""Makes the callback not happen; nothing where it has happened."""


class Timer(Protocol):
    """Calls back later, one callback at a time."""

    def call_later(self, delay_ms: int, callback: Callable[[], None]) -> Cancel:
        """Call back after so many milliseconds, not before this returns even where there are none."""
        ...


class SimulatedTimer:
    """A time that moves when it is told to; callbacks of one moment come in the order in which they were asked for."""

    def __init__(self, now_ms: int = 0) -> None:
        self.now_ms = now_ms
        self._order = count()
        self._due: list[tuple[int, int]] = []  # a heap of moments and places in the order
        self._callbacks: dict[int, Callable[[], None]] = {}  # without those that were cancelled

    def call_later(self, delay_ms: int, callback: Callable[[], None]) -> Cancel:
        place = next(self._order)
        self._callbacks[place] = callback
        heappush(self._due, (self.now_ms + max(delay_ms, 0), place))
        return lambda: self._cancel(place)

    def advance(self, by_ms: int = 0) -> None:
        """Let time pass. What is asked for on the way for a moment within it happens too."""
        until = self.now_ms + by_ms
        while self._due and self._due[0][0] <= until:
            self._make_first()
        self.now_ms = until

    def settle(self) -> None:
        """Make the callbacks that are due now; what they ask for waits for the next time."""
        asked_before = next(self._order)
        while self._due and self._due[0][0] <= self.now_ms and self._due[0][1] < asked_before:
            self._make_first()

    def _make_first(self) -> None:
        moment, place = heappop(self._due)
        callback = self._callbacks.pop(place, None)
        if callback is not None:
            self.now_ms = moment
            callback()

    def _cancel(self, place: int) -> None:
        self._callbacks.pop(place, None)


class LoopTimer:
    """The time of an asyncio event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def call_later(self, delay_ms: int, callback: Callable[[], None]) -> Cancel:
        return self._loop.call_later(delay_ms / 1000, callback).cancel
