from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pallets.learning.moves as moves_module
from pallets.learning.averaging import AveragingError, weighted_mean
from pallets.learning.fixed_point import Overflow
from pallets.learning.moves import (
    COLUMNS_AT_ONCE,
    LARGEST_MOVE,
    MEAN_BITS,
    MovesDecodeError,
    decode_moves,
    encode_moves,
    encode_real_moves,
    mean_move,
    summed_moves,
)

MOVES = st.lists(st.integers(1 - LARGEST_MOVE, LARGEST_MOVE - 1), max_size=5)
BITS = st.sampled_from([16, 32, MEAN_BITS])


@given(MOVES, BITS)
def test_a_move_is_off_by_half_a_step_at_most_and_by_nothing_where_it_fits(moves: list[int], bits: int) -> None:
    encoded = encode_moves(np.array(moves, dtype=np.int64), bits)
    found = decode_moves(encoded, len(moves), bits)
    half = 1 << found.shift >> 1
    assert all(abs(one - other) <= half for one, other in zip(found.values.tolist(), moves, strict=True))
    if all(-(2 ** (bits - 1)) < move < 2 ** (bits - 1) for move in moves):
        assert found.values.tolist() == moves
    assert found.largest == max(map(abs, found.codes.tolist()), default=0)


@given(MOVES, BITS)
def test_no_smaller_shift_has_room(moves: list[int], bits: int) -> None:
    shift = decode_moves(encode_moves(np.array(moves, dtype=np.int64), bits), len(moves), bits).shift
    if shift:
        finer = [(move + (1 << shift >> 2)) >> (shift - 1) for move in moves]
        assert not all(-(2 ** (bits - 1)) <= code < 2 ** (bits - 1) for code in finer)


@given(st.lists(st.integers(-(2**22), 2**22), max_size=5), BITS)
def test_moves_in_floats_are_those_in_integers_up_to_a_step(moves: list[int], bits: int) -> None:
    exact = decode_moves(encode_moves(np.array(moves, dtype=np.int64), bits), len(moves), bits)
    real = decode_moves(encode_real_moves((np.array(moves) / 16).astype(np.float32), bits, 4), len(moves), bits)
    assert np.abs(exact.values - real.values).max(initial=0) <= 1 << exact.shift >> bool(exact.shift == 0)


@given(
    st.lists(
        st.tuples(st.lists(st.integers(-(2**40), 2**40), min_size=2, max_size=2), st.integers(1, 2000)), min_size=1
    ),
    BITS,
    st.data(),
)
def test_the_mean_is_that_of_python_whatever_the_order(
    sent: list[tuple[list[int], int]], bits: int, data: st.DataObject
) -> None:
    updates = [decode_moves(encode_moves(np.array(moves), bits), 2, bits) for moves, _ in sent]
    samples = [count for _, count in sent]
    order = data.draw(st.permutations(range(len(sent))))
    found = mean_move([updates[place] for place in order], [samples[place] for place in order])
    assert found.tolist() == weighted_mean([update.values.tolist() for update in updates], samples)


@pytest.mark.parametrize("processors", [1, 2, 7])
@pytest.mark.parametrize("samples", [[1, 1, 1], [3, 1, 7], [2**31, 1, 2**20]])
def test_blocks_meet_without_a_gap_in_narrow_and_in_wide_sums(
    samples: list[int], processors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moves_module, "WORTH_THREADS", 0)
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    rng = np.random.default_rng(0)
    moves = rng.integers(-(2**20), 2**20, (3, 2 * COLUMNS_AT_ONCE + 1))
    updates = [decode_moves(encode_moves(row, 16), moves.shape[1], 16) for row in moves]
    expected = sum(update.values * count for update, count in zip(updates, samples, strict=True))
    assert np.array_equal(summed_moves(updates, samples), expected)


def test_sums_that_could_leave_int64_are_refused() -> None:
    update = decode_moves(encode_moves(np.array([2**45]), 16), 1, 16)
    assert summed_moves([update], [2**17]).tolist() == [2**62]
    with pytest.raises(Overflow, match="may leave int64"):
        summed_moves([update] * 2, [2**17, 2**17])


def test_what_cannot_be_sent_is_refused() -> None:
    with pytest.raises(Overflow, match="lower the learning rate"):
        encode_moves(np.array([LARGEST_MOVE]), 16)
    for wrong in (float("nan"), float("inf"), 2.0**46):
        with pytest.raises(Overflow, match="lower the learning rate"):
            encode_real_moves(np.array([0.0, wrong], dtype=np.float32), 16, 0)
    for moves, bits in ((np.zeros((1, 1), dtype=np.int64), 16), (np.zeros(1, dtype=np.int64), 8)):
        with pytest.raises(AveragingError, match="not 16, 32 or 64"):
            encode_moves(moves, bits)
    short = decode_moves(encode_moves(np.zeros(1, dtype=np.int64), 16), 1, 16)
    long = decode_moves(encode_moves(np.zeros(2, dtype=np.int64), 16), 2, 16)
    with pytest.raises(AveragingError, match="different lengths"):
        summed_moves([short, long], [1, 1])


def test_bytes_that_are_not_canonical_are_refused_with_their_place() -> None:
    good = encode_moves(np.array([2**30, -5]), 16)
    assert decode_moves(good, 2, 16).shift == 16
    for bad, reason in (
        (b"PLX" + good[3:], "starts with"),
        (good[:-1], "15 bytes|13 bytes"),
        (good + b"\0", "bytes where the header asks for"),
        (good[:4] + b"\x20" + good[5:], "2 moves of 32 bits, not 2 of 16"),
        (good[:5] + b"\x21" + good[6:], "a move above 2"),
        (good[:10] + b"\1\0\0\0", "where a smaller one has room"),
    ):
        with pytest.raises(MovesDecodeError, match=reason):
            decode_moves(bad, 2, 16)
    with pytest.raises(MovesDecodeError, match="not 3 of 16"):
        decode_moves(good, 3, 16)


@given(st.binary(max_size=40))
def test_no_bytes_do_harm(data: bytes) -> None:
    try:
        found = decode_moves(b"PLM\x01" + data, 3, 16)
    except MovesDecodeError:
        return
    assert len(found.values) == 3
