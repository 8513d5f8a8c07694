"""A description as metadata of version 14, 15 or 16; each with the types that it uses, numbered as they are met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from chain.metadata.portable import PortableType
from chain.metadata.v14 import (
    ExtrinsicV14,
    MapEntry,
    MetadataV14,
    PalletConstantV14,
    PalletStorageV14,
    PalletV14,
    PlainEntry,
    SignedExtension,
    StorageEntryType,
    StorageEntryV14,
)
from chain.metadata.v15 import (
    ExtrinsicV15,
    FunctionParameter,
    MetadataV15,
    OuterEnums,
    PalletV15,
    RuntimeApiMethodV15,
    RuntimeApiV15,
)
from chain.metadata.v16 import (
    EnumReference,
    ExtrinsicV16,
    MetadataV16,
    PalletConstantV16,
    PalletStorageV16,
    PalletV16,
    RuntimeApiMethodV16,
    RuntimeApiV16,
    TransactionExtension,
)
from runtime.metadata.description import Description
from runtime.metadata.renumber import renumbered

M = TypeVar("M")


class Reached:
    """Collects the types that a version asks for, and what they contain, in the order in which they are met."""

    def __init__(self, contents: Sequence[Sequence[int]]) -> None:
        """`contents` are the numbers of the types that each type refers to."""
        self._contents = contents
        self.order: dict[int, None] = {}

    def number(self, old: int) -> int:
        """The same number; the type is noted."""
        if old not in self.order:
            self.order[old] = None
            for contained in self._contents[old]:
                self.number(contained)
        return old

    def types(self) -> tuple[PortableType, ...]:
        """None: they have no new numbers yet."""
        return ()


class Numbering:
    """New numbers for some of the types, in the order given."""

    def __init__(self, types: tuple[PortableType, ...], order: Sequence[int]) -> None:
        self._types, self._order = types, order
        self._numbers = {old: new for new, old in enumerate(order)}

    def number(self, old: int) -> int:
        """The new number."""
        return self._numbers[old]

    def types(self) -> tuple[PortableType, ...]:
        """The types under their new numbers."""
        return tuple(renumbered(self._types[old], self.number) for old in self._order)


Renumbering = Reached | Numbering


def metadata_v14(described: Description) -> MetadataV14:
    """V14: pallets and extensions; the types that only runtime APIs use are not among its types."""
    return _cut(described, _v14)


def metadata_v15(described: Description) -> MetadataV15:
    """V15."""
    return _cut(described, _v15)


def metadata_v16(described: Description) -> MetadataV16:
    """V16."""
    return _cut(described, _v16)


def _cut(described: Description, build: Callable[[Description, Renumbering], M]) -> M:
    """Build with the types that the version uses, in the order that V16 has them in.

    All versions have their common types in one order, and so one digest (RFC 78).
    """
    used = everything = Reached(described.contents)
    build(described, used)
    if build is not _v16:
        everything = Reached(described.contents)
        _v16(described, everything)
    common = [old for old in everything.order if old in used.order]
    older = [old for old in used.order if old not in everything.order]
    return build(described, Numbering(described.types, common + older))


def _v14(described: Description, renumbering: Renumbering) -> MetadataV14:
    number = renumbering.number
    pallets = tuple(_pallet_v14(pallet, renumbering) for pallet in described.pallets)
    extensions = _extensions(described.extrinsic.extensions, renumbering)
    extrinsic = ExtrinsicV14(number(described.whole_extrinsic), described.extrinsic.versions[0], extensions)
    runtime_type = number(described.runtime_type)
    return MetadataV14(renumbering.types(), pallets, extrinsic, runtime_type)


def _v15(described: Description, renumbering: Renumbering) -> MetadataV15:
    number, extrinsic = renumbering.number, described.extrinsic
    pallets = tuple(
        PalletV15(*_fields_of(_pallet_v14(pallet, renumbering)), pallet.docs) for pallet in described.pallets
    )
    described_extrinsic = ExtrinsicV15(
        version=extrinsic.versions[0],
        address=number(extrinsic.address),
        call=number(extrinsic.call),
        signature=number(extrinsic.signature),
        extra=number(described.extra),
        extensions=_extensions(extrinsic.extensions, renumbering),
    )
    number(described.whole_extrinsic)  # clients look for it among the types, also where no API names it
    runtime_type = number(described.runtime_type)
    apis = tuple(_api_v15(api, renumbering) for api in described.apis)
    outer = _outer(described.outer_enums, renumbering)
    return MetadataV15(renumbering.types(), pallets, described_extrinsic, runtime_type, apis, outer, {})


def _v16(described: Description, renumbering: Renumbering) -> MetadataV16:
    number, extrinsic = renumbering.number, described.extrinsic
    pallets = tuple(_pallet_v16(pallet, renumbering) for pallet in described.pallets)
    described_extrinsic = ExtrinsicV16(
        versions=extrinsic.versions,
        address=number(extrinsic.address),
        call=number(extrinsic.call),
        signature=number(extrinsic.signature),
        extensions_by_version=extrinsic.extensions_by_version,
        extensions=tuple(
            TransactionExtension(each.identifier, number(each.type_id), number(each.implicit))
            for each in extrinsic.extensions
        ),
    )
    number(described.whole_extrinsic)
    apis = tuple(
        replace(api, methods=tuple(_method_v16(method, renumbering) for method in api.methods))
        for api in described.apis
    )
    outer = _outer(described.outer_enums, renumbering)
    return MetadataV16(renumbering.types(), pallets, described_extrinsic, apis, outer, {})


# Parts


def _pallet_v14(pallet: PalletV16, renumbering: Renumbering) -> PalletV14:
    return PalletV14(
        name=pallet.name,
        storage=None if pallet.storage is None else _storage_v14(pallet.storage, renumbering),
        calls=_enum(pallet.calls, renumbering),
        event=_enum(pallet.event, renumbering),
        constants=tuple(_constant_v14(constant, renumbering) for constant in pallet.constants),
        error=_enum(pallet.error, renumbering),
        index=pallet.index,
    )


def _fields_of(
    pallet: PalletV14,
) -> tuple[str, PalletStorageV14 | None, int | None, int | None, tuple[PalletConstantV14, ...], int | None, int]:
    return (pallet.name, pallet.storage, pallet.calls, pallet.event, pallet.constants, pallet.error, pallet.index)


def _enum(reference: EnumReference | None, renumbering: Renumbering) -> int | None:
    return None if reference is None else renumbering.number(reference.type_id)


def _storage_v14(storage: PalletStorageV16, renumbering: Renumbering) -> PalletStorageV14:
    return PalletStorageV14(
        storage.prefix,
        tuple(
            StorageEntryV14(
                each.name, each.modifier, _entry_type(each.entry_type, renumbering), each.default, each.docs
            )
            for each in storage.entries
        ),
    )


def _entry_type(entry: StorageEntryType, renumbering: Renumbering) -> StorageEntryType:
    if isinstance(entry, MapEntry):
        return MapEntry(entry.hashers, renumbering.number(entry.key), renumbering.number(entry.value))
    if isinstance(entry, PlainEntry):
        return PlainEntry(renumbering.number(entry.value))
    raise TypeError(f"{entry!r} is no storage entry type")


def _constant_v14(constant: PalletConstantV16, renumbering: Renumbering) -> PalletConstantV14:
    return PalletConstantV14(constant.name, renumbering.number(constant.type_id), constant.value, constant.docs)


def _extensions(extensions: tuple[TransactionExtension, ...], renumbering: Renumbering) -> tuple[SignedExtension, ...]:
    return tuple(
        SignedExtension(each.identifier, renumbering.number(each.type_id), renumbering.number(each.implicit))
        for each in extensions
    )


def _outer(enums: OuterEnums, renumbering: Renumbering) -> OuterEnums:
    return OuterEnums(renumbering.number(enums.call), renumbering.number(enums.event), renumbering.number(enums.error))


def _api_v15(api: RuntimeApiV16, renumbering: Renumbering) -> RuntimeApiV15:
    methods = tuple(
        RuntimeApiMethodV15(
            method.name, _inputs(method.inputs, renumbering), renumbering.number(method.output), method.docs
        )
        for method in api.methods
    )
    return RuntimeApiV15(api.name, methods, api.docs)


def _inputs(inputs: tuple[FunctionParameter, ...], renumbering: Renumbering) -> tuple[FunctionParameter, ...]:
    return tuple(FunctionParameter(each.name, renumbering.number(each.type_id)) for each in inputs)


def _method_v16(method: RuntimeApiMethodV16, renumbering: Renumbering) -> RuntimeApiMethodV16:
    inputs = _inputs(method.inputs, renumbering)
    return replace(method, inputs=inputs, output=renumbering.number(method.output))


def _pallet_v16(pallet: PalletV16, renumbering: Renumbering) -> PalletV16:
    number = renumbering.number
    return replace(
        pallet,
        storage=None if pallet.storage is None else _storage_v16(pallet.storage, renumbering),
        calls=_enum_v16(pallet.calls, renumbering),
        event=_enum_v16(pallet.event, renumbering),
        constants=tuple(replace(each, type_id=number(each.type_id)) for each in pallet.constants),
        error=_enum_v16(pallet.error, renumbering),
        associated_types=tuple(replace(each, type_id=number(each.type_id)) for each in pallet.associated_types),
        view_functions=tuple(
            replace(each, inputs=_inputs(each.inputs, renumbering), output=number(each.output))
            for each in pallet.view_functions
        ),
    )


def _storage_v16(storage: PalletStorageV16, renumbering: Renumbering) -> PalletStorageV16:
    entries = tuple(replace(each, entry_type=_entry_type(each.entry_type, renumbering)) for each in storage.entries)
    return PalletStorageV16(storage.prefix, entries)


def _enum_v16(reference: EnumReference | None, renumbering: Renumbering) -> EnumReference | None:
    return None if reference is None else replace(reference, type_id=renumbering.number(reference.type_id))
