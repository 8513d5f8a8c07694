"""The errors that generated readers raise, and the test of order that they make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import islice
from operator import lt
from typing import Any

from chain.scale.errors import DecodeError, short_input

Refusal = Callable[[str, int, Any], DecodeError]


def too_short(name: str, offset: int, needed: int, data: bytes) -> DecodeError:
    """The input ends before the value does."""
    return short_input(name, offset, needed, data)


def too_many(name: str, offset: int, count: int, bound: int) -> DecodeError:
    """More items than the type allows."""
    return DecodeError(name, offset, f"has length {count}, more than {bound}")


def left_over(name: str, end: int, data: bytes) -> DecodeError:
    """More bytes than the value takes."""
    return DecodeError(name, end, f"{len(data) - end} bytes are left over")


def unsorted(name: str, offset: int) -> DecodeError:
    """Keys that are not in the one order that encodes a map or set."""
    return DecodeError(name, offset, "the keys before are not in ascending order, or not unique")


def no_boolean(name: str, offset: int, byte: int) -> DecodeError:
    """A byte that is no bool."""
    return DecodeError(name, offset, f"{byte} is not a bool")


def no_choice(name: str, offset: int, byte: int) -> DecodeError:
    """A byte that is neither half of an option or result."""
    return DecodeError(name, offset, f"{byte} is neither 0 nor 1")


@cache
def no_variant(enum_name: str) -> Refusal:
    """Makes the error for a byte that is no variant's index."""
    return lambda name, offset, byte: DecodeError(name, offset, f"{enum_name} has no variant {byte}")


@cache
def outside(type_name: str) -> Refusal:
    """Makes the error for a number that its type cannot hold."""
    return lambda name, offset, number: DecodeError(name, offset, f"{number} does not fit {type_name}")


def is_ascending(items: Sequence[Any], key: Callable[[Any], Any] | None = None) -> bool:
    """Whether each item is less than the next."""
    keys = items if key is None else [key(item) for item in items]
    return all(map(lt, keys, islice(keys, 1, None)))
