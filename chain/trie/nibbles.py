"""Nibbles: keys as sequences of half bytes, high half first, one nibble in a byte."""

from __future__ import annotations

from binascii import hexlify, unhexlify
from collections.abc import Sequence

_FROM_HEX = bytes(int(chr(code), 16) if chr(code) in "0123456789abcdef" else 0 for code in range(256))
_TO_HEX = b"0123456789abcdef" + b"?" * 240


def to_nibbles(key: bytes) -> bytes:
    """The nibbles of a key, each in a byte of its own."""
    return hexlify(key).translate(_FROM_HEX)


def all_to_nibbles(keys: Sequence[bytes]) -> list[bytes]:
    """The nibbles of each key."""
    return [hexlify(key).translate(_FROM_HEX) for key in keys]


def to_key(nibbles: bytes) -> bytes:
    """The key of an even number of nibbles."""
    return unhexlify(nibbles.translate(_TO_HEX))


def packed(nibbles: bytes) -> bytes:
    """Nibbles two in a byte, as node encodings hold them: an odd first nibble stands alone, after four zero bits."""
    return to_key(b"\0" + nibbles if len(nibbles) % 2 else nibbles)


def shared_length(left: bytes, right: bytes) -> int:
    """How many leading nibbles two sequences have in common."""
    length = min(len(left), len(right))
    if left[:length] == right[:length]:
        return length
    difference = int.from_bytes(left[:length], "big") ^ int.from_bytes(right[:length], "big")
    return length - 1 - (difference.bit_length() - 1) // 8
