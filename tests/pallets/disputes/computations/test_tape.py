"""Files unrolled from their ends: what comes off the stack is the file, and nothing else can be read into it."""

from __future__ import annotations

from hashlib import blake2b

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.disputes.computations.compression import chains_of
from pallets.disputes.computations.tape import (
    EMPTY,
    Tape,
    Witness,
    Writer,
    chunks_of,
    popped,
    pushed,
    tape_of,
    unrolled,
)
from pallets.disputes.steps import StepRefused
from tests.pallets.disputes.computations.walked import files_of

files = st.lists(st.binary(min_size=1, max_size=400), min_size=1, max_size=3)
HEADERS = st.integers(1, 30)


def next_block(tape: Tape, data: list[bytes]) -> Witness:
    place = tape.block - 1
    whole = data[tape.file]
    return Witness(chains_of(whole)[place], whole[place * 128 : place * 128 + 128])


@settings(max_examples=40, deadline=None)
@given(files, HEADERS)
def test_a_file_comes_off_its_stack_from_its_first_byte_to_its_last(data: list[bytes], header: int) -> None:
    tape = tape_of(files_of(data))
    while tape.file < len(data):
        tape = unrolled(tape, files_of(data), header, next_block(tape, data))
    for whole, head in zip(data, tape.heads, strict=True):
        read, stack = list[bytes](), head
        for chunk in chunks_of(whole, header):
            below = EMPTY
            for later in reversed(chunks_of(whole, header)[len(read) + 1 :]):
                below = pushed(below, later)
            stack, found = popped(stack, Witness(below, chunk))
            read.append(found)
        assert stack == EMPTY
        assert b"".join(read) == whole
        assert len(read[0]) == min(header, len(whole))


@settings(max_examples=60, deadline=None)
@given(files, HEADERS, st.data())
def test_no_other_block_and_no_other_chain_can_be_read(data: list[bytes], header: int, drawn: st.DataObject) -> None:
    known, tape = files_of(data), tape_of(files_of(data))
    for _ in range(drawn.draw(st.integers(0, 3))):
        if tape.file < len(data):
            tape = unrolled(tape, known, header, next_block(tape, data))
    if tape.file == len(data):
        return
    true = next_block(tape, data)
    false = drawn.draw(st.builds(Witness, st.just(true.link), st.binary(max_size=128)))
    if false != true:
        with pytest.raises(StepRefused):
            unrolled(tape, known, header, false)
    if tape.block > 1:
        with pytest.raises(StepRefused, match="is another"):
            unrolled(tape, known, header, Witness(true.link[::-1], true.data))
        with pytest.raises(StepRefused, match="a chain before it"):
            unrolled(tape, known, header, Witness(b"", true.data))


def test_the_chain_before_the_first_block_is_not_asked_for() -> None:
    data = [b"short"]
    tape = tape_of(files_of(data))
    assert unrolled(tape, files_of(data), 3, Witness(b"", b"short")).file == 1


def test_what_does_not_lie_on_the_stack_cannot_be_popped() -> None:
    stack = pushed(pushed(EMPTY, b"below"), b"top")
    assert popped(stack, Witness(pushed(EMPTY, b"below"), b"top")) == (pushed(EMPTY, b"below"), b"top")
    for wrong in (Witness(EMPTY, b"top"), Witness(pushed(EMPTY, b"below"), b"tip"), Witness(b"", b"top")):
        with pytest.raises(StepRefused):
            popped(stack, wrong)
    with pytest.raises(StepRefused):
        popped(EMPTY, Witness(EMPTY, b""))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=140), max_size=8))
def test_a_written_file_has_its_hash(parts: list[bytes]) -> None:
    writer = Writer()
    for part in parts:
        writer = writer.written(part)
        assert len(writer.buffer) <= 128
    whole = b"".join(parts)
    assert writer.finished() == (blake2b(whole, digest_size=32).digest(), len(whole))
