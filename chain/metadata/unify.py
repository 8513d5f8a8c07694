"""From the records of V14, V15 and V16 to the one view of them; every reference to a type is checked on the way."""

from __future__ import annotations

from collections.abc import Sequence

from chain.metadata.envelope import RuntimeMetadata, version_of
from chain.metadata.errors import MetadataError
from chain.metadata.portable import TupleType
from chain.metadata.registry import Registry
from chain.metadata.upgrade import api_upgraded, extrinsic_upgraded, pallet_upgraded
from chain.metadata.v14 import MapEntry, MetadataV14, PlainEntry
from chain.metadata.v15 import MetadataV15
from chain.metadata.v16 import (
    EnumReference,
    ExtrinsicV16,
    MetadataV16,
    PalletConstantV16,
    PalletV16,
    RuntimeApiV16,
    StorageEntryV16,
)
from chain.metadata.view import (
    Constant,
    Extension,
    Extrinsic,
    OuterTypes,
    Pallet,
    RuntimeApi,
    RuntimeApiMethod,
    StorageItem,
    VariantsOf,
    View,
)


def view_of(metadata: RuntimeMetadata, registry: Registry) -> View:
    """The view of metadata whose types are in the registry; raises MetadataError where its parts do not fit."""
    read = _Unifier(registry)
    pallets = tuple(read.pallet(pallet_upgraded(pallet)) for pallet in metadata.pallets)
    _check_distinct("pallets", [each.name for each in pallets], "name")
    _check_distinct("pallets", [each.index for each in pallets], "index")
    extrinsic = read.extrinsic(metadata)
    apis = () if isinstance(metadata, MetadataV14) else metadata.apis
    return View(
        version=version_of(metadata),
        pallets=pallets,
        extrinsic=extrinsic,
        apis=tuple(read.api(api_upgraded(api), version_of(metadata)) for api in apis),
        outer=read.outer(metadata, extrinsic),
        custom={} if isinstance(metadata, MetadataV14) else metadata.custom,
        runtime_type=None if isinstance(metadata, MetadataV16) else read.runtime_type(metadata.runtime_type),
    )


def _check_distinct(what: str, values: Sequence[str | int], kind: str) -> None:
    if len(set(values)) < len(values):
        raise MetadataError(what, f"two of them have the same {kind}")


