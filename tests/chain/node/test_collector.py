"""The collector waits, leaves what is young alone, looks when the process has grown, and is left as it was."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import ref

import pytest

from chain.node import collector
from chain.node.collector import collected_after, never_collected


@pytest.fixture(autouse=True)
def enabled() -> Iterator[None]:
    gc.enable()
    yield
    gc.unfreeze()
    gc.enable()


@contextmanager
def seen() -> Iterator[list[int]]:
    """The generations that the collector looks at."""
    generations: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            generations.append(info["generation"])

    gc.callbacks.append(note)
    try:
        yield generations
    finally:
        gc.callbacks.remove(note)


class Ring:
    """Goes when the collector finds it, not before."""

    def __init__(self) -> None:
        self.itself = self


def test_it_waits_for_the_block_and_then_leaves_what_that_made_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "_growth", collector._Growth())
    before = gc.get_freeze_count()
    with seen() as looked_at:
        with collected_after():
            kept = [[number] for number in range(5_000)]
            assert not gc.isenabled()
        assert looked_at == []
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(kept)
    assert gc.get_count()[0] < 1_000


def test_what_a_small_block_made_stays_young() -> None:
    gc.collect()
    before = gc.get_freeze_count()
    with collected_after():
        kept = [[number] for number in range(10)]
    assert gc.get_freeze_count() == before
    assert len(kept) == 10


def test_it_looks_at_all_objects_once_the_process_has_grown_by_a_quarter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "_growth", collector._Growth())
    monkeypatch.setattr(collector, "UNMEASURED", 0)
    blocks = [1_000_000]
    monkeypatch.setattr(sys, "getallocatedblocks", lambda: blocks[0])
    rings = []

    def block() -> list[list[int]]:
        with collected_after():
            rings.append(ref(Ring()))
            return [[number] for number in range(5_000)]

    with seen() as looked_at:
        block()
        blocks[0] = 1_250_000
        block()
        assert looked_at == []
        assert None not in [ring() for ring in rings]
        blocks[0] = 1_250_001
        block()
        assert looked_at == [2]
        assert [ring() for ring in rings] == [None] * 3
        blocks[0] = 1_562_501
        block()
        assert looked_at == [2]


def test_a_small_process_may_grow_by_more(monkeypatch: pytest.MonkeyPatch) -> None:
    growth = collector._Growth()
    blocks = [1_000]
    monkeypatch.setattr(sys, "getallocatedblocks", lambda: blocks[0])
    with seen() as looked_at:
        growth.age(collector.UNMEASURED)
        blocks[0] += collector.LEAST_GROWTH
        growth.age(collector.UNMEASURED + 1)
        assert looked_at == []
        blocks[0] += 1
        growth.age(collector.UNMEASURED + 1)
        assert looked_at == [2]


def test_how_large_the_process_is_is_asked_once_it_may_have_grown(monkeypatch: pytest.MonkeyPatch) -> None:
    growth, asked = collector._Growth(), list[int]()

    def blocks() -> int:
        asked.append(1)
        return 1_000

    monkeypatch.setattr(sys, "getallocatedblocks", blocks)
    for young, times in ((1, 1), (collector.UNMEASURED - 1, 1), (1, 1), (1, 2), (collector.UNMEASURED, 2)):
        growth.age(young)
        assert len(asked) == times


def test_a_block_that_is_refused_leaves_it_enabled() -> None:
    with pytest.raises(ValueError, match="refused"), collected_after():
        raise ValueError("refused")
    assert gc.isenabled()


def test_where_it_is_disabled_it_stays_so() -> None:
    gc.disable()
    with collected_after():
        pass
    assert not gc.isenabled()


def test_what_a_start_makes_is_old_at_once() -> None:
    before = gc.get_freeze_count()
    with never_collected():
        kept = [[number] for number in range(5_000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(kept)
