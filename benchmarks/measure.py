"""Timing two sides in turn, and the row that comes of it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


class PeerUnavailable(Exception):
    """A peer cannot be measured; the text is one sentence that says why."""


class WorkDiffers(Exception):
    """A side did not do the work that is being compared; the text says which and where."""


Say = Callable[[str], None]
"""Shows one short phrase of progress."""

Round = Callable[[], float]
"""Does one round of work and returns the seconds that one unit of it took."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a subject is given: how to show progress, and how much to do."""

    say: Say
    is_quick: bool = False
    """Small sizes and few rounds: shows that everything works, the figures prove nothing."""

    @property
    def rounds(self) -> int:
        """Counted rounds of each side."""
        return 3 if self.is_quick else 7


@dataclass(frozen=True, slots=True)
class Samples:
    """What the rounds of one side took, in seconds a unit."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle round."""
        return statistics.median(self.seconds)

    @property
    def best(self) -> float:
        """The fastest round."""
        return min(self.seconds)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides' rounds; without the peer's, `note` says why."""

    ours: Samples
    peer: Samples | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a row must reach: a bound on its ratio, or on our figure itself."""

    relation: Literal["at least", "at most"]
    bound: float
    subject: Literal["ratio", "figure"] = "ratio"

    def met_by(self, value: float) -> bool:
        """Whether `value` is on the right side of the bound."""
        return value >= self.bound if self.relation == "at least" else value <= self.bound


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside its peer's.

    work: the sizes of the equal work, as a reader needs them
    unit: of `figure` and `peer_figure`
    peer: who, with its version; also where `peer_figure` is missing
    note: one sentence, where something is missing or odd
    """

    name: str
    work: str
    unit: str
    figure: float
    peer: str
    peer_figure: float | None
    goal: Goal
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Times faster than the peer where the goal is a least ratio, else our share of the peer's figure."""
        if self.peer_figure is None:
            return None
        if self.goal.relation == "at least":
            return self.peer_figure / self.figure
        return self.figure / self.peer_figure

    @property
    def met(self) -> bool | None:
        """Whether the goal is met, None where that cannot be told."""
        value = self.figure if self.goal.subject == "figure" else self.ratio
        return None if value is None else self.goal.met_by(value)


def alternate(rounds: int, *sides: Round) -> tuple[Samples, ...]:
    """The rounds of each side, the sides taking turns; one round of each beforehand is not counted."""
    for side in sides:
        side()
    taken: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for seconds, side in zip(taken, sides, strict=True):
            seconds.append(side())
    return tuple(Samples(tuple(seconds)) for seconds in taken)


def compare(rounds: int, ours: Round, peer: Round) -> Comparison:
    """Both sides in turn; ours alone where the peer turns out to be unavailable."""
    try:
        our_samples, peer_samples = alternate(rounds, ours, peer)
    except PeerUnavailable as problem:
        (our_samples,) = alternate(rounds, ours)
        return Comparison(our_samples, None, str(problem))
    return Comparison(our_samples, peer_samples)


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU time of this process for one call of `work`: right for work of one thread on a shared machine."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def wall_seconds(work: Callable[[], object]) -> float:
    """Time that passes during one call of `work`: right for work of several processes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def row_of(comparison: Comparison, scale: float, *, name: str, work: str, unit: str, peer: str, goal: Goal) -> Row:
    """The row of a comparison's medians; `scale` is how many of `unit` make a second."""
    peer_samples = comparison.peer
    return Row(
        name=name,
        work=work,
        unit=unit,
        figure=comparison.ours.median * scale,
        peer=peer,
        peer_figure=None if peer_samples is None else peer_samples.median * scale,
        goal=goal,
        note=comparison.note,
    )
