"""What a process has used, as its system tells somebody else: of runs that are ended before they tell it themselves."""

from __future__ import annotations

import time
from mmap import PAGESIZE
from typing import Final

_SCHEDULED: Final = 2
"""Of a process's clocks on Linux, that of the time it ran (CPUCLOCK_SCHED, include/linux/posix-timers_types.h)."""


def cpu_seconds_of(process: int) -> float | None:
    """Processor time of a process so far, None where the system does not tell, or the process is gone."""
    try:
        return time.clock_gettime((~process << 3) | _SCHEDULED)  # what clock_getcpuclockid(3) makes of a process
    except (AttributeError, OSError):
        return None


def peak_memory_of(process: int | str = "self") -> int | None:
    """Bytes of memory at most since its peak was forgotten, None where the system does not tell."""
    try:
        with open(f"/proc/{process}/status", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        return None
    return None


def resident_memory() -> int | None:
    """Bytes of memory that this process has now, None where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * PAGESIZE
    except OSError:
        return None
