"""Metadata by structure: types spelled out, so that two registries with other numbers and docs can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chain.metadata import portable
from chain.metadata.v14 import MapEntry, MetadataV14, PalletV14, PlainEntry
from chain.metadata.v15 import MetadataV15, PalletV15

Structure = Any
"""Nested tuples: path, parameters and what the type is made of; without docs and without Rust's spelling of fields."""

AnyMetadata = MetadataV14 | MetadataV15

OUTER = frozenset(
    {
        "RuntimeCall",
        "RuntimeEvent",
        "RuntimeError",
        "RuntimeHoldReason",
        "RuntimeFreezeReason",
        "UncheckedExtrinsic",
    }
)
"""Made of all pallets and extensions, so they differ where runtimes have others: compared by name."""


class Types:
    """The types of one metadata."""

    def __init__(self, metadata: AnyMetadata) -> None:
        self._types = metadata.types

    def of(self, number: int) -> Structure:
        """A type, spelled out."""
        found = self._types[number]
        if found.path and found.path[-1] in OUTER:
            return ("outer", found.path[-1])
        parameters = tuple(
            (each.name, None if each.type_id is None else self.of(each.type_id)) for each in found.parameters
        )
        return (found.path, parameters, self._definition(found.definition))

    def variants(self, number: int | None) -> dict[str, Structure]:
        """The variants of an enum by name: index and fields."""
        definition = None if number is None else self._types[number].definition
        if not isinstance(definition, portable.VariantType):
            return {}
        return {case.name: (case.index, self._fields(case.fields)) for case in definition.cases}

    def head(self, number: int | None) -> Structure:
        """Path and parameters of an enum."""
        return None if number is None else self.of(number)[:2]

    def _definition(self, definition: portable.TypeDef) -> Structure:
        match definition:
            case portable.CompositeType():
                return ("composite", self._fields(definition.fields))
            case portable.VariantType():
                cases = sorted(definition.cases, key=lambda case: case.index)
                return ("variant", tuple((case.name, case.index, self._fields(case.fields)) for case in cases))
            case portable.SequenceType() | portable.CompactType():
                return (type(definition).__name__, self.of(definition.item))
            case portable.ArrayType():
                return ("array", definition.length, self.of(definition.item))
            case portable.TupleType():
                return ("tuple", tuple(self.of(item) for item in definition.items))
            case portable.PrimitiveType():
                return definition.kind.name
        raise TypeError(definition)

    def _fields(self, fields: tuple[portable.Field, ...]) -> Structure:
        return tuple((field.name, self.of(field.type_id)) for field in fields)


def pallet_parts(metadata: AnyMetadata, pallet: PalletV14 | PalletV15) -> Iterator[tuple[str, Structure]]:
    """Everything in a pallet under its place: `Balances.calls.burn`."""
    types, name = Types(metadata), pallet.name
    yield f"{name}.index", pallet.index
    for kind, number in (("calls", pallet.calls), ("events", pallet.event), ("errors", pallet.error)):
        yield f"{name}.{kind}", types.head(number)
        for variant, structure in types.variants(number).items():
            yield f"{name}.{kind}.{variant}", structure
    for constant in pallet.constants:
        yield f"{name}.constants.{constant.name}", (types.of(constant.type_id), constant.value)
    for entry in pallet.storage.entries if pallet.storage else ():
        match entry.entry_type:
            case PlainEntry(value):
                shape: Structure = (types.of(value),)
            case MapEntry(hashers, key, value):
                shape = (hashers, types.of(key), types.of(value))
            case _:
                raise TypeError(entry)
        yield f"{name}.storage.{entry.name}", (entry.modifier, entry.default, *shape)


def differences(ours: Mapping[str, Structure], theirs: Mapping[str, Structure]) -> dict[str, str]:
    """Where two structures differ, and how: missing, more, or the first place inside."""
    found = {}
    for place in sorted(ours.keys() | theirs.keys()):
        if place not in ours:
            found[place] = "missing"
        elif place not in theirs:
            found[place] = "more"
        elif ours[place] != theirs[place]:
            found[place] = "; ".join(_inside(ours[place], theirs[place]))
    return found


def _inside(ours: Structure, theirs: Structure) -> Iterator[str]:
    if isinstance(ours, tuple) and isinstance(theirs, tuple) and len(ours) == len(theirs):
        for mine, other in zip(ours, theirs, strict=True):
            if mine != other:
                yield from _inside(mine, other)
    else:
        yield f"{ours!r} for {theirs!r}"
