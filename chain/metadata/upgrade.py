"""Metadata V14 and V15 in the records of V16, where there is room for all that the older versions say of pallets."""

from __future__ import annotations

from chain.metadata.errors import MetadataError
from chain.metadata.registry import Registry
from chain.metadata.v14 import ExtrinsicV14, PalletConstantV14, PalletStorageV14, PalletV14, SignedExtension
from chain.metadata.v15 import ExtrinsicV15, PalletV15, RuntimeApiV15
from chain.metadata.v16 import (
    EnumReference,
    ExtrinsicV16,
    PalletConstantV16,
    PalletStorageV16,
    PalletV16,
    RuntimeApiMethodV16,
    RuntimeApiV16,
    StorageEntryV16,
    TransactionExtension,
)


def pallet_upgraded(pallet: PalletV14 | PalletV15 | PalletV16) -> PalletV16:
    """The pallet; nothing in it is deprecated."""
    if isinstance(pallet, PalletV16):
        return pallet
    return PalletV16(
        name=pallet.name,
        storage=None if pallet.storage is None else _storage(pallet.storage),
        calls=_reference(pallet.calls),
        event=_reference(pallet.event),
        constants=tuple(_constant(constant) for constant in pallet.constants),
        error=_reference(pallet.error),
        associated_types=(),
        view_functions=(),
        index=pallet.index,
        docs=pallet.docs if isinstance(pallet, PalletV15) else (),
    )


def api_upgraded(api: RuntimeApiV15 | RuntimeApiV16) -> RuntimeApiV16:
    """The runtime API; of version 0 where it has none."""
    if isinstance(api, RuntimeApiV16):
        return api
    methods = tuple(RuntimeApiMethodV16(each.name, each.inputs, each.output, each.docs) for each in api.methods)
    return RuntimeApiV16(api.name, methods, api.docs, 0)


def extrinsic_upgraded(extrinsic: ExtrinsicV14 | ExtrinsicV15 | ExtrinsicV16, registry: Registry) -> ExtrinsicV16:
    """The extrinsic, with one set of extensions; raises MetadataError where a type of V14 lacks a parameter."""
    if isinstance(extrinsic, ExtrinsicV16):
        return extrinsic
    if isinstance(extrinsic, ExtrinsicV15):
        address, call, signature = extrinsic.address, extrinsic.call, extrinsic.signature
    else:
        address, call, signature = (
            _parameter(registry, extrinsic.type_id, name) for name in ("Address", "Call", "Signature")
        )
    extensions = tuple(_extension(each) for each in extrinsic.extensions)
    sets = {0: tuple(range(len(extensions)))}
    return ExtrinsicV16((extrinsic.version,), address, call, signature, sets, extensions)


def _storage(storage: PalletStorageV14) -> PalletStorageV16:
    entries = tuple(
        StorageEntryV16(each.name, each.modifier, each.entry_type, each.default, each.docs) for each in storage.entries
    )
    return PalletStorageV16(storage.prefix, entries)


def _constant(constant: PalletConstantV14) -> PalletConstantV16:
    return PalletConstantV16(constant.name, constant.type_id, constant.value, constant.docs)


def _extension(extension: SignedExtension) -> TransactionExtension:
    return TransactionExtension(extension.identifier, extension.type_id, extension.additional_signed)


def _reference(type_id: int | None) -> EnumReference | None:
    return None if type_id is None else EnumReference(type_id, {})


def _parameter(registry: Registry, type_id: int, name: str) -> int:
    found = registry.parameter(type_id, name)
    if found is None:
        raise MetadataError("the extrinsic", f"its type {type_id} ({registry.name(type_id)}) has no parameter {name}")
    return found
