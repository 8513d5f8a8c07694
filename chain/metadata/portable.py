"""The portable type registry: every type of a runtime as data, referring to one another by number.

A registry is a list of `PortableType`; the others are parts of one. Source: scale_info::PortableRegistry and what it
contains, in the order of the wire.
"""

from __future__ import annotations

import enum

from chain.primitives import U8, U32, Compact, Enumeration
from chain.record import record

TypeId = Compact[U32]
"""A type's number in the registry."""


@record
class TypeParameter:
    """A parameter of a generic type."""

    name: str
    type_id: TypeId | None
    """What it stands for; None where the registry leaves that out."""


@record
class Field:
    """A part of a composite type or of a variant."""

    name: str | None
    type_id: TypeId
    type_name: str | None = None
    """The type as the Rust source writes it."""
    docs: tuple[str, ...] = ()


@record
class Variant:
    """One way that a variant type can be."""

    name: str
    fields: tuple[Field, ...]
    index: U8
    docs: tuple[str, ...] = ()


class PrimitiveKind(enum.Enum):
    """Types that contain no others."""

    BOOL = 0
    CHAR = 1
    STR = 2
    U8 = 3
    U16 = 4
    U32 = 5
    U64 = 6
    U128 = 7
    U256 = 8
    I8 = 9
    I16 = 10
    I32 = 11
    I64 = 12
    I128 = 13
    I256 = 14


class TypeDef(Enumeration):
    """What a type is made of."""


class CompositeType(TypeDef, index=0):
    """A struct: fields that all have names, or that all have none."""

    fields: tuple[Field, ...]


class VariantType(TypeDef, index=1):
    """An enum, also without variants."""

    cases: tuple[Variant, ...]


class SequenceType(TypeDef, index=2):
    """Any number of items."""

    item: TypeId


class ArrayType(TypeDef, index=3):
    """As many items as said here."""

    length: U32
    item: TypeId


class TupleType(TypeDef, index=4):
    """Types one after the other; none of them is the unit type."""

    items: tuple[TypeId, ...]


class PrimitiveType(TypeDef, index=5):
    """A primitive."""

    kind: PrimitiveKind


class CompactType(TypeDef, index=6):
    """The compact form of an integer, or of a struct that holds just one."""

    item: TypeId


class BitSequenceType(TypeDef, index=7):
    """Bits: the integer type of the words, and a type whose last name is Lsb0 or Msb0."""

    store: TypeId
    order: TypeId


@record
class PortableType:
    """A type of the registry."""

    type_id: TypeId
    """Its place in the registry."""
    path: tuple[str, ...]
    """Crate, modules and name; empty for types that have none."""
    parameters: tuple[TypeParameter, ...]
    definition: TypeDef
    docs: tuple[str, ...] = ()