class _Unifier:
    """Reads parts of metadata in the records of V16."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def pallet(self, pallet: PalletV16) -> Pallet:
        """The view of a pallet."""
        name, storage = pallet.name, pallet.storage
        entries = storage.entries if storage else ()
        _check_distinct(f"the storage of {name}", [each.name for each in entries], "name")
        for each in pallet.associated_types:
            self._checked(each.type_id, f"{name}::{each.name}")
        for function in pallet.view_functions:
            for type_id in (function.output, *(each.type_id for each in function.inputs)):
                self._checked(type_id, f"{name}::{function.name}")
        return Pallet(
            name=name,
            index=pallet.index,
            docs=pallet.docs,
            calls=self._variants(pallet.calls, f"the calls of {name}"),
            events=self._variants(pallet.event, f"the events of {name}"),
            errors=self._variants(pallet.error, f"the errors of {name}"),
            storage=tuple(self._item(name, storage.prefix if storage else "", entry) for entry in entries),
            storage_prefix=storage.prefix if storage else None,
            constants=tuple(self._constant(name, constant) for constant in pallet.constants),
            associated_types=pallet.associated_types,
            view_functions=pallet.view_functions,
            deprecation=pallet.deprecation,
        )

    def extrinsic(self, metadata: RuntimeMetadata) -> Extrinsic:
        """The view of the extrinsic."""
        v14 = metadata.extrinsic if isinstance(metadata, MetadataV14) else None
        if v14:
            self._checked(v14.type_id, "the extrinsic")
        upgraded = extrinsic_upgraded(metadata.extrinsic, self._registry)
        extensions = tuple(
            Extension(
                each.identifier,
                self._checked(each.type_id, f"extension {each.identifier}"),
                self._checked(each.implicit, f"extension {each.identifier}"),
            )
            for each in upgraded.extensions
        )
        _check_distinct("extensions", [each.identifier for each in extensions], "identifier")
        return Extrinsic(
            versions=upgraded.versions,
            address=self._checked(upgraded.address, "the extrinsic's address"),
            call=self._checked(upgraded.call, "the extrinsic's call"),
            signature=self._checked(upgraded.signature, "the extrinsic's signature"),
            extra=self._extra(metadata),
            extensions=extensions,
            extension_sets=_sets(upgraded, extensions),
            type_id=v14.type_id if v14 else None,
        )

    def _extra(self, metadata: RuntimeMetadata) -> int | None:
        if isinstance(metadata, MetadataV14):
            return self._registry.parameter(metadata.extrinsic.type_id, "Extra")
        if isinstance(metadata, MetadataV15):
            return self._checked(metadata.extrinsic.extra, "the extrinsic's extra")
        return None

    def api(self, api: RuntimeApiV16, version: int) -> RuntimeApi:
        """The view of a runtime API of metadata of that version."""
        for method in api.methods:
            for type_id in (method.output, *(each.type_id for each in method.inputs)):
                self._checked(type_id, f"{api.name}_{method.name}")
        return RuntimeApi(
            name=api.name,
            version=api.version if version >= 16 else None,
            methods=tuple(
                RuntimeApiMethod(
                    name=each.name,
                    inputs=each.inputs,
                    output=each.output,
                    docs=each.docs,
                    deprecation=each.deprecation,
                )
                for each in api.methods
            ),
            docs=api.docs,
            deprecation=api.deprecation,
        )

    def outer(self, metadata: RuntimeMetadata, extrinsic: Extrinsic) -> OuterTypes:
        """The outer enums; in V14, those that are found."""
        if isinstance(metadata, MetadataV14):
            named = {name: self._registry.named(name) for name in ("RuntimeError", "EventRecord")}
            records = [self._registry.parameter(type_id, "E") for type_id in named["EventRecord"]]
            return OuterTypes(
                call=extrinsic.call,
                event=next((each for each in records if each is not None), None),
                error=next(iter(named["RuntimeError"]), None),
            )
        outer = metadata.outer_enums
        return OuterTypes(
            call=self._checked(outer.call, "the outer call"),
            event=self._checked(outer.event, "the outer event"),
            error=self._checked(outer.error, "the outer error"),
        )

    def runtime_type(self, type_id: int) -> int:
        """The type of the runtime itself."""
        return self._checked(type_id, "the runtime")

    def _variants(self, reference: EnumReference | None, what: str) -> VariantsOf | None:
        if reference is None:
            return None
        variants = self._registry.variants(self._checked(reference.type_id, what))
        return VariantsOf(reference.type_id, variants, reference.deprecations)

    def _item(self, pallet: str, prefix: str, entry: StorageEntryV16) -> StorageItem:
        what = f"storage item {pallet}.{entry.name}"
        kind = entry.entry_type
        key_type, key_types = None, tuple[int, ...]()
        if isinstance(kind, MapEntry):
            key_type = self._checked(kind.key, what)
            key_types = self._key_types(kind, what)
        if not isinstance(kind, MapEntry | PlainEntry):
            raise MetadataError(what, "it is neither a value nor a map")
        return StorageItem(
            pallet=pallet,
            prefix=prefix,
            name=entry.name,
            modifier=entry.modifier,
            hashers=kind.hashers if isinstance(kind, MapEntry) else (),
            key_types=key_types,
            key_type=key_type,
            value_type=self._checked(kind.value, what),
            default=entry.default,
            docs=entry.docs,
            deprecation=entry.deprecation,
        )

    def _key_types(self, kind: MapEntry, what: str) -> tuple[int, ...]:
        """The type of the key that each hasher applies to: of one hasher, the whole key also where it is a tuple."""
        if len(kind.hashers) == 1:
            return (kind.key,)
        definition = self._registry.definition(kind.key)
        if not isinstance(definition, TupleType) or len(definition.items) != len(kind.hashers):
            raise MetadataError(what, f"its key {self._registry.name(kind.key)} has no part for each hasher")
        return definition.items

    def _constant(self, pallet: str, constant: PalletConstantV16) -> Constant:
        return Constant(
            pallet=pallet,
            name=constant.name,
            type_id=self._checked(constant.type_id, f"constant {pallet}.{constant.name}"),
            value=constant.value,
            docs=constant.docs,
            deprecation=constant.deprecation,
        )

    def _checked(self, type_id: int, what: str) -> int:
        """The type's number; raises MetadataError where there is no such type."""
        if type_id >= len(self._registry):
            raise MetadataError(what, f"it refers to type {type_id}, and there are {len(self._registry)}")
        return type_id


def _sets(extrinsic: ExtrinsicV16, extensions: tuple[Extension, ...]) -> dict[int, tuple[Extension, ...]]:
    """The extensions of each set."""
    sets = {}
    for version, places in extrinsic.extensions_by_version.items():
        if any(place >= len(extensions) for place in places):
            raise MetadataError(f"extension set {version}", f"it names one that is not among the {len(extensions)}")
        sets[version] = tuple(extensions[place] for place in places)
    return sets
