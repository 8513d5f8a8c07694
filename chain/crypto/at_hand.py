"""What is known of bytes that are looked at again a moment later: an artifact as it is made, stored, and read back.

Bytes do not change, so the very same ones have the same hash. A store in this process gives back what was put there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from typing import Final, Generic, TypeVar

Hashing = Callable[[bytes], bytes]
V = TypeVar("V")

LEAST: Final = 2**10
MOST: Final = 2**18
"""Bytes of what is remembered: less is hashed as fast as it is found, and more is not kept alive for it."""

REMEMBERED: Final = 64
"""Byte strings, newest."""


def once_at_hand(hashing: Hashing) -> Hashing:
    """A hash function that does not hash again the byte strings that it has hashed last. For any thread."""

    @lru_cache(maxsize=REMEMBERED)
    def of(same: _Same) -> bytes:
        return hashing(same.data)

    def found(data: bytes) -> bytes:
        return of(_Same(data)) if LEAST <= len(data) <= MOST and type(data) is bytes else hashing(data)

    return found


class AtHand(Generic[V]):
    """What byte strings were made of, for those that were made last. For any thread."""

    def __init__(self) -> None:
        self._made_of: dict[_Same, V] = {}
        self._lock = Lock()

    def note(self, data: bytes, value: V) -> None:
        """Remember what these bytes, and no others, were made of."""
        if not LEAST <= len(data) <= MOST:
            return
        with self._lock:
            self._made_of[_Same(data)] = value
            if len(self._made_of) > REMEMBERED:
                del self._made_of[next(iter(self._made_of))]

    def get(self, data: bytes) -> V | None:
        """What the very same bytes were made of; None where that is not known."""
        return self._made_of.get(_Same(data))


class _Same:
    """A byte string that equals itself alone: to compare two takes as long as to read them."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __hash__(self) -> int:
        return id(self.data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.data is self.data
