"""Each run has the most that was allocated while it went on, whatever went on within it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest

from chain.offchain.memory_trace import MemoryTrace

MIB = 2**20


@pytest.fixture
def trace() -> Iterator[MemoryTrace]:
    made = MemoryTrace()
    made.open()
    yield made
    made.close()


def take(count: int) -> None:
    """Allocate so many MiB, and give them back."""
    bytearray(count * MIB)


def test_the_most_counts_and_what_there_was_does_not(trace: MemoryTrace) -> None:
    held = bytearray(8 * MIB)
    mark = trace.begin()
    take(4)
    take(3)
    assert trace.end(mark) == pytest.approx(4 * MIB, rel=0.05)
    again = trace.begin()
    most = trace.end(again)
    assert most is not None
    assert most < MIB / 4
    assert len(held) == 8 * MIB


def test_a_run_within_another_counts_for_both_and_not_the_other_way_round(trace: MemoryTrace) -> None:
    outer = trace.begin()
    take(2)
    held = bytearray(MIB)
    inner = trace.begin()
    take(5)
    assert trace.end(inner) == pytest.approx(5 * MIB, rel=0.05)
    take(1)
    assert trace.end(outer) == pytest.approx(6 * MIB, rel=0.05)
    assert len(held) == MIB


def test_a_run_that_was_given_up_may_end_later(trace: MemoryTrace) -> None:
    given_up, following = trace.begin(), trace.begin()
    take(2)
    assert trace.end(given_up) == pytest.approx(2 * MIB, rel=0.05)
    assert trace.end(following) == pytest.approx(2 * MIB, rel=0.05)


def test_nothing_is_noted_once_it_is_closed_and_whoever_else_traces_goes_on() -> None:
    trace = MemoryTrace()
    trace.open()
    mark = trace.begin()
    trace.close()
    assert not tracemalloc.is_tracing()
    assert trace.end(mark) is None
    tracemalloc.start()
    try:
        trace.open()
        trace.close()
        assert tracemalloc.is_tracing()
    finally:
        tracemalloc.stop()
