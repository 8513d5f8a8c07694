"""Runs in threads are ended where the process grows by more than they may, and others go on."""

from __future__ import annotations

import time

import pytest

from chain.block import Header
from chain.offchain import memory_guard
from chain.offchain.memory_guard import MemoryGuard
from chain.offchain.participant import Participant
from chain.offchain.run import Run, WorkerLimits
from chain.offchain.threads import Threads
from chain.runtime_api import OffchainNode
from tests.chain.node.fake_runtime import FakeRuntime
from tests.chain.offchain.lending import run_of
from tests.chain.offchain.test_executors import ALICE, node_with

MIB = 2**20


def hungry(_runtime: FakeRuntime, header: Header, node: OffchainNode) -> None:
    """Takes 96 MiB on block 1, and does not end by itself."""
    if header.number > 1:
        node.local_set(b"after", b"1")
        return
    taken = [bytearray(b"x" * MIB) for _ in range(96)]
    while taken:
        time.sleep(0.01)


def test_a_run_that_takes_too_much_is_ended_and_the_node_goes_on() -> None:
    limits = WorkerLimits(memory_bytes=32 * MIB, wall_seconds=600.0)
    with node_with(hungry, lambda: Threads(1), limits=limits) as node:
        node.seal()
        assert node.workers.wait_idle(300.0)
        (run,) = node.workers.runs
        assert run.failure is not None
        assert run.failure.startswith("RunStopped: the process grew by ")
        assert run.failure.endswith(f" bytes beside it, and it may take {32 * MIB}")
        node.seal()
        assert node.workers.wait_idle(300.0)
        assert node.workers.runs[1].failure is None
        assert node.workers.storage.get(b"after") == b"1"


def limited(*memory: int | None) -> list[Run]:
    return [run_of(Participant(ALICE), WorkerLimits(memory_bytes=each)) for each in memory]


@pytest.mark.parametrize(
    ("limits", "grown", "told"),
    [
        ((10,), 10, None),
        ((10,), 11, "the process grew by 11 bytes beside it, and it may take 10"),
        ((10, 20), 30, None),
        ((10, 20), 31, "the process grew by 31 bytes beside 2 runs, and they may take 30 together"),
        ((10, None), 1000, None),
        ((None,), 1000, None),
        ((), 1000, None),
    ],
)
def test_together_they_may_take_what_each_of_them_may(
    limits: tuple[int | None, ...], grown: int, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = iter([500, 500 + grown])
    monkeypatch.setattr(memory_guard, "resident_memory", lambda: next(memory))
    guard, runs = MemoryGuard(), limited(*limits)
    assert not guard.look(runs)  # nothing is known yet
    guard.begin()
    assert guard.look(runs) == (told is not None)
    assert [run.stop.reason for run in runs] == [told] * len(runs)


def test_where_the_system_does_not_tell_nobody_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_guard, "resident_memory", lambda: None)
    guard = MemoryGuard()
    guard.begin()
    assert not guard.look(limited(1))
