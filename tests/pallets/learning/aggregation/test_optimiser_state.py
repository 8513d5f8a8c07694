from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.aggregation.optimiser_state import (
    OptimiserState,
    StateDecodeError,
    blank,
    decode_state,
    encode_state,
)
from pallets.learning.fixed_point import Overflow

moments = st.lists(st.tuples(st.integers(-(2**127), 2**127 - 1), st.integers(0, 2**128 - 1)), max_size=5)


@given(st.integers(0, 2**32 - 1), moments)
def test_a_state_comes_back_from_its_bytes(rounds: int, pairs: list[tuple[int, int]]) -> None:
    state = OptimiserState(rounds, tuple(first for first, _ in pairs), tuple(second for _, second in pairs))
    data = encode_state(state)
    assert decode_state(data) == state
    for broken in (data[:-1], data + b"\x00", b"PLX\x01" + data[4:]):
        with pytest.raises(StateDecodeError):
            decode_state(broken)


@given(st.binary(max_size=80))
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(StateDecodeError):
        decode_state(data)


def test_the_layout_is_pinned() -> None:
    assert encode_state(OptimiserState(2, (-1,), (3,))).hex() == (
        "504c4f01" + "02000000" + "01000000" + "ff" * 16 + "03" + "00" * 15
    )
    assert encode_state(blank(0)).hex() == "504c4f01" + "00" * 8


@pytest.mark.parametrize(
    ("rounds", "first", "second"),
    [(-1, (), ()), (2**32, (), ()), (0, (1,), ()), (0, (2**127,), (0,)), (0, (0,), (-1,))],
)
def test_a_state_that_has_no_bytes_is_refused(rounds: int, first: tuple[int, ...], second: tuple[int, ...]) -> None:
    with pytest.raises(Overflow):
        OptimiserState(rounds, first, second)
