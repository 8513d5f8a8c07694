"""From portable types to the shapes that chain.scale generates functions for.

A shape goes as deep as one generated function does: it ends in a `Reference` where another function goes on, which is
at every enum with fields, where a type leads back to itself, and where the function would become too large.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from chain.metadata.errors import MetadataError
from chain.metadata.portable import (
    ArrayType,
    BitSequenceType,
    CompactType,
    CompositeType,
    Field,
    PrimitiveKind,
    PrimitiveType,
    SequenceType,
    TupleType,
    TypeDef,
    VariantType,
)
from chain.metadata.registry import Registry
from chain.record import keyword_record
from chain.scale.shapes import (
    Array,
    Bits,
    Boolean,
    ByteString,
    CompactInteger,
    FixedBytes,
    Integer,
    PlainEnum,
    Record,
    Sequence,
    Shape,
    Text,
    TupleOf,
    Unit,
)
from chain.scale.shapes import Field as NamedShape

MAX_DEPTH: Final = 8
"""Types within types in one function; Python refuses loops within loops from 20 on."""

MAX_PARTS: Final = 200
"""Parts of the types in one function."""

MAX_EMPTY_PARTS: Final = 64
"""Parts of a value without bytes: nothing else would bound the time that it takes."""

MAX_LEAST_SIZE: Final = 2**30
"""Types whose smallest value takes more bytes are refused; Python's `struct` would."""


@keyword_record
class Reference(Shape):
    """A type that a function of its own does; its values take a byte at least."""

    type_id: int


class Names(PlainEnum):
    """An enum without fields, whose members are the names."""


class Struct(Record):
    """Named fields: a dict."""


def shape_of(registry: Registry, type_id: int) -> Shape:
    """The shape of a type that is no enum with fields; raises MetadataError for types that no value can have."""
    return _Walk(registry).shape(type_id, 0)


def shape_of_fields(registry: Registry, fields: tuple[Field, ...], name: str) -> Shape:
    """The shape of the fields of a composite type or variant."""
    return _Walk(registry).fields(fields, name, 0)


def is_enum_of_names(definition: TypeDef) -> bool:
    """Whether the type is an enum without fields, though not without variants."""
    if not isinstance(definition, VariantType):
        return False
    return bool(definition.cases) and not any(case.fields for case in definition.cases)


def compacted(registry: Registry, type_id: int) -> int:
    """What a compact type is the compact form of, without the structs of one field around it."""
    definition, seen = registry.definition(type_id), set[int]()
    inner = definition.item if isinstance(definition, CompactType) else type_id
    while inner not in seen:
        seen.add(inner)
        match registry.definition(inner):
            case CompositeType(fields=(field,)):
                inner = field.type_id
    return inner


