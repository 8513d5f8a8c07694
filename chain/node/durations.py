"""How long things take: how many of them were through within which time, as monitors draw it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final

SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Bounds that Prometheus's clients take for what is measured in seconds."""


class Durations:
    """Counts of durations, up to each bound.

    bounds: in the unit of what is added, ascending
    """

    __slots__ = ("_counts", "bounds", "total")

    def __init__(self, bounds: tuple[float, ...] = SECONDS) -> None:
        self.bounds = bounds
        self.total = 0.0
        """All durations together."""
        self._counts = [0] * (len(bounds) + 1)

    def add(self, duration: float) -> None:
        """One more."""
        self.total += duration
        self._counts[bisect_left(self.bounds, duration)] += 1

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Add the seconds that this takes, unless it fails."""
        begun = perf_counter()
        yield
        self.add(perf_counter() - begun)

    @property
    def count(self) -> int:
        """How many there were."""
        return sum(self._counts)

    def up_to(self) -> Iterator[tuple[float, int]]:
        """Each bound, and how many took no longer."""
        passed = 0
        for bound, count in zip(self.bounds, self._counts, strict=False):  # the last count is of those beyond all
            passed += count
            yield bound, passed


class BlockDurations:
    """What a node's blocks took, in seconds.

    built: its own, up to the state after them
    imported: those that others made, executed and kept
    """

    __slots__ = ("built", "imported")

    def __init__(self) -> None:
        self.built = Durations()
        self.imported = Durations()
