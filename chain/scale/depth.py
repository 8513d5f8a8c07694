"""How deep values of recursive types may nest: the same on every machine, and below Python's own limit.

Substrate's limit for calls inside calls is 256; ours is lower, because each level costs several Python frames to
decode and more to dispatch.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, TypeVar

from chain.scale.codec import Codec
from chain.scale.errors import DecodeError, EncodeError

T = TypeVar("T")

MAX_DEPTH: Final = 64
"""Levels of values within values of one recursive type, or of types that a scope supplies."""

TOO_DEEP: Final = f"nested more than {MAX_DEPTH} levels deep"


class _Level(threading.local):
    reading = 0
    writing = 0


_level = _Level()


def bounded_read(name: str, read: Callable[[bytes, int], tuple[T, int]]) -> Callable[[bytes, int], tuple[T, int]]:
    """`read`, refusing input where it would enter itself too often."""

    def read_level(data: bytes, offset: int) -> tuple[T, int]:
        if _level.reading >= MAX_DEPTH:
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
        if _level.writing >= MAX_DEPTH:
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
