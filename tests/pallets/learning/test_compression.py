from __future__ import annotations

from contextlib import suppress
from struct import pack, unpack_from

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pallets.learning.compression import (
    CompressedDecodeError,
    Compression,
    CompressionError,
    decompress,
    largest_error,
    quantised,
    quantised_bytes,
    top,
    top_bytes,
    top_quantised,
)

values = st.one_of(st.integers(-(2**62) + 1, 2**62 - 1), st.integers(-20, 20), st.integers(-(2**30), 2**30))
rows = st.lists(values, max_size=12)


@given(rows, st.integers(1, 32))
@example([-(2**62) + 1, 2**62 - 1], 1)
def test_a_quantised_value_is_off_by_half_a_step_at_most(row: list[int], bits: int) -> None:
    data = quantised(np.array(row, dtype=np.int64), bits)
    assert len(data) == quantised_bytes(len(row), bits)
    found = decompress(data, len(row)).tolist()
    error = largest_error(data)
    assert all(abs(value - was) <= error for value, was in zip(found, row, strict=True))
    if row:
        assert error <= (max(row) - min(row)) // (2**bits - 1) // 2 + 1


@given(rows, st.data())
def test_the_top_values_are_exact_and_the_rest_is_kept_for_later(row: list[int], data: st.DataObject) -> None:
    kept = data.draw(st.integers(0, len(row)))
    update = np.array(row, dtype=np.int64)
    sent, rest = top(update, kept)
    order = sorted(range(len(row)), key=lambda place: (-abs(row[place]), place))[:kept]
    assert len(sent) == top_bytes(sum(row[place] != 0 for place in order))
    found = decompress(sent, len(row))
    assert np.array_equal(found + rest, update)
    assert found.tolist() == [value if place in order else 0 for place, value in enumerate(row)]
    if found.any():
        assert np.abs(rest).max() <= largest_error(sent)


@given(rows, st.data(), st.integers(1, 32))
def test_the_top_values_in_few_bits_are_off_by_no_more_than_is_stated(
    row: list[int], data: st.DataObject, bits: int
) -> None:
    update, kept = np.array(row, dtype=np.int64), data.draw(st.integers(0, len(row)))
    sent = top_quantised(update, kept, bits)
    found = decompress(sent, len(row))
    if np.count_nonzero(update) <= kept or found.any():
        assert max((abs(a - b) for a, b in zip(found.tolist(), row, strict=True)), default=0) <= largest_error(sent)
    exact, _ = top(update, kept)
    positions = np.flatnonzero(decompress(exact, len(row)))
    expected = np.zeros_like(update)
    expected[positions] = decompress(quantised(update[positions], bits), len(positions))
    assert np.array_equal(found, expected)


@given(rows, st.integers(0, 32), st.integers(0, 14), st.data())
def test_one_way_of_making_an_update_smaller_reads_no_other(
    row: list[int], bits: int, kept: int, data: st.DataObject
) -> None:
    if not bits and not kept:
        kept = 1
    how, update = Compression(bits, kept), np.array(row, dtype=np.int64)
    sent = how.compressed(update)
    assert np.array_equal(how.decompressed(sent, len(row)), decompress(sent, len(row)))
    other = data.draw(st.builds(Compression, st.integers(0, 32), st.integers(1, 14)))
    assume((other.bits, bool(other.kept)) != (bits, bool(kept)))
    for wrong, parameters in ((other, len(row)), (how, len(row) + 1)):
        with pytest.raises(CompressedDecodeError):
            wrong.decompressed(sent, parameters)
    if kept > 1 and np.count_nonzero(update) >= kept:
        with pytest.raises(CompressedDecodeError, match=f"{kept} values kept, not up to {kept - 1}"):
            Compression(bits, kept - 1).decompressed(sent, len(row))


