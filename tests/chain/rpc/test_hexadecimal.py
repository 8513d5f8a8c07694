"""Bytes and numbers as text: lenient where nodes are, never guessing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.rpc.hexadecimal import number_to_hex, read_fixed_hex, read_hex, read_number, to_hex


@given(st.binary(max_size=40))
def test_bytes_are_read_as_written_with_and_without_prefix(data: bytes) -> None:
    assert read_hex(to_hex(data)) == data
    assert read_hex(data.hex()) == data
    assert read_hex("0x" + data.hex().upper()) == data


@pytest.mark.parametrize("text", ["", "0x"])
def test_no_digits_are_no_bytes(text: str) -> None:
    assert read_hex(text) == b""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("0x1", "an odd number of hexadecimal digits, 1"),
        ("0xZZ", "no hexadecimal digit at position 0: 'Z'"),
        ("0x12 34", "no hexadecimal digit at position 2: ' '"),
        ("0X12", "no hexadecimal digit at position 1: 'X'"),
        ("0x١٢", "no hexadecimal digit at position 0: '١'"),
    ],
)
def test_a_fault_is_told_with_its_place(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        read_hex(text)


def test_a_hash_of_another_length_is_refused() -> None:
    assert read_fixed_hex("0x" + "11" * 32, 32) == b"\x11" * 32
    with pytest.raises(ValueError, match="2 bytes of hexadecimal digits, not 32"):
        read_fixed_hex("0x1234", 32)


@given(st.integers(0, 2**64 - 1))
def test_numbers_are_read_as_written(number: int) -> None:
    assert read_number(number_to_hex(number)) == number


def test_numbers_are_written_without_leading_zeros() -> None:
    assert [number_to_hex(number) for number in (0, 26)] == ["0x0", "0x1a"]


@pytest.mark.parametrize("text", ["", "0x", "12", "0x-1", "0x_1", "0x" + "f" * 65, "0x 1"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        read_number(text)
