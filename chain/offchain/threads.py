"""Runs side by side in threads of the node's process, and none of them for ever.

A watchdog looks at what goes on: a run whose time is over, or that the node wants to end, gets RunStopped raised in it
wherever it is. One that does not end even so is reported and its thread abandoned, with another in its place; whatever
it still asks of the node is refused. Memory is that of the process, which `MemoryGuard` looks at.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Event, Lock, Thread
from time import perf_counter, thread_time
from typing import Final

from chain.offchain.bound import BoundRuntime
from chain.offchain.cpu_meter import CpuMeter
from chain.offchain.errors import RunStopped
from chain.offchain.executor import Ended, note_failure, perform
from chain.offchain.host_call import Answers
from chain.offchain.interrupt import interrupt
from chain.offchain.memory_guard import MemoryGuard
from chain.offchain.memory_trace import MemoryTrace
from chain.offchain.node_side import Deliver, Mailbox
from chain.offchain.run import Run
from chain.record import record
from chain.runtime_api import RuntimeFactory

LOOK: Final = 0.02
"""Seconds between two looks of the watchdog while anything runs."""

INSIST: Final = 0.2
"""Seconds that a run has to end by itself, at its next host call, and between two attempts to make it end."""

ABANDON: Final = 3.0
"""Seconds after which a run that cannot be ended is given up: it is in code that is not Python."""


@record
class Job:
    """A run, what it asks, and who is told when it has ended."""

    run: Run
    answers: Answers
    ended: Ended


class Threads:
    """Runs in one thread more than there are processors, for one of them often waits for the node's; or as asked for.

    threads: how many runs go on at the same time
    traces_memory: whether what runs allocate is measured, which makes them slower; they go on one at a time then
    """

    is_beside = True

    def __init__(self, threads: int | None = None, *, traces_memory: bool = False) -> None:
        self.threads = 1 if traces_memory else threads or (os.cpu_count() or 1) + 1
        self._trace = MemoryTrace() if traces_memory else None
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._workers: list[_Worker] = []
        self._lock = Lock()
        self._is_closed = False
        self._busy = Event()
        self._factory: RuntimeFactory | None = None
        self._mailbox = Mailbox()
        self._memory = MemoryGuard()
        self._generation = 0
        self._asked = 0

    @property
    def deliver(self) -> Deliver:
        return self._mailbox.deliver

    def open(self, bound: BoundRuntime, mailbox: Mailbox) -> None:
        self._factory, self._mailbox = bound.runtime_factory, mailbox
        if self._trace is not None:
            self._trace.open()
        Thread(target=self._watch, name="offchain watchdog", daemon=True).start()

    def start(self, run: Run, answers: Answers, ended: Ended) -> None:
        self._asked += 1
        if len(self._workers) < min(self.threads, self._asked):
            self._add_worker()
        if run.limits.memory_bytes is not None and not self._busy.is_set():
            self._memory.begin()
        self._jobs.put(Job(run, answers, ended))
        self._busy.set()

    def forget(self) -> None:
        self._generation += 1  # each thread binds anew when it sees the difference

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
        self._busy.set()
        for _ in self._workers:
            self._jobs.put(None)
        for worker in tuple(self._workers):
            worker.join(ABANDON)
        if self._trace is not None:
            self._trace.close()

    def _add_worker(self) -> None:
        assert self._factory is not None, "opened before it starts anything"
        worker = _Worker(self._jobs, self._factory, self._mailbox, lambda: self._generation, self._retired, self._trace)
        with self._lock:
            if not self._is_closed:
                worker.start()
                self._workers.append(worker)

    def _retired(self, worker: _Worker) -> None:
        """A thread was interrupted, and is not used again: an exception may still be on its way to it."""
        with self._lock:
            if worker not in self._workers:  # it was given up, and has come to an end after all
                return
            self._workers.remove(worker)
        self._add_worker()

    def _watch(self) -> None:
        while True:
            self._busy.wait()
            with self._lock:
                workers = tuple(self._workers)
            running = [run for worker in workers if (run := worker.at) is not None]
            if running and self._memory.look(running):
                for worker in workers:
                    worker.hurry()  # what grows does not wait until it is through
            goes_on = [worker for worker in workers if worker.look()]
            if not goes_on and self._jobs.empty():
                if self._is_closed:
                    return
                self._busy.clear()
                if not self._jobs.empty():  # it came in between
                    self._busy.set()
            Event().wait(LOOK)


class _Worker(Thread):
    """A thread that runs one job after the other, and can be told from outside to end the one that it is at."""

    def __init__(
        self,
        jobs: SimpleQueue[Job | None],
        factory: RuntimeFactory,
        mailbox: Mailbox,
        generation: Callable[[], int],
        retired: Callable[[_Worker], None],
        trace: MemoryTrace | None,
    ) -> None:
        super().__init__(name="offchain worker", daemon=True)
        self._jobs = jobs
        self._bound = BoundRuntime(factory)
        self._cpu = CpuMeter(thread_time)
        self._mailbox = mailbox
        self._generation = generation
        self._bound_at = generation()
        self._retired = retired
        self._trace = trace
        self._lock = Lock()
        self._current: Job | None = None
        self._asked_to_end: float | None = None
        self._interruptions = 0

    def run(self) -> None:
        while True:
            job = self._jobs.get()
            if job is None:
                return
            with self._lock:
                self._current, self._asked_to_end = job, None
            with suppress(RunStopped):  # where it comes after the run has ended
                self._do(job)
            while True:  # an interruption may come here still, once
                try:
                    if self._finish(job):
                        self._retired(self)
                        return
                    break
                except RunStopped:
                    continue

    def _do(self, job: Job) -> None:
        if self._bound_at != self._generation():
            self._bound.forget()
            self._bound_at = self._generation()
        perform(self._bound, job.run, job.answers, self._cpu, self._trace)

    def _finish(self, job: Job) -> bool:
        """Tell the node that the job is done, unless it was abandoned; whether this thread has to go."""
        with self._lock:
            is_mine, self._current = self._current is job, None
        if is_mine:
            self._mailbox.post(lambda: job.ended(job.run))
        return not is_mine or self._interruptions > 0

    @property
    def at(self) -> Run | None:
        """The run that goes on."""
        with self._lock:
            return None if self._current is None else self._current.run

    def hurry(self) -> None:
        """A run that is asked to end is given no time to do so by itself."""
        with self._lock:
            if self._asked_to_end is None:
                self._asked_to_end = perf_counter() - INSIST

    def look(self) -> bool:
        """End what takes too long; whether anything goes on. For the watchdog."""
        with self._lock:
            job = self._current
            if job is None:
                return False
            run, now = job.run, perf_counter()
            left = run.seconds_left
            if left is not None and left <= 0:
                run.stop.ask(run.too_long)
            if not run.stop.is_asked:
                return True
            if self._asked_to_end is None:
                self._asked_to_end = now
            waited = now - self._asked_to_end
            if waited > ABANDON:
                self._current = None
                self._interruptions += 1
                self._abandon(job)
            elif waited >= INSIST * (self._interruptions + 1) and interrupt(self):
                self._interruptions += 1
        return True

    def _abandon(self, job: Job) -> None:
        note_failure(job.run, f"RunStopped: {job.run.stop.reason}; it does not end, and its thread was given up")
        self._mailbox.post(lambda: job.ended(job.run))
        self._retired(self)
