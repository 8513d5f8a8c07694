"""Strands go on one at a time, hand over where they say so, and are told of where they do not come back."""

from __future__ import annotations

from threading import Lock, Thread, current_thread

import pytest

from chain.offchain.adversary import strand as module
from chain.offchain.adversary.strand import Strand, Strands, Stuck
from chain.offchain.errors import RunStopped

SOON = 1.0
"""Seconds of patience: a strand that waits for a lock uses no processor, however loaded the machine is."""


def test_work_goes_on_where_it_stood_still() -> None:
    told = list[str]()

    def work(name: str) -> None:
        strand = current_thread()
        assert isinstance(strand, Strand)
        for step in range(3):
            told.append(f"{name}{step}")
            strand.stand_still()

    strands = Strands()
    one, two = strands.begin(lambda: work("a")), strands.begin(lambda: work("b"))
    for strand in (one, two, two, one, one, two):
        strand.go()
    assert told == ["a0", "b0", "b1", "a1", "a2", "b2"]
    assert not one.has_ended
    one.go()
    two.go()
    assert one.has_ended
    assert two.has_ended


def test_a_strand_that_has_ended_serves_again_and_ends_with_the_others() -> None:
    strands, served = Strands(), list[Thread]()
    for _ in range(3):
        strand = strands.begin(lambda: served.append(current_thread()))
        strand.go()
        strands.done(strand)
    assert len(served) == 3
    assert len(set(served)) == 1
    strands.close()
    assert not served[0].is_alive()


def test_what_work_raises_is_raised_where_somebody_waits() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    strand = Strands().begin(fail)
    with pytest.raises(ZeroDivisionError):
        strand.go()
    assert strand.has_ended


def test_one_that_waits_for_what_cannot_come_is_stuck_and_its_place_is_told() -> None:
    lock = Lock()
    lock.acquire()

    def wait_for_ever() -> None:
        lock.acquire()

    strand = Strands().begin(wait_for_ever)
    with pytest.raises(Stuck, match=r"waits, and not by a host call, .* in wait_for_ever, test_strand\.py, line"):
        strand.go(SOON)
    lock.release()
    strand.leave(20.0)
    assert not strand.is_alive()


def test_one_that_computes_for_ever_is_stuck_and_can_be_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COMPUTES", 0.1)
    ended = list[str]()

    def compute() -> None:
        try:
            while True:
                pass
        except RunStopped:
            ended.append("by the node")

    strand = Strands().begin(compute)
    with pytest.raises(Stuck, match="has computed for"):
        strand.go(1000.0)
    strand.leave(20.0)
    assert ended == ["by the node"]
    assert not strand.is_alive()


def test_one_that_computes_for_longer_than_the_patience_is_not_stuck() -> None:
    def compute() -> None:
        first = strand._used()
        while strand._used() < first + 0.3:
            pass

    strand = Strands().begin(compute)
    strand.go(0.1)
    assert strand.has_ended
