"""What time it is for a worker: the machine's, or one that depends on the chain alone."""

from __future__ import annotations

from collections.abc import Callable
from time import time_ns
from typing import Protocol

from chain.offchain.run import Stop
from chain.primitives import Moment
from chain.store.block_store import ImportedBlock


class WorkerTime(Protocol):
    """The time of one run."""

    def now(self) -> Moment:
        """Milliseconds since 1970."""
        ...

    def sleep_until(self, deadline: Moment, stop: Stop) -> None:
        """Wait; raises RunStopped."""
        ...


TimeOfRun = Callable[[ImportedBlock], WorkerTime]
"""Makes the time of a run on that block."""


class MachineTime:
    """The machine's own time."""

    def now(self) -> Moment:
        return time_ns() // 1_000_000

    def sleep_until(self, deadline: Moment, stop: Stop) -> None:
        stop.wait((deadline - self.now()) / 1000)


class ChainTime:
    """A time that begins with the block's own and passes while the worker sleeps, at once: a run repeats exactly."""

    def __init__(self, start: Moment) -> None:
        self._now = start

    def now(self) -> Moment:
        return self._now

    def sleep_until(self, deadline: Moment, stop: Stop) -> None:
        stop.check()
        self._now = max(self._now, deadline)


def machine_time(_block: ImportedBlock) -> WorkerTime:
    """The machine's time, whatever the block."""
    return MachineTime()
