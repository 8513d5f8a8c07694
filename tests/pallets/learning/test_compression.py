from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pallets.learning.compression import (
    CompressedDecodeError,
    CompressionError,
    decompress,
    largest_error,
    quantised,
    quantised_bytes,
    top,
    top_bytes,
)

values = st.one_of(st.integers(-(2**62) + 1, 2**62 - 1), st.integers(-20, 20), st.integers(-(2**30), 2**30))
rows = st.lists(values, max_size=12)


@given(rows, st.integers(1, 32))
@example([-(2**62) + 1, 2**62 - 1], 1)
def test_a_quantised_value_is_off_by_half_a_step_at_most(row: list[int], bits: int) -> None:
    data = quantised(np.array(row, dtype=np.int64), bits)
    assert len(data) == quantised_bytes(len(row), bits)
    found = decompress(data).tolist()
    error = largest_error(data)
    assert all(abs(value - was) <= error for value, was in zip(found, row, strict=True))
    if row:
        assert error <= (max(row) - min(row)) // (2**bits - 1) // 2 + 1


@given(rows, st.data())
def test_the_top_values_are_exact_and_the_rest_is_kept_for_later(row: list[int], data: st.DataObject) -> None:
    kept = data.draw(st.integers(0, len(row)))
    update = np.array(row, dtype=np.int64)
    sent, rest = top(update, kept)
    assert len(sent) == top_bytes(kept)
    found = decompress(sent)
    assert np.array_equal(found + rest, update)
    order = sorted(range(len(row)), key=lambda place: (-abs(row[place]), place))[:kept]
    assert found.tolist() == [value if place in order else 0 for place, value in enumerate(row)]
    if found.any():
        assert np.abs(rest).max() <= max(largest_error(sent), 0) or kept == len(row)


def test_error_feedback_loses_nothing_in_the_end() -> None:
    drawn = np.random.default_rng(4).integers(-1000, 1000, (30, 40))
    rest, sent = np.zeros(40, dtype=np.int64), np.zeros(40, dtype=np.int64)
    for update in drawn:
        data, rest = top(update + rest, 8)
        sent += decompress(data)
    assert np.array_equal(sent + rest, drawn.sum(axis=0))
    assert np.abs(rest).max() < np.abs(drawn.sum(axis=0)).max() + 10_000


def test_eight_bits_take_an_eighth_and_a_hundredth_takes_a_sixtieth() -> None:
    update = np.random.default_rng(1).integers(-(2**24), 2**24, 10_000)
    assert len(quantised(update, 8)) < update.nbytes / 7.9
    assert len(top(update, 100)[0]) < update.nbytes / 60
    assert largest_error(quantised(update, 8)) < 2**24 / 250


@given(rows, st.integers(1, 32), st.data())
def test_bytes_that_are_cut_or_longer_are_refused(row: list[int], bits: int, data: st.DataObject) -> None:
    update = np.array(row, dtype=np.int64)
    for encoded in (quantised(update, bits), top(update, len(row) // 2)[0]):
        cut = data.draw(st.integers(0, len(encoded) - 1))
        for broken in (encoded[:cut], encoded + b"\x00"):
            with pytest.raises(CompressedDecodeError):
                decompress(broken)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("504c5101 00 00000000 0000000000000000 0100000000000000", "0 bits a value"),
        ("504c5101 21 00000000 0000000000000000 0100000000000000", "33 bits a value"),
        ("504c5101 01 00000000 0000000000000000 0000000000000000", "in steps of 0 leave int64"),
        ("504c5101 01 00000000 0000000000000080 0100000000000000", "leave int64"),
        ("504c5101 20 00000000 0000000000000000 0000000000000080", "leave int64"),
        ("504c5101 01 01000000 0000000000000000 0100000000000000 02", "bits after the last value"),
        ("504c4b01 02000000 02000000 01000000 00000000" + "00" * 16, "not ascending numbers below 2"),
        ("504c4b01 02000000 01000000 02000000" + "00" * 8, "not ascending numbers below 2"),
        ("00000000", "not 504c4b01"),
    ],
)
def test_bytes_that_no_update_has_are_refused(data: str, reason: str) -> None:
    with pytest.raises(CompressedDecodeError, match=reason):
        decompress(bytes.fromhex(data.replace(" ", "")))


def test_what_cannot_be_made_smaller_is_refused() -> None:
    update = np.zeros(3, dtype=np.int64)
    for bits in (0, 33):
        with pytest.raises(CompressionError, match=f"{bits} bits a value"):
            quantised(update, bits)
    for kept in (-1, 4):
        with pytest.raises(CompressionError, match=f"{kept} of 3 values kept"):
            top(update, kept)
    with pytest.raises(CompressionError, match="not a row of int64"):
        quantised(np.zeros(3), 8)  # type: ignore[arg-type]  # the mistake that is tested
    with pytest.raises(CompressionError, match=r"2\^62 or more"):
        quantised(np.array([2**62], dtype=np.int64), 8)
