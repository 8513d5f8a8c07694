"""Shapes that are made of marks and members alone, without a walk into other annotations."""

from __future__ import annotations

import enum
from dataclasses import replace
from typing import Any

from chain.primitives import BitFormat, Width
from chain.scale.declarations import documentation, path_of
from chain.scale.errors import DeclarationError
from chain.scale.shapes import (
    Array,
    Bits,
    ByteString,
    FixedBytes,
    Integer,
    Mapping,
    PlainEnum,
    Sequence,
    SetOf,
    Shape,
    Text,
)


def integer_of(hint: Any, width: Width) -> Integer:
    """A fixed-width integer."""
    if width.bits not in (8, 16, 32, 64, 128, 256):
        raise DeclarationError(hint, f"an integer has 8, 16, 32, 64, 128 or 256 bits, not {width.bits}")
    return Integer(name=f"{'i' if width.signed else 'u'}{width.bits}", hint=hint, bits=width.bits, signed=width.signed)


def bits_of(hint: Any, form: BitFormat) -> Shape:
    """A bit sequence."""
    if form.store not in (8, 16, 32, 64):
        raise DeclarationError(hint, f"bits are stored in words of 8, 16, 32 or 64, not {form.store}")
    order = "Msb0" if form.msb_first else "Lsb0"
    return Bits(name=f"BitVec<u{form.store}, {order}>", hint=hint, store=form.store, msb_first=form.msb_first)


def with_length(hint: Any, shape: Shape, length: int) -> Shape:
    """The array that a sequence becomes by a fixed length."""
    if isinstance(shape, ByteString):
        return FixedBytes(name=f"[u8; {length}]", hint=hint, length=length)
    if isinstance(shape, Sequence):
        name = f"[{shape.item.name}; {length}]"
        return Array(name=name, hint=hint, item=shape.item, length=length, container=shape.container)
    raise DeclarationError(hint, f"{shape.name} has no fixed length")


def with_bound(hint: Any, shape: Shape, bound: int) -> Shape:
    """The same type with at most `bound` items or bytes."""
    if not isinstance(shape, ByteString | Text | Sequence | Mapping | SetOf):
        raise DeclarationError(hint, f"{shape.name} has no length to bound")
    inside = f"{shape.name.removeprefix('Bounded').removesuffix('>')}, {bound}>"
    name = f"BoundedStr<{bound}>" if isinstance(shape, Text) else f"Bounded{inside}"
    return replace(shape, hint=hint, bound=bound, name=name)


def plain_enum(cls: type[enum.Enum]) -> Shape:
    """An enum without fields, whose members are bytes."""
    members: dict[int, enum.Enum] = {}
    for member in cls:
        if type(member.value) is not int or not 0 <= member.value <= 255:
            raise DeclarationError(cls, f"the value of {member.name} is not a byte")
        members[member.value] = member
    if not members:
        raise DeclarationError(cls, "it has no members")
    ordered = dict(sorted(members.items()))
    return PlainEnum(name=cls.__name__, hint=cls, cls=cls, members=ordered, path=path_of(cls), docs=documentation(cls))