class _Walk:
    """One walk from a type to its shape."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._parts = 0

    def shape(self, type_id: int, depth: int) -> Shape:
        """The shape of a type that stands `depth` types deep in the function."""
        registry, measures = self._registry, self._registry.measures
        definition, size = registry.definition(type_id), measures.sizes[type_id]
        name = registry.name(type_id)
        if size > MAX_LEAST_SIZE:
            raise self._refusal(type_id, f"each value takes more than {MAX_LEAST_SIZE} bytes")
        if not size and measures.parts[type_id] > MAX_EMPTY_PARTS:
            raise self._refusal(type_id, f"a value has more than {MAX_EMPTY_PARTS} parts and no bytes")
        self._parts += 1
        is_far = depth > MAX_DEPTH or self._parts > MAX_PARTS or type_id in measures.returns
        if depth and size and is_far and not isinstance(definition, PrimitiveType):
            return Reference(name=name, hint=None, type_id=type_id)
        match definition:
            case PrimitiveType(kind=kind):
                return self._primitive(type_id, kind)
            case CompositeType(fields=fields):
                return self.fields(fields, name, depth)
            case TupleType(items=items):
                return self._tuple(items, name, depth)
            case SequenceType(item=item):
                return self._sequence(item, name, depth)
            case ArrayType(length=length, item=item):
                if self._is_byte(item):
                    return FixedBytes(name=name, hint=None, length=length)
                inner = self.shape(item, depth + 1) if length else Unit(name=name, hint=None)
                return Array(name=name, hint=None, item=inner, length=length, container=list)
            case CompactType():
                return self._compact(type_id)
            case BitSequenceType(store=store, order=order):
                return self._bits(type_id, store, order)
            case VariantType(cases=cases) if is_enum_of_names(definition):
                names: dict[int, Any] = {case.index: case.name for case in cases}
                return Names(name=name, hint=None, cls=Enum, members=names, path=(), docs="")
        return Reference(name=name, hint=None, type_id=type_id)

    def fields(self, fields: tuple[Field, ...], name: str, depth: int) -> Shape:
        """The shape of fields: of one without a name, that of what it holds."""
        if len(fields) == 1 and fields[0].name is None:
            return self.shape(fields[0].type_id, depth + 1)
        if not fields or fields[0].name is None:
            return self._tuple(tuple(field.type_id for field in fields), name, depth)
        shapes = tuple(NamedShape(str(field.name), self.shape(field.type_id, depth + 1)) for field in fields)
        return Struct(name=name, hint=None, cls=dict, fields=shapes, parameters=(), path=(), docs="")

    def _tuple(self, items: tuple[int, ...], name: str, depth: int) -> Shape:
        if not items:
            return Unit(name=name, hint=None)
        return TupleOf(name=name, hint=None, items=tuple(self.shape(item, depth + 1) for item in items))

    def _sequence(self, item: int, name: str, depth: int) -> Shape:
        if self._is_byte(item):
            return ByteString(name=name, hint=None, bound=None)
        return Sequence(name=name, hint=None, item=self.shape(item, depth + 1), bound=None, container=list)

    def _is_byte(self, type_id: int) -> bool:
        return self._registry.definition(type_id) == PrimitiveType(PrimitiveKind.U8)

    def _primitive(self, type_id: int, kind: PrimitiveKind) -> Shape:
        match kind:
            case PrimitiveKind.BOOL:
                return Boolean(name="bool", hint=None)
            case PrimitiveKind.STR:
                return Text(name="str", hint=None, bound=None)
            case PrimitiveKind.CHAR:
                raise self._refusal(type_id, "SCALE has no encoding of a char")
        return Integer(name=kind.name.lower(), hint=None, bits=_bits(kind), signed=kind.name.startswith("I"))

    def _compact(self, type_id: int) -> Shape:
        """The compact form of an integer, also where structs of one field are around it; of nothing, nothing."""
        name, inner = self._registry.name(type_id), compacted(self._registry, type_id)
        match self._registry.definition(inner):
            case PrimitiveType(kind=kind) if kind.name.startswith("U"):
                return CompactInteger(name=name, hint=None, bits=_bits(kind))
            case TupleType(items=()) | CompositeType(fields=()):
                return Unit(name=name, hint=None)
        raise self._refusal(type_id, f"{self._registry.name(inner)} has no compact form")

    def _bits(self, type_id: int, store: int, order: int) -> Shape:
        kind = self._registry.definition(store)
        path = self._registry[order].path
        if not isinstance(kind, PrimitiveType) or kind.kind.name not in ("U8", "U16", "U32", "U64"):
            raise self._refusal(type_id, f"bits are not stored in words of {self._registry.name(store)}")
        if not path or path[-1] not in ("Lsb0", "Msb0"):
            raise self._refusal(type_id, f"{self._registry.name(order)} is no order of bits")
        return Bits(name=self._registry.name(type_id), hint=None, store=_bits(kind.kind), msb_first=path[-1] == "Msb0")

    def _refusal(self, type_id: int, reason: str) -> MetadataError:
        return MetadataError(f"type {type_id} ({self._registry.name(type_id)})", reason)


def _bits(kind: PrimitiveKind) -> int:
    return int(kind.name[1:])
