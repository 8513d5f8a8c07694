"""What a step over files costs at most, and what has no step."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chain.scale import codec_of
from pallets.disputes.computations.averaging import Averaging, AveragingProgram, Weighed
from pallets.disputes.computations.compression import compress
from pallets.disputes.computations.merging import Merging, MergingProgram
from pallets.disputes.computations.stream_replay import StreamReplay
from pallets.disputes.computations.streams import (
    Adding,
    Heading,
    Joining,
    Program,
    StreamState,
    StreamSteps,
    Unrolling,
    encoded,
)
from pallets.disputes.computations.tape import MAX_FILES, Tape, Witness, Writer
from pallets.disputes.steps import StepRefused
from pallets.disputes.trace import leaf_of
from pallets.disputes.types import MAX_STATE
from pallets.learning.forest import LEAF, Forest, ForestKind, Tree
from pallets.learning.forest_codec import encode_forest
from pallets.learning.linear_model import LinearKind, LinearModel, encode_linear
from tests.pallets.disputes.computations.walked import files_of

MODELS = [encode_linear(LinearModel(LinearKind.REGRESSOR, 46, 0, (number,) * 47)) for number in range(3)]
FORESTS = [
    encode_forest(Forest(ForestKind.REGRESSOR, 5, 0, 16, (Tree(bytes([2, LEAF, LEAF]), (7, 1, number)),) * 40))
    for number in range(3)
]


def averaging() -> Program:
    return AveragingProgram(Averaging(tuple(Weighed(update, 1) for update in files_of(MODELS))))


def merging() -> Program:
    return MergingProgram(Merging(files_of(FORESTS)))


@pytest.mark.parametrize(("data", "program", "expected"), [(MODELS, averaging(), 2), (FORESTS, merging(), 1)])
def test_a_step_makes_at_most_two_compressions(data: Sequence[bytes], program: Program, expected: int) -> None:
    steps = StreamSteps(files_of(data), program)
    replay = StreamReplay(steps, data)
    made = 0

    def counted(chain: bytes, block: bytes, taken: int, is_last: bool) -> bytes:
        nonlocal made
        made += 1
        return compress(chain, block, taken, is_last)

    state, most, place = steps.first(), 0, 0
    while True:
        _, witness = replay.step((place,))
        made = 0
        after = steps.after(state, codec_of(Witness).decode(witness), counted)
        most = max(most, made)
        if after == state:
            break
        state, place = after, place + 1
    assert encoded(state) != steps.end(None)
    assert most == expected
    assert place <= 1 << steps.depths[0]


def test_bytes_that_are_no_state_or_no_witness_have_no_step() -> None:
    steps = StreamSteps(files_of(MODELS), averaging())
    for state, witness in ((b"\xff", b"\0\0"), (steps.start(), b"\xff"), (steps.start() + b"\0", b"\0\0")):
        with pytest.raises(StepRefused):
            steps.step(state, witness)


def test_the_largest_states_fit_into_a_call() -> None:
    """All files there can be, the deepest tree, every buffer full."""
    heads, counts, block = (leaf_of(b""),) * MAX_FILES, (2**16 - 1,) * MAX_FILES, bytes(128)
    writer = Writer(bytes(64), 2**64 - 1, block)
    states: list[StreamState] = [
        Unrolling(Tape(32, 2**32 - 1, bytes(64), block, leaf_of(b""), heads)),
        Heading(heads, 32, block, counts),
        Adding(heads, 2**64 - 1, 32, (-(2**127),) * 16, writer),
        Joining(heads, block, 32, 2**64 - 1, counts, bytes(65), block, True, 2**64 - 1, writer),
    ]
    assert max(len(encoded(state)) for state in states) < 2_500 < MAX_STATE
