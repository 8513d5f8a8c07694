"""Runs that stand still in their midst: threads of which exactly one goes on, and only where another hands over.

    strand = Strands().begin(work)
    strand.go()                     # until `work` has ended, or calls `strand.stand_still()`
    strand.go()                     # on from there

Whoever lets a strand go on waits for it. One that waits for something itself, a lock that another one holds that
stands still, would do so for ever: it is told of as `Stuck`, and nothing hangs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from sysconfig import get_path
from threading import Lock, Thread
from traceback import extract_stack
from typing import Final

from chain.offchain.errors import RunStopped
from chain.offchain.interrupt import interrupt

LOOK: Final = 0.05
"""Seconds between two looks at a strand that takes its time."""

PATIENCE: Final = 5.0
"""Seconds in which a strand has used no processor, and asked nothing, until it is stuck."""

AGAIN: Final = 1.0
"""Seconds after which a strand is interrupted once more."""

COMPUTES: Final = 600.0
"""Seconds of the processor that a strand may use between two host calls."""

_LIBRARY: Final = get_path("stdlib")

Work = Callable[[], None]


class Stuck(Exception):
    """A strand does not come back: it waits for what cannot come, or computes for ever."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Strand(Thread):
    """A thread that does one work after the other. All but `stand_still` is for whoever lets it go on."""

    def __init__(self) -> None:
        super().__init__(name="attacked worker", daemon=True)
        self._turn, self._back = Lock(), Lock()
        self._turn.acquire()
        self._back.acquire()
        self._work: Work | None = None
        self._problem: BaseException | None = None
        self._is_left = False

    @property
    def has_ended(self) -> bool:
        """Whether its work is done."""
        return self._work is None

    def take(self, work: Work) -> None:
        """Have it do that when it goes on."""
        self._work = work

    def go(self, patience: float = PATIENCE) -> None:
        """Let it go on until it has ended or stands still; raises Stuck, and what its work raises."""
        self._turn.release()
        self._wait(patience)
        problem, self._problem = self._problem, None
        if problem is not None:
            raise problem

    def leave(self, patience: float) -> None:
        """Let it end, whose work has ended or is stuck; the thread is abandoned where it does not."""
        self._is_left = True
        if self.has_ended:
            self._turn.release()
            self.join(patience)
            return
        self.join(LOOK)  # what it waited for may be there by now
        left = patience
        while self.is_alive() and not self.has_ended and left > 0:
            # seldom: a second one should not come while the first is dealt with; a finalizer may have swallowed it
            wait = AGAIN if interrupt(self) else LOOK
            self.join(wait)
            left -= wait

    def stand_still(self) -> None:
        """Hand over, and wait for the next `go`. For its own work."""
        self._back.release()
        self._turn.acquire()

    def run(self) -> None:
        with suppress(RunStopped):  # where it comes after the work has ended
            self._serve()

    def _serve(self) -> None:
        while True:
            self._turn.acquire()
            if self._work is None:
                return
            try:
                self._work()
            except BaseException as problem:  # noqa: BLE001  (it is raised where somebody waits for it)
                self._problem = problem
            self._work = None
            if self._is_left:
                return
            self._back.release()

    def _wait(self, patience: float) -> None:
        if self._back.acquire(timeout=LOOK):
            return
        used = first = self._used()
        quiet = 0.0
        while not self._back.acquire(timeout=LOOK):
            now = self._used()
            quiet = quiet + LOOK if now == used and not self._is_runnable() else 0.0
            used = now
            if quiet >= patience:
                raise Stuck(f"waits, and not by a host call, for what cannot come, {self._place()}")
            if used - first > COMPUTES:
                raise Stuck(f"has computed for {COMPUTES:.0f} seconds since its last host call")

    def _used(self) -> float:
        """Processor time so far; none where the system does not tell, or the thread is gone."""
        if self.ident is None or not self.is_alive():
            return 0.0
        try:
            return time.clock_gettime(time.pthread_getcpuclockid(self.ident))
        except (AttributeError, OSError):
            return 0.0

    def _is_runnable(self) -> bool:
        """Whether it would go on if a processor, or a disk, were free; as far as the system tells."""
        try:
            with open(f"/proc/self/task/{self.native_id}/stat", encoding="ascii", errors="replace") as file:
                return file.read().rpartition(")")[2].split()[0] in "RD"
        except OSError:
            return False

    def _place(self) -> str:
        """Where it is: the innermost line that is not of Python's own library."""
        frame = sys._current_frames().get(self.ident or 0)
        for line in reversed(extract_stack(frame)):
            if not line.filename.startswith((_LIBRARY, "<")):
                return f"in {line.name}, {Path(line.filename).name}, line {line.lineno}"
        return "nobody knows where"


class Strands:
    """The strands of one history; those that have ended serve again."""

    def __init__(self) -> None:
        self._idle: list[Strand] = []

    def begin(self, work: Work) -> Strand:
        """A strand with that work, which does nothing before it goes on."""
        if self._idle:
            strand = self._idle.pop()
        else:
            strand = Strand()
            strand.start()
        strand.take(work)
        return strand

    def done(self, strand: Strand) -> None:
        """A strand has ended its work."""
        self._idle.append(strand)

    def close(self) -> None:
        """End the threads that have nothing to do."""
        while self._idle:
            self._idle.pop().leave(PATIENCE)
