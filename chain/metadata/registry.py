"""The types of one runtime: checked when they are taken in, looked up by number, measured for those who walk them."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from chain.metadata.errors import MetadataError, NotInMetadata
from chain.metadata.measure import Measures, inner_types, measured
from chain.metadata.portable import (
    ArrayType,
    BitSequenceType,
    CompactType,
    CompositeType,
    Field,
    PortableType,
    PrimitiveType,
    SequenceType,
    TupleType,
    TypeDef,
    Variant,
    VariantType,
)

NAME_DEPTH: Final = 3
"""Types within types that a name spells out."""


class Registry:
    """The types of one runtime, by number.

    Raises MetadataError where a type is not at its number, refers to one that is not there, or has fields or
    variants that cannot be told apart.
    """

    def __init__(self, types: tuple[PortableType, ...]) -> None:
        self.types = types
        for place, each in enumerate(types):
            if each.type_id != place:
                raise MetadataError(f"type {each.type_id}", f"it stands at place {place}")
            _check(each, len(types))

    def __len__(self) -> int:
        return len(self.types)

    def __getitem__(self, type_id: int) -> PortableType:
        if not 0 <= type_id < len(self.types):
            raise NotInMetadata("type", type_id)
        return self.types[type_id]

    def definition(self, type_id: int) -> TypeDef:
        """What the type is made of."""
        return self[type_id].definition

    def variants(self, type_id: int) -> tuple[Variant, ...]:
        """The variants of a variant type; raises MetadataError for another."""
        definition = self.definition(type_id)
        if not isinstance(definition, VariantType):
            raise MetadataError(f"type {type_id} ({self.name(type_id)})", "it is no variant type")
        return definition.cases

    def named(self, *path: str) -> tuple[int, ...]:
        """The types whose path ends so."""
        return tuple(each.type_id for each in self.types if each.path[-len(path) :] == path)

    def parameter(self, type_id: int, name: str) -> int | None:
        """What a parameter of a generic type stands for; None where it has no such parameter, or leaves it out."""
        return next((each.type_id for each in self[type_id].parameters if each.name == name), None)

    @cached_property
    def measures(self) -> Measures:
        """Sizes and recursion."""
        return measured(self.types)

    def name(self, type_id: int) -> str:
        """The type about as Rust writes it, for error texts: "Vec<u8>", "AccountId32"."""
        return self._name(type_id, NAME_DEPTH)

    def _name(self, type_id: int, depth: int) -> str:
        if depth == 0:
            return "…"
        each = self[type_id]
        if each.path:
            return each.path[-1]
        match each.definition:
            case PrimitiveType(kind=kind):
                return kind.name.lower()
            case SequenceType(item=item):
                return f"Vec<{self._name(item, depth - 1)}>"
            case ArrayType(length=length, item=item):
                return f"[{self._name(item, depth - 1)}; {length}]"
            case CompactType(item=item):
                return f"Compact<{self._name(item, depth - 1)}>"
            case TupleType(items=items):
                shown = [self._name(item, depth - 1) for item in items[:4]]
                return f"({', '.join([*shown, '…'] if len(items) > 4 else shown)})"
            case BitSequenceType():
                return "BitVec"
        return f"type {type_id}"


def _check(each: PortableType, count: int) -> None:
    """Raise MetadataError where the type's parts are not in order; `count` types there are."""
    what = f"type {each.type_id}{f' ({each.path[-1]})' if each.path else ''}"
    dangling = next((inner for inner in _referred(each) if inner >= count), None)
    if dangling is not None:
        raise MetadataError(what, f"it refers to type {dangling}, and there are {count}")
    match each.definition:
        case CompositeType(fields=fields):
            _check_fields(what, fields)
        case VariantType(cases=cases):
            for value, kind in (("name", [case.name for case in cases]), ("index", [case.index for case in cases])):
                if len(set(kind)) < len(kind):
                    raise MetadataError(what, f"two of its variants have the same {value}")
            for case in cases:
                _check_fields(f"{what}::{case.name}", case.fields)


def _check_fields(what: str, fields: tuple[Field, ...]) -> None:
    names = [field.name for field in fields if field.name is not None]
    if names and len(names) < len(fields):
        raise MetadataError(what, "some of its fields have names and some have none")
    if len(set(names)) < len(names):
        raise MetadataError(what, "two of its fields have the same name")


def _referred(each: PortableType) -> list[int]:
    given = [parameter.type_id for parameter in each.parameters if parameter.type_id is not None]
    return given + inner_types(each.definition)