@given(rows, st.data())
def test_who_states_more_error_than_its_bits_make_is_refused(row: list[int], data: st.DataObject) -> None:
    """The same values in steps that are three times as long, or more: half of the codes would do."""
    update = np.array(row, dtype=np.int64)
    sent = quantised(update, 8)
    low, step = unpack_from("<qQ", sent, 9)
    longer = step * data.draw(st.integers(3, 2**12))
    assume(len(set(row)) > 1 and low + longer * 255 < 2**62)
    codes = ((update - low + longer // 2) // longer).astype(np.uint8)
    assert len(codes) == len(row)
    with pytest.raises(CompressedDecodeError, match="a smaller one has room for all codes"):
        decompress(sent[:17] + pack("<Q", longer) + codes.tobytes(), len(row))


def test_error_feedback_loses_nothing_in_the_end() -> None:
    drawn = np.random.default_rng(4).integers(-1000, 1000, (30, 40))
    rest, sent = np.zeros(40, dtype=np.int64), np.zeros(40, dtype=np.int64)
    for update in drawn:
        data, rest = top(update + rest, 8)
        sent += decompress(data, 40)
    assert np.array_equal(sent + rest, drawn.sum(axis=0))
    assert np.abs(rest).max() < np.abs(drawn.sum(axis=0)).max() + 10_000


def test_eight_bits_take_an_eighth_and_a_hundredth_takes_a_sixtieth() -> None:
    update = np.random.default_rng(1).integers(-(2**24), 2**24, 10_000)
    assert len(quantised(update, 8)) < update.nbytes / 7.9
    assert len(top(update, 100)[0]) < update.nbytes / 60
    assert largest_error(quantised(update, 8)) < 2**24 / 250


@given(rows, st.integers(1, 32), st.data())
def test_bytes_that_are_cut_or_longer_are_refused(row: list[int], bits: int, data: st.DataObject) -> None:
    update, half = np.array(row, dtype=np.int64), len(row) // 2
    for how in (Compression(bits), Compression(0, half + 1), Compression(bits, half + 1)):
        encoded = how.compressed(update)
        cut = data.draw(st.integers(0, len(encoded) - 1))
        for broken in (encoded[:cut], encoded + b"\x00"):
            with pytest.raises(CompressedDecodeError):
                how.decompressed(broken, len(row))


@given(
    st.binary(max_size=80) | rows.map(lambda row: top_quantised(np.array(row, dtype=np.int64), len(row), 8)), st.data()
)
def test_no_bytes_whatever_are_more_than_refused(data: bytes, drawn: st.DataObject) -> None:
    broken = bytearray(data)
    for place in drawn.draw(st.lists(st.integers(0, max(len(data) - 1, 0)), max_size=4)) if data else ():
        broken[place] = drawn.draw(st.integers(0, 255))
    magic = drawn.draw(st.sampled_from((b"", b"PLC\x01", b"PLK\x01", b"PLS\x01")))
    for how in (Compression(8), Compression(0, 3), Compression(8, 3)):
        with suppress(CompressedDecodeError):
            assert len(how.decompressed(magic + bytes(broken)[len(magic) :], 7)) == 7


@pytest.mark.parametrize(
    ("data", "parameters", "reason"),
    [
        ("504c4301 00 00000000 0000000000000000 0100000000000000", 0, "0 bits a value"),
        ("504c4301 21 00000000 0000000000000000 0100000000000000", 0, "33 bits a value"),
        ("504c4301 01 00000000 0000000000000000 0000000000000000", 0, "in steps of 0 leave int64"),
        ("504c4301 01 00000000 0000000000000080 0100000000000000", 0, "leave int64"),
        ("504c4301 20 00000000 0000000000000000 0000000000000080", 0, "leave int64"),
        ("504c4301 01 01000000 0000000000000000 0100000000000000 02", 1, "bits after the last value"),
        ("504c4b01 02000000 02000000 01000000 00000000" + "00" * 16, 2, "not ascending numbers below 2"),
        ("504c4b01 02000000 01000000 02000000" + "00" * 8, 2, "not ascending numbers below 2"),
        ("504c4b01 02000000 01000000 00000000" + "00" * 8, 2, "a value that is zero"),
        ("504c4b01 02000000 01000000 00000000" + "00" * 7 + "80", 2, "is 2.62 or more"),
        ("504c4b01 02000000 03000000" + "00" * 36, 2, "3 of 2 values, not of 2"),
        ("504c4b01 ffffffff 00000000", 2, "0 of 4294967295 values, not of 2"),
        ("504c4301 01 ffffffff 0000000000000000 0100000000000000", 2, "4294967295 values, not 2"),
        ("504c4301 01 02000000 0000000000000000 0100000000000000 03", 2, "a smaller one has room"),
        ("504c5301 02000000 01000000 00000000 504c4301 01 02000000" + "00" * 17, 2, "2 values, not 1"),
        ("00000000", 2, "not 504c4b01"),
    ],
)
def test_bytes_that_no_update_has_are_refused(data: str, parameters: int, reason: str) -> None:
    with pytest.raises(CompressedDecodeError, match=reason):
        decompress(bytes.fromhex(data.replace(" ", "")), parameters)


def test_what_cannot_be_made_smaller_is_refused() -> None:
    update = np.zeros(3, dtype=np.int64)
    for bits in (0, 33):
        with pytest.raises(CompressionError, match=f"{bits} bits a value"):
            quantised(update, bits)
    for kept in (-1, 4):
        with pytest.raises(CompressionError, match=f"{kept} of 3 values kept"):
            top(update, kept)
    for bits, kept in ((0, 0), (33, 1), (-1, 1), (8, -1)):
        with pytest.raises(CompressionError, match="leave nothing, or everything"):
            Compression(bits, kept)
    with pytest.raises(CompressionError, match="not a row of int64"):
        quantised(np.zeros(3), 8)  # type: ignore[arg-type]  # the mistake that is tested
    with pytest.raises(CompressionError, match=r"2\^62 or more"):
        quantised(np.array([2**62], dtype=np.int64), 8)
