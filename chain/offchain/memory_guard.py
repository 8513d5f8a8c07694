"""What runs in threads may take of the memory that they share: as much together as each of them may, added up.

CPython counts no thread's memory, and tracing each allocation would slow all of them down several times. What the
system tells is how much the whole process has, so that is what is looked at: how far it grew since no run went on. A
run that is alone is measured by that, but for what the node itself takes meanwhile; of several, all are ended, for
nobody can tell which it was.
"""

from __future__ import annotations

from collections.abc import Sequence

from chain.offchain.process_usage import resident_memory
from chain.offchain.run import Run


class MemoryGuard:
    """Looks at the process again and again while runs with a limit of memory go on."""

    def __init__(self) -> None:
        self._before: int | None = None

    def begin(self) -> None:
        """No run goes on, and one is about to."""
        self._before = resident_memory()

    def look(self, running: Sequence[Run]) -> bool:
        """Ask runs to end where they take too much; whether they do. What has no limit limits nobody else."""
        limits = [run.limits.memory_bytes for run in running]
        allowed = [limit for limit in limits if limit is not None]
        if self._before is None or not allowed or len(allowed) < len(limits):
            return False
        now = resident_memory()
        if now is None or now - self._before <= sum(allowed):
            return False
        for run in running:
            run.stop.ask(_told(now - self._before, allowed))
        return True


def _told(grown: int, allowed: Sequence[int]) -> str:
    if len(allowed) == 1:
        return f"the process grew by {grown} bytes beside it, and it may take {allowed[0]}"
    return f"the process grew by {grown} bytes beside {len(allowed)} runs, and they may take {sum(allowed)} together"
