"""What a system tells of another process is what that process is told of itself."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest

from chain.offchain.process_usage import cpu_seconds_of, peak_memory_of

BURN = """
import resource, sys
held = bytearray(b"\\x01") * (64 * 2**20)
while True:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    if usage.ru_utime + usage.ru_stime > 0.5:
        break
# what is there now, and nothing was given back: ru_maxrss begins with what the parent had
with open("/proc/self/statm") as file:
    resident = int(file.read().split()[1]) * resource.getpagesize()
print(usage.ru_utime + usage.ru_stime, resident, flush=True)
sys.stdin.read()
"""


def test_another_process_is_measured_until_it_is_forgotten() -> None:
    command = [sys.executable, "-c", BURN]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        cpu, memory = process.stdout.readline().split()
        assert cpu_seconds_of(process.pid) == pytest.approx(float(cpu), rel=0.05)
        assert peak_memory_of(process.pid) == pytest.approx(int(memory), rel=0.05)
        process.kill()
        assert cpu_seconds_of(process.pid) == pytest.approx(float(cpu), rel=0.05)
    assert cpu_seconds_of(process.pid) is None
    assert peak_memory_of(process.pid) is None


def test_this_process_is_measured_too() -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    assert cpu_seconds_of(os.getpid()) == pytest.approx(usage.ru_utime + usage.ru_stime, rel=0.05)
    assert peak_memory_of() == pytest.approx(usage.ru_maxrss * 1024, rel=0.05)
