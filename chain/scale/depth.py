"""How deep values of recursive types may nest: the same on every machine.

Each level costs several Python frames to decode, and more where it is a call that is dispatched. Where values nest so
deep that Python's own limit of frames might come first, that limit is raised: most processes never get there.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Final, TypeVar

from chain.scale.codec import Codec
from chain.scale.errors import DecodeError, EncodeError

T = TypeVar("T")

MAX_DEPTH: Final = 256
"""Levels of values within values of one recursive type, or of types that a scope supplies.

That of calls inside calls in polkadot-sdk (MAX_EXTRINSIC_DEPTH), where the sequences in the innermost call count, too.
"""

_SHALLOW: Final = 32
"""Levels for which Python's own limit has room in any program."""

_FRAMES: Final = 16_384
"""Python frames that are surely enough: 256 levels of at most 24, and 10,000 of the program around them."""

TOO_DEEP: Final = f"nested more than {MAX_DEPTH} levels deep"


class _Level(threading.local):
    reading = 0
    writing = 0


_level = _Level()


def _has_room(levels: int) -> bool:
    """Whether one more level is allowed; sees to it that Python allows it, too."""
    if levels >= MAX_DEPTH:
        return False
    if sys.getrecursionlimit() < _FRAMES:
        sys.setrecursionlimit(_FRAMES)
    return True


def bounded_read(name: str, read: Callable[[bytes, int], tuple[T, int]]) -> Callable[[bytes, int], tuple[T, int]]:
    """`read`, refusing input where it would enter itself too often."""

    def read_level(data: bytes, offset: int) -> tuple[T, int]:
        if _level.reading >= _SHALLOW and not _has_room(_level.reading):
            raise DecodeError(name, offset, TOO_DEEP)
        _level.reading += 1
        try:
            return read(data, offset)
        finally:
            _level.reading -= 1

    return read_level


def bounded_write(name: str, write: Callable[[T], bytes]) -> Callable[[T], bytes]:
    """`write`, refusing values where it would enter itself too often."""

    def write_level(value: T) -> bytes:
        if _level.writing >= _SHALLOW and not _has_room(_level.writing):
            raise EncodeError(name, TOO_DEEP)
        _level.writing += 1
        try:
            return write(value)
        finally:
            _level.writing -= 1

    return write_level


def reader_of(codec: Codec[T]) -> Callable[[bytes, int], tuple[T, int]]:
    """The codec's `read`, bounded; looked up at each call, as a scope's codec may still be in the making."""
    return bounded_read(codec.name, lambda data, offset: codec.read(data, offset))


def writer_of(codec: Codec[T]) -> Callable[[T], bytes]:
    """The codec's `encode`, bounded; its errors tell which value it was given."""

    def write(value: T) -> bytes:
        return codec.encode(value)

    write_level = bounded_write(codec.name, write)

    def write_or_tell(value: T) -> bytes:
        try:
            return write_level(value)
        except EncodeError as error:
            error.value = value
            raise

    return write_or_tell
