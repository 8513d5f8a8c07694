"""Bytes and numbers as JSON-RPC writes them: `0x` and digits, in lower case.

Reading takes digits without `0x` too, and none at all, as nodes do; it never guesses where a digit is missing.
"""

from __future__ import annotations

from typing import Final

_DIGITS: Final = frozenset("0123456789abcdefABCDEF")


def to_hex(data: bytes) -> str:
    """The bytes, two digits each."""
    return "0x" + data.hex()


def number_to_hex(number: int) -> str:
    """The number, without leading zeros."""
    return hex(number)


def read_hex(text: str) -> bytes:
    """The bytes that the text stands for; raises ValueError with what is wrong."""
    digits = text.removeprefix("0x")
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        raise ValueError(_fault(digits)) from None
    if len(data) * 2 != len(digits):  # fromhex passes over spaces
        raise ValueError(_fault(digits))
    return data


def read_fixed_hex(text: str, length: int) -> bytes:
    """As many bytes as there must be; raises ValueError."""
    data = read_hex(text)
    if len(data) != length:
        raise ValueError(f"{len(data)} bytes of hexadecimal digits, not {length}")
    return data


def read_number(text: str) -> int:
    """The number that `0x…` stands for; raises ValueError."""
    digits = text.removeprefix("0x")
    if digits == text or not digits or len(digits) > 64 or not set(digits) <= _DIGITS:
        raise ValueError("no number: 0x and hexadecimal digits")
    return int(digits, 16)


def _fault(digits: str) -> str:
    wrong = next((at for at, digit in enumerate(digits) if digit not in _DIGITS), None)
    if wrong is None:
        return f"an odd number of hexadecimal digits, {len(digits)}"
    return f"no hexadecimal digit at position {wrong}: {digits[wrong]!r}"
