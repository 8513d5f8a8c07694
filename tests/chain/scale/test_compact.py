"""Compact numbers: the shortest form, and no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.scale import DecodeError, EncodeError, encode_compact, read_compact
from chain.scale.compact import compact_size
from tests.chain.scale.oracle import compact

EDGES = [edge + step for edge in (0, 1 << 6, 1 << 14, 1 << 30, 1 << 32, 1 << 64, 1 << 528) for step in (-1, 0, 1)][1:]
NUMBERS = st.integers(0, 536).flatmap(lambda bits: st.integers(0, (1 << bits) - 1))


@given(st.sampled_from([*EDGES, 2**536 - 1]) | NUMBERS)
def test_numbers_return_from_the_form_that_the_specification_gives_them(number: int) -> None:
    encoded = encode_compact(number)
    assert encoded == compact(number)
    assert read_compact(b"\x01" + encoded + b"\x02", 1) == (number, 1 + len(encoded))
    assert compact_size(number) == len(encoded)


@pytest.mark.parametrize("number", [-1, 2**536, 2**540])
def test_numbers_outside_the_form_are_refused(number: int) -> None:
    with pytest.raises(EncodeError, match="Compact"):
        encode_compact(number)


@given(st.binary(max_size=70))
def test_bytes_are_refused_or_the_only_form_of_a_number(data: bytes) -> None:
    try:
        number, end = read_compact(data, 0)
    except DecodeError:
        return
    assert encode_compact(number) == data[:end]


@given(NUMBERS)
def test_a_form_that_ends_early_is_refused(number: int) -> None:
    encoded = encode_compact(number)
    for size in range(len(encoded)):
        with pytest.raises(DecodeError, match=r"needs \d+ bytes, \d+ left"):
            read_compact(encoded[:size], 0)


@pytest.mark.parametrize("number", [edge for edge in EDGES if edge < 2**500])
def test_a_longer_form_than_needed_is_refused(number: int) -> None:
    longer = [(number << 2 | 1).to_bytes(2, "little")] if number < 1 << 6 else []
    longer += [(number << 2 | 2).to_bytes(4, "little")] if number < 1 << 14 else []
    size = max(4, len(encode_compact(number)))
    longer.append(bytes([(size - 4) << 2 | 3]) + number.to_bytes(size, "little"))
    for data in longer:
        with pytest.raises(DecodeError, match="shortest"):
            read_compact(data, 0)
