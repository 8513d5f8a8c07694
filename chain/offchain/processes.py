"""Runs in processes of their own: as many side by side as there are processors, and each can be ended at any point.

The node's side of a worker process is a thread that hands it a run, answers its host calls and looks at the clock.
A process that takes too long, or that dies, is replaced; the run's record says why. Runs read the state through the
boundary, key by key, and what they write stays with them. Runtime and operator's data go there pickled, once. The
pipes are looked at as Unix has them; elsewhere, threads are the choice.
"""

from __future__ import annotations

import os
import pickle
import select
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from logging import getLevelName, getLogger
from queue import SimpleQueue
from signal import Signals
from threading import Thread
from time import perf_counter
from typing import Final

from chain.offchain.bound import BoundRuntime
from chain.offchain.errors import BadHostCall, RunStopped
from chain.offchain.executor import Ended, note_failure
from chain.offchain.frames import END, LENGTH, LOG, READY, RUN, framed
from chain.offchain.host_call import Answers, Plain, call_of, encode_error, encode_value, packed, unpacked
from chain.offchain.node_side import Deliver, Mailbox
from chain.offchain.process_usage import cpu_seconds_of, peak_memory_of
from chain.offchain.run import RUNNING, Run
from chain.offchain.threads import Job
from chain.runtime_api import RuntimeApi
from chain.state.overlay import Overlay

log = getLogger(__name__)

LOOK: Final = 0.05
"""Seconds after which a run's clock is looked at."""

SLACK: Final = 2**20
"""Bytes that a frame may have beyond what its run may hand out."""

DEFAULT_FRAME: Final = 256 * 2**20
"""Bytes that a frame may have where the run may hand out any number."""


class CannotTravel(ValueError):
    """Something cannot be pickled, and so cannot go to a worker process."""

    def __init__(self, what: str, reason: BaseException) -> None:
        super().__init__(
            f"{what} cannot go to a worker process: {reason}; "
            "make it of classes and functions of modules, or run the workers in threads"
        )


class Processes:
    """Runs in worker processes.

    processes: how many; make_runtime: what makes runtimes there, the node's own factory by default
    """

    is_beside = True

    def __init__(
        self, processes: int | None = None, make_runtime: Callable[[Overlay], RuntimeApi] | None = None
    ) -> None:
        self.processes = processes or os.cpu_count() or 1
        self._make_runtime = make_runtime
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._keepers: list[_Keeper] = []
        self._mailbox = Mailbox()
        self._factory = b""
        self._asked = 0

    @property
    def deliver(self) -> Deliver:
        return self._mailbox.deliver

    def open(self, bound: BoundRuntime, mailbox: Mailbox) -> None:
        """Raises CannotTravel."""
        self._factory = pickled("the runtime", self._make_runtime or bound.runtime_factory)
        self._mailbox = mailbox

    def start(self, run: Run, answers: Answers, ended: Ended) -> None:
        self._asked += 1
        if len(self._keepers) < min(self.processes, self._asked):
            keeper = _Keeper(self._jobs, self._factory, self._mailbox)
            self._keepers.append(keeper)
            keeper.start()
        self._jobs.put(Job(run, answers, ended))

    def forget(self) -> None:
        """Each run reads the state of its block anew."""

    def close(self) -> None:
        for _ in self._keepers:
            self._jobs.put(None)
        for keeper in self._keepers:
            keeper.join(5.0)


