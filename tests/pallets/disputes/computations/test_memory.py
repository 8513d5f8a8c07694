"""Memory under one hash: what was written is read, and nothing else can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.primitives import Hash
from pallets.disputes.computations.memory import Access, Memory, empty_roots, read, slot_of, written
from pallets.disputes.steps import StepRefused
from pallets.disputes.trace import node_of

DEPTH = 4


@given(st.lists(st.tuples(st.integers(0, 15), st.binary(max_size=5)), max_size=12), st.integers(0, 15))
def test_a_slot_has_what_was_written_last(writes: list[tuple[int, bytes]], place: int) -> None:
    memory, values = Memory(DEPTH), [b""] * 16
    root = memory.root
    assert root == empty_roots(DEPTH)[-1]
    for slot, value in writes:
        root = written(root, DEPTH, slot, memory.access(slot), value)
        memory.write(slot, value)
        values[slot] = value
        assert memory.root == root == node_of([slot_of(each) for each in values])
    assert read(root, DEPTH, place, memory.access(place)) == values[place]
    other = memory.access(place ^ 1)
    if other.value != values[place]:
        with pytest.raises(StepRefused):
            read(root, DEPTH, place, other)


def test_a_path_of_another_length_is_refused() -> None:
    memory = Memory(DEPTH)
    access = memory.access(3)
    with pytest.raises(StepRefused, match="slot 3"):
        read(memory.root, DEPTH, 3, Access(b"", access.path[:-1]))
    with pytest.raises(StepRefused):
        written(Hash(bytes(32)), DEPTH, 3, access, b"new")
