"""The collector waits, looks once, and is left as it was."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from chain.node.collector import collected_after


@pytest.fixture(autouse=True)
def enabled() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_it_waits_for_the_block_and_then_looks_at_the_young_objects_once() -> None:
    seen: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            seen.append(info["generation"])

    gc.callbacks.append(note)
    try:
        with collected_after():
            kept = [[number] for number in range(5_000)]
            assert not gc.isenabled()
            assert seen == []
    finally:
        gc.callbacks.remove(note)
    assert seen == [0]
    assert gc.isenabled()
    assert len(kept) == 5_000


def test_a_block_that_is_refused_leaves_it_enabled() -> None:
    with pytest.raises(ValueError, match="refused"), collected_after():
        raise ValueError("refused")
    assert gc.isenabled()


def test_where_it_is_disabled_it_stays_so() -> None:
    gc.disable()
    with collected_after():
        pass
    assert not gc.isenabled()
