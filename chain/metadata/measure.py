"""What a walk over types must know beforehand: where they lead back to themselves, and how little a value can take."""

from __future__ import annotations

from typing import Final

from chain.metadata.portable import (
    ArrayType,
    BitSequenceType,
    CompactType,
    CompositeType,
    PortableType,
    PrimitiveKind,
    PrimitiveType,
    SequenceType,
    TupleType,
    TypeDef,
    VariantType,
)
from chain.record import record

CEILING: Final = 2**40
"""Sizes stop growing here: arrays of arrays would make them as long as the metadata."""

PRIMITIVE_SIZES: Final[dict[PrimitiveKind, int]] = {
    kind: 1 if kind.name == "BOOL" else 4 if kind.name == "CHAR" else int(kind.name[1:]) // 8
    for kind in PrimitiveKind
    if kind is not PrimitiveKind.STR
}


@record
class Measures:
    """Of each type, by number."""

    sizes: tuple[int, ...]
    """A number of bytes that no value takes less than; 0 just for those whose values take none."""
    parts: tuple[int, ...]
    """Parts that a value without bytes has, itself counted; 1 for the others."""
    returns: frozenset[int]
    """Types that others inside them lead back to; each cycle passes through one."""


def inner_types(definition: TypeDef) -> list[int]:
    """The types that stand directly inside."""
    match definition:
        case CompositeType(fields=fields):
            return [field.type_id for field in fields]
        case VariantType(cases=cases):
            return [field.type_id for case in cases for field in case.fields]
        case SequenceType(item=item) | ArrayType(item=item) | CompactType(item=item):
            return [item]
        case TupleType(items=items):
            return list(items)
        case BitSequenceType(store=store, order=order):
            return [store, order]
    return []


def measured(types: tuple[PortableType, ...]) -> Measures:
    """The measures, by one walk that depth does not matter to."""
    sizes, parts = [1] * len(types), [1] * len(types)
    returns = set[int]()
    fresh, open_, done = 0, 1, 2
    state = [fresh] * len(types)
    for root in range(len(types)):
        if state[root] != fresh:
            continue
        state[root] = open_
        path = [(root, iter(inner_types(types[root].definition)))]
        while path:
            type_id, remaining = path[-1]
            inner = next(remaining, None)
            if inner is None:
                definition = types[type_id].definition
                sizes[type_id] = min(_size(definition, sizes), CEILING)
                parts[type_id] = 1 if sizes[type_id] else min(_parts(definition, parts), CEILING)
                state[type_id] = done
                path.pop()
            elif state[inner] == fresh:
                state[inner] = open_
                path.append((inner, iter(inner_types(types[inner].definition))))
            elif state[inner] == open_:
                returns.add(inner)
    return Measures(tuple(sizes), tuple(parts), frozenset(returns))


def _size(definition: TypeDef, sizes: list[int]) -> int:
    match definition:
        case PrimitiveType(kind=kind):
            return PRIMITIVE_SIZES.get(kind, 1)
        case ArrayType(length=length, item=item):
            return length * sizes[item]
        case CompactType(item=item):
            return min(sizes[item], 1)
        case CompositeType() | TupleType():
            return sum(sizes[inner] for inner in inner_types(definition))
    return 1


def _parts(definition: TypeDef, parts: list[int]) -> int:
    if isinstance(definition, ArrayType):
        return 1 + definition.length * parts[definition.item]
    return 1 + sum(parts[inner] for inner in inner_types(definition))