class _Keeper(Thread):
    """The node's side of one worker process."""

    def __init__(self, jobs: SimpleQueue[Job | None], factory: bytes, mailbox: Mailbox) -> None:
        super().__init__(name="offchain keeper", daemon=True)
        self._jobs = jobs
        self._factory = factory
        self._mailbox = mailbox
        self._process: subprocess.Popen[bytes] | None = None
        self._known: set[bytes] = set()
        """Participants whose data the process has."""
        self._cpu_before: float | None = None
        """Seconds that the process had run when it was handed the run that it is at."""

    def run(self) -> None:
        while True:
            job = self._jobs.get()
            if job is None:
                self._kill()
                return
            RUNNING.set(job.run)
            try:
                self._do(job)
            except RunStopped as stopped:
                self._measure(job.run)
                self._kill()
                note_failure(job.run, f"RunStopped: {stopped.reason}")
            except (BadHostCall, ValueError, OSError, EOFError) as problem:
                self._measure(job.run)
                self._kill()
                note_failure(job.run, f"{type(problem).__name__}: {problem}")
            if job.run.started is not None and not job.run.record.wall_seconds:
                job.run.record.wall_seconds = perf_counter() - job.run.started
            self._mailbox.post(partial(job.ended, job.run))

    def _do(self, job: Job) -> None:
        """One run from its first frame to its last; raises RunStopped, EOFError where the process died, OSError."""
        run = job.run
        run.stop.check()
        if self._process is None or self._process.poll() is not None:
            self._spawn(run)
        who, block = run.participant, run.block
        data = None if who.account in self._known else pickled("the operator's data", who.data)
        hook: list[Plain] = [run.hook.pallet, run.hook.trigger.value, run.hook.overlap.value]
        self._send(
            packed(
                [
                    RUN,
                    who.account,
                    data,
                    run.header.encoded,
                    hook,
                    block.state.root,
                    block.state.version,
                    run.limits.memory_bytes,
                ]
            )
        )
        self._known.add(who.account)
        self._cpu_before = None if self._process is None else cpu_seconds_of(self._process.pid)
        run.started = perf_counter()
        while not self._is_over(job, unpacked(self._receive(run))):
            pass

    def _is_over(self, job: Job, told: Plain) -> bool:
        """Do what the process asks; whether its run has ended."""
        if not isinstance(told, tuple) or not told:
            raise BadHostCall("the worker process told of nothing")
        if told[0] == END:
            _note_end(job.run, told)
            return True
        if told[0] == LOG:
            _log(job.run, told)
            return False
        self._send(_outcome(job.answers, told))
        return False

    def _spawn(self, run: Run) -> None:
        """Start a process, and wait until it has its runtime; the run's time begins after that."""
        self._kill()
        paths = os.pathsep.join([path for path in sys.path if path])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "chain.offchain.worker_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths},
        )
        self._known.clear()
        self._send(self._factory)
        told = unpacked(self._receive(run))
        while isinstance(told, tuple) and told[0] == LOG:
            _log(run, told)
            told = unpacked(self._receive(run))
        if told != (READY,):
            raise BadHostCall("the worker process did not get ready")

    def _measure(self, run: Run) -> None:
        """Write down what a run has taken that does not come to tell it itself."""
        process, before = self._process, self._cpu_before
        if process is None or before is None or run.started is None:
            return
        now = cpu_seconds_of(process.pid)
        if now is not None:
            run.record.cpu_seconds = now - before
        run.record.peak_memory = peak_memory_of(process.pid)

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _send(self, data: bytes) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise EOFError("there is no worker process")
        try:
            process.stdin.write(framed(data))
            process.stdin.flush()
        except OSError:
            raise EOFError(self._death()) from None

    def _receive(self, run: Run) -> bytes:
        """The next frame; raises RunStopped when the run's time is over or the node wants it to end, EOFError."""
        (length,) = LENGTH.unpack(self._read(LENGTH.size, run))
        most = (DEFAULT_FRAME if run.limits.bytes_out is None else run.limits.bytes_out) + SLACK
        if length > most:
            raise BadHostCall(f"a worker process handed out {length} bytes at once; a run may hand out {most - SLACK}")
        return self._read(length, run)

    def _read(self, size: int, run: Run) -> bytes:
        process = self._process
        if process is None or process.stdout is None:
            raise EOFError("there is no worker process")
        received = bytearray()
        descriptor = process.stdout.fileno()
        while len(received) < size:
            left = run.seconds_left
            if left is not None and left <= 0:
                run.stop.ask(run.too_long)
            run.stop.check()
            ready, _, _ = select.select([descriptor], [], [], LOOK if left is None else min(LOOK, left))
            if ready:
                chunk = os.read(descriptor, size - len(received))
                if not chunk:
                    self._measure(run)  # while the system still knows of the process
                    raise EOFError(self._death())
                received += chunk
        return bytes(received)

    def _death(self) -> str:
        code = None if self._process is None else self._process.wait()
        if code is not None and code < 0:
            return f"the worker process died by {Signals(-code).name}"
        return f"the worker process ended with status {code}"


def _outcome(answers: Answers, told: Plain) -> bytes:
    """What a host call of a process comes to; raises RunStopped where the run shall end."""
    try:
        return encode_value(answers.answer(call_of(told)))
    except Exception as error:  # noqa: BLE001  (it is raised where the question came from)
        return encode_error(error)


def _note_end(run: Run, told: tuple[Plain, ...]) -> None:
    _, failure, details, cpu, wall, memory = told
    if isinstance(cpu, int) and isinstance(wall, int) and isinstance(memory, int):
        run.record.cpu_seconds, run.record.wall_seconds = cpu / 1e9, wall / 1e9
        run.record.peak_memory = memory or None
    if isinstance(failure, str):
        note_failure(run, failure, details if isinstance(details, str) else "")


def _log(run: Run, told: tuple[Plain, ...]) -> None:
    _, level, name, text = told
    if isinstance(level, int) and isinstance(name, str) and isinstance(text, str):
        getLogger(name).log(level, "%s", run.participant.keystore.secrets.scrubbed(text))
    else:
        log.warning("a worker process logged what is no text at level %s", getLevelName(0))


def pickled(what: str, value: object) -> bytes:
    """The value for a worker process; raises CannotTravel."""
    try:
        return pickle.dumps(value)
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
        raise CannotTravel(what, error) from None
