"""The shortest schedule that still fails: delta debugging over its faults, then each of them made simpler.

Source: Zeller and Hildebrandt 2002, algorithm ddmin (of complements only: subsets are complements of large parts).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from chain.offchain.adversary.fault import TIMED, WITHIN_RUNS, Fault, FaultKind
from chain.offchain.adversary.schedule import Schedule
from chain.record import record

Retry = Callable[[Schedule], Schedule | None]
"""Plays a schedule: None where all is well, otherwise the part of it that took effect before it failed."""

Watch = Callable[[int, int], None]
"""Told after each play how many there were, and how many faults are left."""


@record
class Shrunk:
    """What is left of a schedule; tries: how many were played. is_minimal: whether every fault in it is needed"""

    schedule: Schedule
    tries: int
    is_minimal: bool


class _OutOfTries(Exception):
    pass


class _Shrinking:
    def __init__(self, schedule: Schedule, retry: Retry, at_most: int, watch: Watch) -> None:
        self.best = schedule
        self.tries = 0
        self._retry = retry
        self._watch = watch
        self._at_most = at_most
        self._seen = {schedule}

    def fails(self, faults: tuple[Fault, ...]) -> bool:
        """Whether these faults fail too: then they, or what took effect of them, are the best so far."""
        tried = Schedule(faults)
        if tried in self._seen:
            return False
        if self.tries == self._at_most:
            raise _OutOfTries
        self._seen.add(tried)
        self.tries += 1
        left = self._retry(tried)
        if left is not None:
            self._seen.add(left)
            self.best = left if len(left) <= len(tried) else tried
        self._watch(self.tries, len(self.best))
        return left is not None

    def remove(self) -> None:
        """Take out parts, halves first, until each single fault is needed."""
        parts = 1  # first none at all: it may fail without any
        while self.best:
            faults, size = self.best.faults, -(-len(self.best) // parts)
            complements = (faults[:start] + faults[start + size :] for start in range(0, len(faults), size))
            if any(self.fails(complement) for complement in complements):
                parts = min(max(parts - 1, 2), len(self.best))
            elif size == 1:
                return
            else:
                parts = min(2 * parts, len(self.best))

    def simplify(self) -> None:
        """Give each fault the smallest numbers with which it still fails."""
        position = 0
        while position < len(self.best):
            faults = self.best.faults
            simpler = ((*faults[:position], fault, *faults[position + 1 :]) for fault in _simpler(faults[position]))
            if not any(self.fails(each) for each in simpler):
                position += 1


def shrunk(schedule: Schedule, retry: Retry, at_most: int = 500, watch: Watch = lambda _tries, _left: None) -> Shrunk:
    """What is left of a schedule that fails, played anew `at_most` times."""
    shrinking = _Shrinking(schedule, retry, at_most, watch)
    try:
        shrinking.remove()
        shrinking.simplify()
        shrinking.remove()
    except _OutOfTries:
        return Shrunk(shrinking.best, shrinking.tries, is_minimal=False)
    return Shrunk(shrinking.best, shrinking.tries, is_minimal=True)


def _simpler(fault: Fault) -> Iterator[Fault]:
    """The same fault with smaller numbers, the smallest first."""
    fewest = TIMED.get(fault.kind)
    if fewest is not None:
        yield from (replace(fault, blocks=blocks) for blocks in _smaller(fault.blocks, fewest))
    if fault.kind in WITHIN_RUNS or fault.kind is FaultKind.PARTITION:
        yield from (replace(fault, at=at) for at in _smaller(fault.at, 1))


def _smaller(number: int, lowest: int) -> list[int]:
    """A few numbers below, ascending."""
    return sorted({each for each in (lowest, (lowest + number) // 2, number - 1) if lowest <= each < number})
