"""What runs in the node's own process allocate: Python's own account, for whoever asks for it.

Threads share their process's memory, and no system tells whose it is. Python can note each allocation (tracemalloc),
which makes code that allocates much several times slower, so that is done where it is asked for alone, and one run at
a time. The figure is what was allocated at most since the run began, beyond what there was: arrays of NumPy are in it;
what a library takes from the system by itself is not; what the node's own thread allocates meanwhile is, too.
"""

from __future__ import annotations

from threading import Lock


class Mark:
    """Where a run began; most: bytes at most so far."""

    __slots__ = ("before", "most")

    def __init__(self, before: int) -> None:
        self.before = before
        self.most = before


class MemoryTrace:
    """Measures runs from `open` to `close`; a run may begin within another, which has seal a block at once."""

    def __init__(self) -> None:
        import tracemalloc  # with much of the standard library, for those who ask for it

        self._python = tracemalloc
        self._lock = Lock()
        self._open: list[Mark] = []
        self._is_ours = False

    def open(self) -> None:
        """Have allocations noted from now on."""
        if not self._python.is_tracing():
            self._python.start()
            self._is_ours = True

    def close(self) -> None:
        """Note them no more, unless somebody else wants them."""
        if self._is_ours:
            self._is_ours = False
            self._python.stop()

    def begin(self) -> Mark:
        """A run begins."""
        with self._lock:
            mark = Mark(self._look())
            self._open.append(mark)
        return mark

    def end(self, mark: Mark) -> int | None:
        """It has ended: bytes that it had at most; None where nothing is noted any more."""
        with self._lock:
            self._look()
            self._open.remove(mark)
        return mark.most - mark.before if self._python.is_tracing() else None

    def _look(self) -> int:
        """What is allocated now; the most since the last look counts for all runs that go on."""
        now, peak = self._python.get_traced_memory()
        for mark in self._open:
            mark.most = max(mark.most, peak)
        if self._python.is_tracing():
            self._python.reset_peak()
        return now
