"""From figures to places on a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

STEPS = (1, 2, 2.5, 5, 10)
"""What a step between ticks may begin with."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from a range of figures to a range of places; figures outside are put at its ends."""

    low: float
    high: float
    start: float
    end: float

    def place(self, figure: float) -> float:
        """Where a figure stands."""
        within = min(max(figure, self.low), self.high)
        if self.high == self.low:
            return (self.start + self.end) / 2
        return self.start + (within - self.low) / (self.high - self.low) * (self.end - self.start)

    def holds(self, figure: float) -> bool:
        """Whether the figure is within the range."""
        return self.low <= figure <= self.high


def padded(figures: Sequence[float], share: float = 0.06) -> tuple[float, float]:
    """The range of the figures with some room on both sides."""
    low, high = min(figures), max(figures)
    room = (high - low) * share or abs(high) * share or 1.0
    return low - room, high + room


def ticks(low: float, high: float, about: int = 6) -> list[float]:
    """Round figures within a range, about so many of them."""
    raw = (high - low) / about
    magnitude = 10.0 ** floor(log10(raw))
    step = next(each * magnitude for each in STEPS if each * magnitude >= raw * 0.85)
    first = floor(low / step)
    return [number * step for number in range(first, first + 4 * about) if low <= number * step <= high]


def spread(places: Sequence[float], distance: float, low: float, high: float) -> list[float]:
    """The places moved apart so that neighbours are `distance` away, in the same order, within low to high."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    distance = min(distance, (high - low) / max(len(places) - 1, 1))
    moved = [0.0] * len(places)
    above = low - distance
    for index in order:
        above = moved[index] = max(places[index], above + distance)
    below = high + distance
    for index in reversed(order):
        below = moved[index] = min(moved[index], below - distance)
    return moved
