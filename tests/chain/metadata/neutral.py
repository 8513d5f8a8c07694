"""The neutral value notation of the vectors: from values and back, by the types.

It differs from ours where structs and variants have unnamed fields (a list, also of one), in variants without fields
({"Name": null}) and in bytes (hex).
"""

from __future__ import annotations

from typing import Any

from chain.metadata.portable import (
    ArrayType,
    BitSequenceType,
    CompositeType,
    Field,
    PrimitiveKind,
    PrimitiveType,
    SequenceType,
    TupleType,
    VariantType,
)
from chain.metadata.registry import Registry
from chain.primitives import BitSequence


def to_neutral(registry: Registry, type_id: int, value: Any) -> Any:
    """The value in the neutral notation."""
    match registry.definition(type_id):
        case CompositeType(fields=fields):
            return _fields_to(registry, fields, value)
        case VariantType(cases=cases):
            [(name, inner)] = value.items() if isinstance(value, dict) else [(value, None)]
            case = next(case for case in cases if case.name == name)
            return {name: _fields_to(registry, case.fields, inner) if case.fields else None}
        case SequenceType(item=item) | ArrayType(item=item):
            if registry.definition(item) == PrimitiveType(PrimitiveKind.U8):
                return f"0x{value.hex()}"
            return [to_neutral(registry, item, each) for each in value]
        case TupleType(items=items):
            return [to_neutral(registry, item, each) for item, each in zip(items, value or (), strict=True)]
        case BitSequenceType():
            return "".join("1" if bit else "0" for bit in value.bits)
    return value


def _fields_to(registry: Registry, fields: tuple[Field, ...], value: Any) -> Any:
    if fields and fields[0].name is not None:
        return {field.name: to_neutral(registry, field.type_id, value[field.name]) for field in fields}
    values = (value,) if len(fields) == 1 else value or ()
    return [to_neutral(registry, field.type_id, each) for field, each in zip(fields, values, strict=True)]


def from_neutral(registry: Registry, type_id: int, value: Any) -> Any:
    """The value that a neutral one is."""
    match registry.definition(type_id):
        case CompositeType(fields=fields):
            return _fields_from(registry, fields, value)
        case VariantType(cases=cases):
            [(name, inner)] = value.items()
            case = next(case for case in cases if case.name == name)
            return {name: _fields_from(registry, case.fields, inner)} if case.fields else name
        case SequenceType(item=item) | ArrayType(item=item):
            if registry.definition(item) == PrimitiveType(PrimitiveKind.U8):
                return bytes.fromhex(value.removeprefix("0x"))
            return [from_neutral(registry, item, each) for each in value]
        case TupleType(items=items):
            return tuple(from_neutral(registry, *pair) for pair in zip(items, value, strict=True)) or None
        case BitSequenceType():
            return BitSequence(tuple(bit == "1" for bit in value))
    return value


def _fields_from(registry: Registry, fields: tuple[Field, ...], value: Any) -> Any:
    if not fields:
        return None
    if fields[0].name is not None:
        return {field.name: from_neutral(registry, field.type_id, value[field.name]) for field in fields}
    values = [from_neutral(registry, field.type_id, each) for field, each in zip(fields, value, strict=True)]
    return values[0] if len(fields) == 1 else tuple(values)


def arguments_to_neutral(registry: Registry, fields: tuple[Field, ...], values: dict[str, Any]) -> dict[str, Any]:
    """A call's arguments in the neutral notation."""
    return {str(each.name): to_neutral(registry, each.type_id, values[str(each.name)]) for each in fields}


def arguments_from_neutral(registry: Registry, fields: tuple[Field, ...], values: dict[str, Any]) -> dict[str, Any]:
    """A call's arguments out of the neutral notation."""
    return {str(each.name): from_neutral(registry, each.type_id, values[str(each.name)]) for each in fields}
