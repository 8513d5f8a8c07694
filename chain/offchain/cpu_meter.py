"""Processor time of runs, one after the other, without asking the system more often than it is worth.

A system that filters its calls takes longer to tell its clock than a worker takes to find that it has nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Final

Clock = Callable[[], float]

SHORT: Final = 50e-6
"""Seconds that a run takes at most whose processor time is taken to be what passed: it cannot have been more."""

GAP: Final = 50e-6
"""Seconds between two runs at most that may count with the second."""

CARRIED: Final = 200e-6
"""Seconds of short runs after which the clock is asked again: what a long run is measured wrongly by, at most."""


class CpuMeter:
    """For one thread; clock: seconds of processor time."""

    __slots__ = ("_carried", "_clock", "_ended", "_known")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known = 0.0
        """What the clock would tell at `_ended`."""
        self._ended = float("-inf")
        self._carried = 0.0

    def begin(self) -> float:
        """A run begins; when, by `perf_counter`."""
        now = perf_counter()
        if now - self._ended > GAP or self._carried > CARRIED:
            self._known, self._carried = self._clock(), 0.0
            now = perf_counter()
        return now

    def end(self, began: float) -> tuple[float, float]:
        """The run that began then has ended: seconds of the processor, and seconds that passed."""
        now = perf_counter()
        passed = now - began
        if passed <= SHORT:
            self._known += passed
            self._carried += passed
            self._ended = now
            return passed, passed
        told = self._clock()
        spent = max(told - self._known, 0.0)
        self._known, self._carried, self._ended = told, 0.0, perf_counter()
        return spent, passed
