"""A strict reader of canonical bytes: every failure says at which byte and why."""

from __future__ import annotations

from struct import Struct


class DecodeError(ValueError):
    """Bytes are not the canonical encoding of what they should be."""

    what = "encoding"

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(f"{self.what}, byte {offset}: {reason}")
        self.offset = offset
        self.reason = reason


def read_header(data: bytes, layout: Struct, magic: bytes, error: type[DecodeError]) -> tuple[int, ...]:
    """The integers of a header that follows `magic`; `layout` describes them without the magic."""
    if data[: len(magic)] != magic:
        raise error(0, f"starts with {data[: len(magic)].hex()}, not {magic.hex()}")
    if len(data) < len(magic) + layout.size:
        raise error(len(data), f"ends within the header of {len(magic) + layout.size} bytes")
    return layout.unpack_from(data, len(magic))


def require_length(data: bytes, expected: int, error: type[DecodeError]) -> None:
    """Refuse bytes that are shorter or longer than their own header says."""
    if len(data) != expected:
        raise error(min(len(data), expected), f"{len(data)} bytes where the header asks for {expected}")
