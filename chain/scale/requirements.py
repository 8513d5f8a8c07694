"""What generated encoders require of values where the expected Python type is not exactly there.

They let equivalent types pass (a bytearray for bytes, an IntEnum for an int) and raise `MismatchError` for the rest,
which `explain` then turns into an EncodeError that says where.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any


class MismatchError(ValueError):
    """The value is not of the type; never leaves the package."""


def refuse() -> None:
    """Stop encoding."""
    raise MismatchError


def require_integers(*values: Any) -> None:
    """Integers, but not bool, which Python counts among them."""
    if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        raise MismatchError


def require_sequence(value: Any) -> None:
    """A list or tuple."""
    if not isinstance(value, list | tuple):
        raise MismatchError


def require_mapping(value: Any) -> None:
    """Something like a dict."""
    if not isinstance(value, Mapping):
        raise MismatchError


def require_set(value: Any) -> None:
    """Something like a set, which has no item twice."""
    if not isinstance(value, Set):
        raise MismatchError


def as_bytes(value: Any) -> bytes:
    """The bytes of anything that is bytes."""
    if not isinstance(value, bytes | bytearray | memoryview):
        raise MismatchError
    return bytes(value)


def as_input(data: bytes | bytearray | memoryview) -> bytes:
    """Input to decode as bytes; raises TypeError for what is none, as Python does."""
    return bytes(memoryview(data))


def as_fixed_bytes(value: Any, length: int) -> bytes:
    """As `as_bytes`, of just that length."""
    data = as_bytes(value)
    if len(data) != length:
        raise MismatchError
    return data
