"""Whose turn it is: what happens to a run while an earlier one of its pallet and participant goes on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from chain.offchain.hook import Overlap, Trigger
from chain.offchain.run import Run
from chain.primitives import AccountId

Queue = tuple[AccountId, str, Trigger]


class _Turn:
    __slots__ = ("running", "waiting")

    def __init__(self) -> None:
        self.running: list[Run] = []
        self.waiting: deque[Run] = deque()


class Turns:
    """Runs that go on, and those that wait for them; for the node's own thread.

    begin: starts a run; skipped: told of one that never begins
    limit: of runs that wait in one queue; beyond it the oldest of them is skipped
    """

    def __init__(self, begin: Callable[[Run], None], skipped: Callable[[Run], None], limit: int) -> None:
        self._begin = begin
        self._skipped = skipped
        self._limit = limit
        self._turns: dict[Queue, _Turn] = {}

    @property
    def active(self) -> int:
        """How many runs go on or wait."""
        return sum(len(turn.running) + len(turn.waiting) for turn in self._turns.values())

    def admit(self, run: Run, overlap: Overlap) -> None:
        """Begin the run, let it wait, or skip it."""
        turn = self._turns.setdefault(_queue(run), _Turn())
        if not turn.running or overlap is Overlap.ALLOW:
            turn.running.append(run)
            self._begin(run)
        elif overlap is Overlap.SKIP or not self._limit:
            self._skipped(run)
        else:
            turn.waiting.append(run)
            if len(turn.waiting) > self._limit:
                self._skipped(turn.waiting.popleft())

    def ended(self, run: Run) -> None:
        """A run is through: the next one begins."""
        queue = _queue(run)
        turn = self._turns[queue]
        turn.running.remove(run)
        if turn.waiting and not turn.running:
            following = turn.waiting.popleft()
            turn.running.append(following)
            self._begin(following)
        elif not turn.running:
            self._turns.pop(queue, None)

    def stop(self, reason: str) -> None:
        """Ask those that go on to end, and skip those that wait."""
        for turn in self._turns.values():
            while turn.waiting:
                self._skipped(turn.waiting.popleft())
            for run in turn.running:
                run.stop.ask(reason)


def _queue(run: Run) -> Queue:
    return run.record.account, run.record.pallet, run.record.trigger
