"""How many bytes values of a shape take, and whether they can be changed once made."""

from __future__ import annotations

import math
from typing import Final

from chain.record import is_frozen
from chain.scale.compact import compact_size
from chain.scale.errors import DeclarationError
from chain.scale.shapes import (
    Array,
    Boolean,
    ByteString,
    CompactInteger,
    Field,
    FixedBytes,
    Integer,
    Mapping,
    Opaque,
    Option,
    OptionalBoolean,
    PlainEnum,
    Record,
    Recursion,
    ResultOf,
    Sequence,
    SetOf,
    Shape,
    Text,
    TupleOf,
    Unit,
    Variants,
)

MAX_EMPTY_ITEMS: Final = 1024
"""The most items that take no bytes in one sequence: nothing else bounds what a length may claim there."""


def min_size(shape: Shape) -> int:
    """The least bytes that a value takes; raises DeclarationError where a type cannot end."""
    size = least(shape)
    if math.isinf(size):
        raise DeclarationError(shape.hint, "each value would contain another, without end")
    return int(size)


def least(shape: Shape, recursive: float = math.inf) -> float:
    """As `min_size`, with a size for recursion: infinite, so that a smallest value never takes one."""
    match shape:
        case Recursion():
            return recursive
        case Unit():
            return 0
        case Integer():
            return shape.bits // 8
        case FixedBytes():
            return shape.length
        case Array():
            return shape.length and shape.length * least(shape.item, recursive)
        case TupleOf():
            return sum(least(item, recursive) for item in shape.items)
        case Record():
            return least_of(shape.fields, recursive)
        case Variants():
            return 1 + min((least_of(variant.fields, recursive) for variant in shape.variants), default=0)
        case ResultOf():
            return 1 + min(least(shape.ok, recursive), least(shape.error, recursive))
        case Opaque():
            return shape.codec.min_size
    return 1


def least_of(fields: tuple[Field, ...], recursive: float = math.inf) -> float:
    """The sum of `least` over the fields."""
    return sum(least(field.shape, recursive) for field in fields)


def max_size(shape: Shape) -> int | None:
    """The most bytes that a value takes (MaxEncodedLen); None where there is no bound."""
    size = _most(shape)
    return None if math.isinf(size) else int(size)


def _most(shape: Shape) -> float:
    match shape:
        case Recursion():
            return math.inf
        case Unit() | Integer() | FixedBytes() | Boolean() | PlainEnum() | OptionalBoolean():
            return least(shape)
        case CompactInteger():
            # 1, 2 or 4 bytes hold 6, 14 or 30 bits; more need a byte for the length
            return {8: 2, 16: 4}.get(shape.bits, 1 + shape.bits // 8)
        case Text() | ByteString():
            return _counted(shape.bound, 1)
        case Sequence() | SetOf():
            return _counted(shape.bound, _most(shape.item))
        case Mapping():
            return _counted(shape.bound, _most(shape.key) + _most(shape.value))
        case Option():
            return 1 + _most(shape.item)
        case ResultOf():
            return 1 + max(_most(shape.ok), _most(shape.error))
        case Array():
            return shape.length and shape.length * _most(shape.item)
        case TupleOf():
            return sum(_most(item) for item in shape.items)
        case Record():
            return sum(_most(field.shape) for field in shape.fields)
        case Variants():
            return 1 + max(
                (sum(_most(field.shape) for field in variant.fields) for variant in shape.variants), default=0
            )
        case Opaque():
            return math.inf if shape.codec.max_size is None else shape.codec.max_size
    return math.inf


def _counted(bound: int | None, item: float) -> float:
    if bound is None:
        return math.inf
    return compact_size(bound) + (bound and bound * item)


def is_immutable(shape: Shape) -> bool:
    """Whether nobody can change a value of the shape."""
    match shape:
        case Mapping():
            return False
        case Sequence() | Array():
            return shape.container is tuple and is_immutable(shape.item)
        case SetOf():
            return shape.container is frozenset
        case Option():
            return is_immutable(shape.item)
        case ResultOf():
            return is_immutable(shape.ok) and is_immutable(shape.error)
        case TupleOf():
            return all(is_immutable(item) for item in shape.items)
        case Record():
            return is_frozen(shape.cls) and all(is_immutable(field.shape) for field in shape.fields)
        case Variants():
            return all(is_immutable(field.shape) for variant in shape.variants for field in variant.fields)
        case Opaque():
            return shape.codec.is_immutable
    return True


def fits_run(shape: Shape) -> bool:
    """Whether every value is the same few fixed-width parts, so that one `struct` call can read it."""
    match shape:
        case Integer() | Boolean() | FixedBytes() | OptionalBoolean() | PlainEnum() | Unit():
            return True
        case TupleOf():
            return all(fits_run(item) for item in shape.items)
        case Record():
            return all(fits_run(field.shape) for field in shape.fields)
    return False
