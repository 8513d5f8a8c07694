"""A run while it goes on: whose it is, on which block, what it may take, and how it is stopped."""

from __future__ import annotations

from contextvars import ContextVar
from threading import Event, Lock
from time import perf_counter
from typing import Final

from chain.block import Header
from chain.offchain.errors import RunStopped
from chain.offchain.hook import WorkerHook
from chain.offchain.participant import Participant
from chain.offchain.worker_run import WorkerRun
from chain.record import keyword_record
from chain.store.block_store import ImportedBlock


@keyword_record
class WorkerLimits:
    """What one run may take; None for no limit.

    wall_seconds: until it is stopped. Inline, where nobody else runs, that is noticed at its host calls alone
    memory_bytes: more than its process had before. Of runs in threads, which share it, as much together as each of
        them may, added up; of runs inline none
    bytes_out: what it hands to its node in all: values, artifacts, requests, transactions
    host_calls, submissions: how many
    waiting: runs of one pallet and participant that may wait for an earlier one; older ones are dropped
    """

    wall_seconds: float | None = None
    memory_bytes: int | None = None
    bytes_out: int | None = 256 * 2**20
    host_calls: int | None = 1_000_000
    submissions: int | None = 1_000
    waiting: int = 16


class Stop:
    """How a run is told to end; any thread may ask, and a run that waits is woken."""

    __slots__ = ("_event", "reason")

    def __init__(self) -> None:
        self._event: Event | None = None  # made for a run that waits, which few do
        self.reason: str | None = None
        """Why the run shall end, None while it need not."""

    @property
    def is_asked(self) -> bool:
        """Whether the run shall end."""
        return self.reason is not None

    def ask(self, reason: str) -> None:
        """Have the run end; the first reason counts."""
        with _ASKING:
            if self.reason is None:
                self.reason = reason
            if self._event is not None:
                self._event.set()

    def check(self) -> None:
        """Raises RunStopped where the run shall end."""
        if self.reason is not None:
            raise RunStopped(self.reason)

    def wait(self, seconds: float) -> None:
        """Let time pass; raises RunStopped as soon as the run shall end."""
        with _ASKING:
            self.check()
            if self._event is None:
                self._event = Event()
        self._event.wait(max(seconds, 0.0))
        self.check()


_ASKING: Final = Lock()


class Run:
    """One pallet's worker for one participant on one block.

    block: whose state it sees; record: what it took so far
    asks_for_state: whether it reads that state by host calls too, so that these tell all that it knew
    """

    __slots__ = (
        *("asks_for_state", "block", "hook", "is_everybodys", "limits", "participant", "record", "started", "stop"),
    )

    def __init__(
        self,
        participant: Participant,
        block: ImportedBlock,
        hook: WorkerHook,
        limits: WorkerLimits,
        record: WorkerRun,
        asks_for_state: bool = False,
    ) -> None:
        self.participant = participant
        self.block = block
        self.hook = hook
        self.limits = limits
        self.record = record
        self.asks_for_state = asks_for_state
        self.stop = Stop()
        self.started: float | None = None
        """By `perf_counter`, None while it waits."""
        self.is_everybodys = False
        """Whether it has ended without a look at its node: another participant's does the same. Told by `Inline`."""

    @property
    def seconds_left(self) -> float | None:
        """Until its time is over; None where it has any time."""
        if self.limits.wall_seconds is None:
            return None
        return self.limits.wall_seconds - (0.0 if self.started is None else perf_counter() - self.started)

    @property
    def too_long(self) -> str:
        """Why it is stopped when its time is over."""
        return f"it ran for {self.limits.wall_seconds:g} seconds, which is all that it may"

    @property
    def header(self) -> Header:
        """Of the block after which it runs."""
        return self.block.header


RUNNING: Final[ContextVar[Run | None]] = ContextVar("RUNNING", default=None)
"""The run that a thread is at: where a log line comes from."""
