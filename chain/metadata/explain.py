"""Why a value does not encode: the slow walk that follows a failure of the fast path, and finds field and value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from chain.metadata.functions import octets
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
    VariantType,
)
from chain.metadata.registry import Registry
from chain.metadata.shapes import compacted
from chain.primitives import BitSequence
from chain.scale.bits import MAX_BITS
from chain.scale.depth import MAX_DEPTH, TOO_DEEP
from chain.scale.errors import shortened
from chain.scale.sizes import MAX_EMPTY_ITEMS

BYTE = PrimitiveType(PrimitiveKind.U8)


class _Place(NamedTuple):
    """A value inside the one that does not encode."""

    path: str
    type_id: int
    value: Any
    returns: int = 0
    """Types on the way to it that others lead back to."""


def fault_of(registry: Registry, type_id: int, value: Any) -> str | None:
    """Where the value is not of the type, and why; None where it is."""
    places = [_Place("", type_id, value)]
    while places:
        place = places.pop()
        if place.type_id in registry.measures.returns:
            place = place._replace(returns=place.returns + 1)
        if place.returns > MAX_DEPTH:
            return _told(place, TOO_DEEP)
        inner = _parts(registry, place)
        if isinstance(inner, str):
            return _told(place, f"{shortened(place.value)} {inner}")
        places.extend(reversed(inner))
    return None


def _told(place: _Place, reason: str) -> str:
    path = _abridged(place.path.removeprefix("."))
    return f"{path}: {reason}" if path else reason


def _abridged(path: str) -> str:
    return path if len(path) <= 90 else f"{path[:40]}…{path[-40:]}"


def _parts(registry: Registry, place: _Place) -> list[_Place] | str:
    """The places directly inside one whose own form is right; else what is wrong with it."""
    value, name = place.value, registry.name(place.type_id)
    match registry.definition(place.type_id):
        case PrimitiveType(kind=kind):
            return _of_primitive(kind, value)
        case CompositeType(fields=fields):
            return _of_fields(place, name, fields, value, place.path)
        case TupleType(items=items):
            return _of_fields(place, name, tuple(Field(None, item) for item in items), value, place.path, wraps=False)
        case SequenceType(item=item):
            return _of_items(registry, place, item, None)
        case ArrayType(length=length, item=item):
            return _of_items(registry, place, item, length)
        case CompactType():
            return _of_compact(registry, place.type_id, value)
        case BitSequenceType():
            if not isinstance(value, BitSequence):
                return "is not a BitSequence"
            return f"has more than {MAX_BITS} bits" if len(value.bits) > MAX_BITS else []
        case VariantType():
            return _of_variant(registry, place, name)
    return []


def _of_primitive(kind: PrimitiveKind, value: Any) -> list[_Place] | str:
    match kind:
        case PrimitiveKind.BOOL:
            return [] if isinstance(value, bool) else "is not a bool"
        case PrimitiveKind.STR:
            if not isinstance(value, str):
                return "is not a str"
            return [] if _has_utf8(value) else "has no UTF-8"
    name = kind.name.lower()
    if not isinstance(value, int) or isinstance(value, bool):
        return "is not an int"
    bits = int(name[1:])
    low = -(1 << bits - 1) if name[0] == "i" else 0
    return [] if low <= value < low + (1 << bits) else f"does not fit {name}"


def _has_utf8(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _of_compact(registry: Registry, type_id: int, value: Any) -> list[_Place] | str:
    match registry.definition(compacted(registry, type_id)):
        case PrimitiveType(kind=kind):
            return _of_primitive(kind, value)
    return [] if value is None else "is not None"


def _of_fields(
    place: _Place, name: str, fields: tuple[Field, ...], value: Any, path: str, wraps: bool = True
) -> list[_Place] | str:
    if not fields:
        return [] if value is None else "is not None"
    if fields[0].name is None:
        if wraps and len(fields) == 1:
            return [_Place(path, fields[0].type_id, value, place.returns)]
        if not isinstance(value, list | tuple):
            return "is neither a list nor a tuple"
        if len(value) != len(fields):
            return f"has length {len(value)}, not {len(fields)}"
        return [
            _Place(f"{path}[{number}]", field.type_id, each, place.returns)
            for number, (field, each) in enumerate(zip(fields, value, strict=True))
        ]
    if not isinstance(value, Mapping):
        return "is not a dict"
    known = [str(field.name) for field in fields]
    missing, odd = [field for field in known if field not in value], [key for key in value if key not in known]
    if missing or odd:
        return f"is no {name}: it has {f'no {missing[0]}' if missing else f'{shortened(odd[0])} besides'}"
    return [_Place(f"{path}.{field.name}", field.type_id, value[field.name], place.returns) for field in fields]


def _of_items(registry: Registry, place: _Place, item: int, length: int | None) -> list[_Place] | str:
    value = place.value
    if registry.definition(item) == BYTE:
        try:
            value = octets(value)
        except (ValueError, TypeError):
            return "is neither bytes nor hex after 0x"
        return [] if length is None or len(value) == length else f"has length {len(value)}, not {length}"
    if not isinstance(value, list | tuple):
        return "is neither a list nor a tuple"
    if length is not None and len(value) != length:
        return f"has length {len(value)}, not {length}"
    if length is None and not registry.measures.sizes[item] and len(value) > MAX_EMPTY_ITEMS:
        return f"has length {len(value)}, more than {MAX_EMPTY_ITEMS}"
    return [_Place(f"{place.path}[{number}]", item, each, place.returns) for number, each in enumerate(value)]


def _of_variant(registry: Registry, place: _Place, name: str) -> list[_Place] | str:
    value = place.value
    if isinstance(value, dict):
        if len(value) != 1:
            return f"is no {name}: it has {len(value)} names, not one"
        [(chosen, inner)] = value.items()
    else:
        chosen, inner = value, None
    case = next((case for case in registry.variants(place.type_id) if case.name == chosen), None)
    if case is None:
        return f"is no {name}"
    if not isinstance(value, dict) and case.fields:
        return f"is no {name}: {chosen} has fields"
    found = _of_fields(place, f"{name}::{case.name}", case.fields, inner, f"{place.path}.{case.name}")
    return f"is no {name}: what {case.name} holds {found}" if isinstance(found, str) else found
