"""The order of Rust's `Ord`, in which keys of maps and items of sets stand.

Python's own order is the same for integers, bytes, text (code points as UTF-8 bytes) and tuples of those; for the
rest a key is computed: records by their fields, choices by index and then fields, none before some.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from chain.primitives import Ok
from chain.scale.errors import DeclarationError
from chain.scale.shapes import (
    Array,
    Bits,
    Boolean,
    ByteString,
    CompactInteger,
    Field,
    FixedBytes,
    Integer,
    Option,
    OptionalBoolean,
    PlainEnum,
    Record,
    ResultOf,
    Sequence,
    SetOf,
    Shape,
    Text,
    TupleOf,
    Unit,
    Variants,
)

Key = Callable[[Any], Any]


def order_of(shape: Shape) -> Key | None:
    """The function whose results sort as Rust sorts the values; None where Python's order of them is the same."""
    match shape:
        case Integer() | CompactInteger() | Boolean() | Text() | ByteString() | FixedBytes():
            return None
        case TupleOf() if all(order_of(item) is None for item in shape.items):
            return None
        case Sequence() | Array() if order_of(shape.item) is None:
            return None
    return _key(shape)


def _key(shape: Shape) -> Key:
    match shape:
        case Unit():
            return lambda _: ()
        case Bits():
            return attrgetter("bits")
        case OptionalBoolean():
            return lambda value: -1 if value is None else int(value)
        case PlainEnum():
            return attrgetter("_value_")
        case Option():
            inner = _own_or_itself(shape.item)
            return lambda value: () if value is None else (inner(value),)
        case ResultOf():
            ok, error = _own_or_itself(shape.ok), _own_or_itself(shape.error)
            return lambda value: (0, ok(value.value)) if isinstance(value, Ok) else (1, error(value.error))
        case TupleOf():
            keys = [_own_or_itself(item) for item in shape.items]
            return lambda value: tuple(key(item) for key, item in zip(keys, value, strict=True))
        case Sequence() | Array():
            key = _own_or_itself(shape.item)
            return lambda value: [key(item) for item in value]
        case SetOf():
            key = _own_or_itself(shape.item)
            return lambda value: sorted(key(item) for item in value)
        case Record():
            return _fields_key(shape.fields)
        case Variants():
            by_class = {variant.cls: (variant.index, _fields_key(variant.fields)) for variant in shape.variants}
            return lambda value: (by_class[type(value)][0], by_class[type(value)][1](value))
    raise DeclarationError(shape.hint, "values of this type have no order, so they cannot be keys")


def _fields_key(fields: tuple[Field, ...]) -> Key:
    keys = [(field.name, _own_or_itself(field.shape)) for field in fields]
    return lambda value: tuple(key(getattr(value, name)) for name, key in keys)


def _own_or_itself(shape: Shape) -> Key:
    return order_of(shape) or _itself


def _itself(value: Any) -> Any:
    return value
