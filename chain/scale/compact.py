"""SCALE's compact form of unsigned integers: one, two or four bytes, or a length and as many bytes as needed.

    0 .. 2^6-1     one byte     value << 2
    .. 2^14-1      two bytes    value << 2 | 1
    .. 2^30-1      four bytes   value << 2 | 2
    .. 2^536-1     4 to 67 more bytes; the first byte is (their number - 4) << 2 | 3

Only the shortest form is a value: each number has one encoding.
"""

from __future__ import annotations

from typing import Final

from chain.scale.errors import DecodeError, EncodeError, short_input

LARGEST_COMPACT: Final = 2**536 - 1
"""The largest number that the form can hold (the first byte counts to 67)."""

SHORT_FORMS: Final = (
    *(bytes([number << 2]) for number in range(64)),
    *((number << 2 | 1).to_bytes(2, "little") for number in range(64, 256)),
)
"""Encodings of 0 to 255, by number: what nearly every length is."""

_LONG_FORM_HEADS: Final = tuple(bytes([size << 2 | 3]) for size in range(64))
"""First bytes of the longest form, by the number of bytes that follow less four."""


def encode_compact(number: int) -> bytes:
    """The shortest form of `number`; raises EncodeError where it is negative or above 2^536 - 1."""
    if number < 256:
        if number >= 0:
            return SHORT_FORMS[number]
        raise EncodeError("Compact", f"{number} is negative")
    if number < 1 << 14:
        return (number << 2 | 1).to_bytes(2, "little")
    if number < 1 << 30:
        return (number << 2 | 2).to_bytes(4, "little")
    if number > LARGEST_COMPACT:
        raise EncodeError("Compact", f"a number of {number.bit_length()} bits is larger than 2^536 - 1")
    size = (number.bit_length() + 7) // 8
    return _LONG_FORM_HEADS[size - 4] + number.to_bytes(size, "little")


def read_compact(data: bytes, offset: int) -> tuple[int, int]:
    """The number whose compact form stands at `offset`, and the offset after it.

    Raises DecodeError where the input ends too early or a shorter form exists.
    """
    try:
        first = data[offset]
    except IndexError:
        raise short_input("Compact", offset, 1, data) from None
    mode = first & 3
    if mode == 0:
        return first >> 2, offset + 1
    if mode == 3:
        return _read_large(data, offset, (first >> 2) + 4)
    size = mode * 2
    number = int.from_bytes(data[offset : offset + size], "little") >> 2
    if len(data) < offset + size:
        raise short_input("Compact", offset, size, data)
    if number < (64 if mode == 1 else 1 << 14):
        raise DecodeError("Compact", offset, f"{number} is not in its shortest form")
    return number, offset + size


def _read_large(data: bytes, offset: int, size: int) -> tuple[int, int]:
    end = offset + 1 + size
    if len(data) < end:
        raise short_input("Compact", offset, 1 + size, data)
    number = int.from_bytes(data[offset + 1 : end], "little")
    if number < 1 << 30 or data[end - 1] == 0:
        raise DecodeError("Compact", offset, "the number is not in its shortest form")
    return number, end


def compact_size(number: int) -> int:
    """Bytes in the compact form of `number`."""
    return len(encode_compact(number))
