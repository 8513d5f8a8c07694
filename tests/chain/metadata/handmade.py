"""Registries made by hand, for types that real runtimes have few of or none."""

from __future__ import annotations

from chain.metadata.codecs import Codecs, TypeCodec
from chain.metadata.portable import (
    ArrayType,
    BitSequenceType,
    CompactType,
    CompositeType,
    Field,
    PortableType,
    PrimitiveKind,
    PrimitiveType,
    SequenceType,
    TupleType,
    TypeDef,
    Variant,
    VariantType,
)
from chain.metadata.registry import Registry


def registry_of(*definitions: TypeDef | tuple[str, TypeDef]) -> Registry:
    """A registry of definitions, numbered from 0; with a name for those that a type has a path of."""
    named = [each if isinstance(each, tuple) else ("", each) for each in definitions]
    return Registry(
        tuple(
            PortableType(number, ("crate", name) if name else (), (), definition)
            for number, (name, definition) in enumerate(named)
        )
    )


def codec_of(*definitions: TypeDef | tuple[str, TypeDef]) -> TypeCodec:
    """The codec of the first of the definitions."""
    return Codecs(registry_of(*definitions))[0]


def struct(**fields: int) -> CompositeType:
    """Named fields, by type."""
    return CompositeType(tuple(Field(name, type_id) for name, type_id in fields.items()))


def unnamed(*types: int) -> CompositeType:
    """Unnamed fields, by type."""
    return CompositeType(tuple(Field(None, type_id) for type_id in types))


def enum(**cases: tuple[int, ...] | dict[str, int]) -> VariantType:
    """Variants in the order of their indices, with unnamed or named fields."""
    return VariantType(
        tuple(
            Variant(name, (struct(**fields) if isinstance(fields, dict) else unnamed(*fields)).fields, index)
            for index, (name, fields) in enumerate(cases.items())
        )
    )


def primitive(name: str) -> PrimitiveType:
    """A primitive, as Rust calls it."""
    return PrimitiveType(PrimitiveKind[name.upper()])


__all__ = [
    "ArrayType",
    "BitSequenceType",
    "CompactType",
    "SequenceType",
    "TupleType",
    "codec_of",
    "enum",
    "primitive",
    "registry_of",
    "struct",
    "unnamed",
]
