"""A run while it goes on: whose it is, on which block, what it may take, and how it is stopped."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event
from time import perf_counter

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
    memory_bytes: more than its process had before; for worker processes alone, since threads share theirs
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
        self._event = Event()
        self.reason = ""

    @property
    def is_asked(self) -> bool:
        """Whether the run shall end."""
        return self._event.is_set()

    def ask(self, reason: str) -> None:
        """Have the run end; the first reason counts."""
        if not self._event.is_set():
            self.reason = reason
            self._event.set()

    def check(self) -> None:
        """Raises RunStopped where the run shall end."""
        if self._event.is_set():
            raise RunStopped(self.reason)

    def wait(self, seconds: float) -> None:
        """Let time pass; raises RunStopped as soon as the run shall end."""
        if self._event.wait(max(seconds, 0.0)):
            raise RunStopped(self.reason)


@dataclass(slots=True, eq=False)
class Run:
    """One pallet's worker for one participant on one block.

    block: whose state it sees; record: what it took so far
    """

    participant: Participant
    block: ImportedBlock
    hook: WorkerHook
    limits: WorkerLimits
    record: WorkerRun
    stop: Stop = field(default_factory=Stop)
    started: float | None = None
    """By `perf_counter`, None while it waits."""

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
