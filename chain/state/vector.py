"""A SCALE vector that grows at its end without being read or copied."""

from __future__ import annotations

from chain.trie.node import length_prefix

_MAX_ITEMS = 2**32 - 1
_PREFIX_SIZES = (1, 2, 4, 5)


class AppendedVector:
    """The items of a stored vector as one piece, then each appended item."""

    __slots__ = ("_encoded", "_first", "pieces")

    pieces: list[bytes]
    """What stands after the length, in order; only its end may be changed."""

    def __init__(self, value: bytes | None) -> None:
        """Starts with the vector that `value` encodes, empty where that is None or begins with no valid length."""
        self._first, items = _split(value or b"")
        self.pieces = [items]
        self._encoded: bytes | None = None

    def append(self, item: bytes) -> None:
        """Add one encoded item."""
        self.pieces.append(item)
        self._encoded = None

    def shrink(self, pieces: int) -> None:
        """Forget what was appended after there were `pieces` pieces."""
        del self.pieces[pieces:]
        self._encoded = None

    def encoded(self) -> bytes:
        """The vector as it is stored."""
        if self._encoded is None:
            count = self._first + len(self.pieces) - 1
            self._encoded = length_prefix(count) + b"".join(self.pieces)
        return self._encoded


def _split(value: bytes) -> tuple[int, bytes]:
    """Number of items, and their bytes; as Substrate does, no items where the length is not one that can grow."""
    if not value:
        return 0, b""
    mode = value[0] & 3
    size = _PREFIX_SIZES[mode]
    count = int.from_bytes(value[1:size] if mode == 3 else value[:size], "little") >> (0 if mode == 3 else 2)
    if length_prefix(count) != value[:size] or count >= _MAX_ITEMS:
        return 0, b""
    return count, value[size:]
