"""FRAME's Default of each shape: zero, empty, none, and of a choice the first way that ends."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from chain.primitives import BitSequence, Ok
from chain.scale.shapes import (
    Array,
    Bits,
    Boolean,
    ByteString,
    CompactInteger,
    Field,
    FixedBytes,
    Integer,
    Mapping,
    Opaque,
    PlainEnum,
    Record,
    ResultOf,
    Sequence,
    SetOf,
    Shape,
    Text,
    TupleOf,
    Variants,
)
from chain.scale.sizes import is_immutable, least_of


def default_of(shape: Shape) -> Callable[[], Any]:
    """Makes the default value; hands out one object where nobody can change it."""
    make = partial(_default, shape)
    return cache(make) if is_immutable(shape) else make


def _default(shape: Shape) -> Any:
    match shape:
        case Integer() | CompactInteger():
            return 0
        case Boolean():
            return False
        case Text():
            return ""
        case ByteString():
            return b""
        case FixedBytes():
            return bytes(shape.length)
        case Sequence() | SetOf():
            return shape.container()
        case Mapping():
            return {}
        case Array():
            return shape.container(_default(shape.item) for _ in range(shape.length))
        case Bits():
            return BitSequence()
        case TupleOf():
            return tuple(_default(item) for item in shape.items)
        case ResultOf():
            return Ok(_default(shape.ok))
        case Record():
            return _built(shape.cls, shape.fields)
        case PlainEnum():
            return next(iter(shape.members.values()))
        case Variants():
            if not shape.variants:
                raise TypeError(f"{shape.name} has no values, and no default")
            first = next(variant for variant in shape.variants if not math.isinf(least_of(variant.fields)))
            return _built(first.cls, first.fields)
        case Opaque():
            return shape.codec.default()
    return None


def _built(cls: type[Any], fields: tuple[Field, ...]) -> Any:
    return cls(**{field.name: _default(field.shape) for field in fields})
