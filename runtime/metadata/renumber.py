"""The numbers in a portable type: which other types it refers to, and the same type with other numbers."""

from __future__ import annotations

from collections.abc import Callable

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
    TypeParameter,
    Variant,
    VariantType,
)

Number = Callable[[int], int]


def type_ids(whole: PortableType) -> list[int]:
    """The numbers of the types that a type refers to, parameters first."""
    found = [each.type_id for each in whole.parameters if each.type_id is not None]
    match whole.definition:
        case CompositeType(fields):
            found += [field.type_id for field in fields]
        case VariantType(cases):
            found += [field.type_id for case in cases for field in case.fields]
        case SequenceType(item) | CompactType(item) | ArrayType(_, item):
            found.append(item)
        case TupleType(items):
            found += items
        case BitSequenceType(store, order):
            found += (store, order)
    return found


def renumbered(whole: PortableType, number: Number) -> PortableType:
    """The type with every number replaced, its own last."""
    parameters = tuple(
        each if each.type_id is None else TypeParameter(each.name, number(each.type_id)) for each in whole.parameters
    )
    definition = _definition(whole.definition, number)
    return PortableType(number(whole.type_id), whole.path, parameters, definition, whole.docs)


def _definition(definition: TypeDef, number: Number) -> TypeDef:
    match definition:
        case CompositeType():
            return CompositeType(_fields(definition.fields, number))
        case VariantType():
            cases = definition.cases
            return VariantType(
                tuple(Variant(each.name, _fields(each.fields, number), each.index, each.docs) for each in cases)
            )
        case SequenceType():
            return SequenceType(number(definition.item))
        case ArrayType():
            return ArrayType(definition.length, number(definition.item))
        case TupleType():
            return TupleType(tuple(number(item) for item in definition.items))
        case CompactType():
            return CompactType(number(definition.item))
        case BitSequenceType():
            return BitSequenceType(number(definition.store), number(definition.order))
        case PrimitiveType():
            return definition
    raise TypeError(f"{definition!r} is no type definition")


def _fields(fields: tuple[Field, ...], number: Number) -> tuple[Field, ...]:
    return tuple(Field(each.name, number(each.type_id), each.type_name, each.docs) for each in fields)
