"""A SCALE vector that grows at its end without being read or copied."""

from __future__ import annotations

from typing import final

from chain.scale.compact import encode_compact, read_compact
from chain.scale.errors import DecodeError

_MAX_ITEMS = 2**32 - 1


@final
class AppendedVector:
    """The items of a stored vector as one piece, then each appended item."""

    __slots__ = ("_first", "pieces", "together")

    pieces: list[bytes]
    """What stands after the length, in order; only its end may be changed."""

    def __init__(self, value: bytes | None) -> None:
        """Starts with the vector that `value` encodes, empty where that is None or begins with no valid length."""
        self._first, items = _split(value or b"")
        self.pieces = [items]
        self.together: bytes | None = None
        """What `encoded` gave last; None where the pieces have changed since."""

    @property
    def length(self) -> int:
        """How many items it has."""
        return self._first + len(self.pieces) - 1

    def append(self, item: bytes) -> None:
        """Add one encoded item."""
        self.pieces.append(item)
        self.together = None

    def shrink(self, pieces: int) -> None:
        """Forget what was appended after there were `pieces` pieces."""
        del self.pieces[pieces:]
        self.together = None

    def encoded(self) -> bytes:
        """The vector as it is stored."""
        if self.together is None:
            self.together = encode_compact(self.length) + b"".join(self.pieces)
        return self.together


def _split(value: bytes) -> tuple[int, bytes]:
    """Number of items, and their bytes; as Substrate does, no items where the length is not one that can grow."""
    try:
        count, start = read_compact(value, 0)
    except DecodeError:
        return 0, b""
    return (count, value[start:]) if count < _MAX_ITEMS else (0, b"")
