"""A description as metadata of version 14, 15 or 16; each with the types that it uses, numbered as they are met."""

from __future__ import annotations

from dataclasses import replace

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
    VariantType,
)
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


class Renumbering:
    """Gives the types that are asked for new numbers, in the order in which they are met, and collects them."""

    def __init__(self, types: tuple[PortableType, ...]) -> None:
        self._types = types
        self._numbers: dict[int, int] = {}
        self._found: list[PortableType | None] = []

    def number(self, old: int) -> int:
        """The new number of a type; what it contains follows it."""
        new = self._numbers.get(old)
        if new is None:
            new = self._numbers[old] = len(self._found)
            self._found.append(None)
            whole = self._types[old]
            parameters = tuple(
                TypeParameter(each.name, None if each.type_id is None else self.number(each.type_id))
                for each in whole.parameters
            )
            self._found[new] = PortableType(new, whole.path, parameters, self._definition(whole.definition), whole.docs)
        return new

    def optional(self, old: int | None) -> int | None:
        """The same for what may be missing."""
        return None if old is None else self.number(old)

    def types(self) -> tuple[PortableType, ...]:
        """The types that were met."""
        return tuple(found for found in self._found if found is not None)

    def _definition(self, definition: TypeDef) -> TypeDef:
        number = self.number
        match definition:
            case CompositeType():
                return CompositeType(self._fields(definition.fields))
            case VariantType():
                return VariantType(tuple(replace(each, fields=self._fields(each.fields)) for each in definition.cases))
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

    def _fields(self, fields: tuple[Field, ...]) -> tuple[Field, ...]:
        return tuple(replace(field, type_id=self.number(field.type_id)) for field in fields)


def metadata_v14(described: Description) -> MetadataV14:
    """V14: pallets and extensions; the types that only runtime APIs use are not among its types."""
    renumbering = Renumbering(described.types)
    number = renumbering.number
    pallets = tuple(_pallet_v14(pallet, renumbering) for pallet in described.pallets)
    extensions = _extensions(described.extrinsic.extensions, renumbering)
    extrinsic = ExtrinsicV14(number(described.whole_extrinsic), described.extrinsic.versions[0], extensions)
    runtime_type = number(described.runtime_type)
    return MetadataV14(renumbering.types(), pallets, extrinsic, runtime_type)


def metadata_v15(described: Description) -> MetadataV15:
    """V15."""
    renumbering = Renumbering(described.types)
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


def metadata_v16(described: Description) -> MetadataV16:
    """V16."""
    renumbering = Renumbering(described.types)
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
        calls=renumbering.optional(_type_of(pallet.calls)),
        event=renumbering.optional(_type_of(pallet.event)),
        constants=tuple(_constant_v14(constant, renumbering) for constant in pallet.constants),
        error=renumbering.optional(_type_of(pallet.error)),
        index=pallet.index,
    )


def _fields_of(
    pallet: PalletV14,
) -> tuple[str, PalletStorageV14 | None, int | None, int | None, tuple[PalletConstantV14, ...], int | None, int]:
    return (pallet.name, pallet.storage, pallet.calls, pallet.event, pallet.constants, pallet.error, pallet.index)


def _type_of(reference: EnumReference | None) -> int | None:
    return None if reference is None else reference.type_id


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
