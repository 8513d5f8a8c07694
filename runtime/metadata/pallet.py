"""What metadata says of one pallet: its storage, calls, events, errors, constants and types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from chain.crypto.hashing import Hasher
from chain.metadata import portable
from chain.metadata.v14 import MapEntry, PlainEntry, StorageEntryType, StorageHasher, StorageModifier
from chain.metadata.v15 import FunctionParameter
from chain.metadata.v16 import (
    AssociatedType,
    Deprecated,
    DeprecatedWithoutNote,
    EnumReference,
    ItemDeprecation,
    NotDeprecated,
    PalletConstantV16,
    PalletStorageV16,
    PalletV16,
    StorageEntryV16,
    VariantDeprecated,
    VariantDeprecatedWithoutNote,
    VariantDeprecation,
    ViewFunction,
)
from chain.primitives import U32
from chain.scale import DeclarationError, Scope, codec_of, shape_of
from chain.scale import shapes as scale
from pallets.frame.call import CallTarget
from pallets.frame.constants import constants_of
from pallets.frame.declaration import StorageDeclaration, require_types
from pallets.frame.pallet import Pallet
from pallets.frame.pallet_layout import hasher_of
from pallets.frame.source_text import parameter_annotations
from pallets.frame.storage import CountedStorageMap
from runtime.metadata.associated_types import associated_types_of
from runtime.metadata.registry import TypeRegistry
from runtime.metadata.rust_names import crate_of, outer_parameters, rust_annotation, rust_identifier
from runtime.metadata.source_docs import class_docs, constant_docs, field_docs, lines, module_docs

HASHERS: Final[Mapping[Hasher, StorageHasher]] = {
    Hasher.BLAKE2_128: StorageHasher.BLAKE2_128,
    Hasher.BLAKE2_256: StorageHasher.BLAKE2_256,
    Hasher.BLAKE2_128_CONCAT: StorageHasher.BLAKE2_128_CONCAT,
    Hasher.TWOX_128: StorageHasher.TWOX_128,
    Hasher.TWOX_256: StorageHasher.TWOX_256,
    Hasher.TWOX_64_CONCAT: StorageHasher.TWOX_64_CONCAT,
    Hasher.IDENTITY: StorageHasher.IDENTITY,
}

COUNTER_DOCS: Final = ("Counter for the related counted storage map",)


def describe_pallet(pallet: Pallet[Any], registry: TypeRegistry) -> PalletV16:
    """All that metadata says of the pallet; its types go into the registry.

    Raises DeclarationMistakes where a type has no codec.
    """
    try:
        return _described(pallet, registry)
    except DeclarationError:
        require_types(type(pallet))  # says which, and where it is written
        raise


def _described(pallet: Pallet[Any], registry: TypeRegistry) -> PalletV16:
    kind = type(pallet)
    return PalletV16(
        name=pallet.name,
        storage=_storage(pallet, registry),
        calls=_calls(pallet, registry),
        event=_events(pallet, registry),
        constants=tuple(_constants(pallet, registry)),
        error=_errors(pallet, registry),
        associated_types=tuple(
            AssociatedType(name, registry.number(hint, pallet.layout.scope), docs)
            for name, hint, docs in associated_types_of(kind)
        ),
        view_functions=tuple(_view_functions(pallet, registry)),
        index=pallet.index,
        docs=class_docs(kind) or module_docs(kind),
        deprecation=deprecation_of(kind),
    )


# Storage


def _storage(pallet: Pallet[Any], registry: TypeRegistry) -> PalletStorageV16 | None:
    docs = field_docs(type(pallet))
    entries: list[StorageEntryV16] = []
    for declared in pallet.layout.declaration.storage:
        entries.append(
            StorageEntryV16(
                name=declared.name,
                modifier=StorageModifier.OPTIONAL if _may_be_absent(declared) else StorageModifier.DEFAULT,
                entry_type=_entry_type(declared, pallet.layout.scope, registry),
                default=_default(declared, pallet.layout.scope),
                docs=docs.get(declared.attribute, ()),
                deprecation=_noted(declared.options.deprecated),
            )
        )
        if issubclass(declared.item_class, CountedStorageMap):
            counter = PlainEntry(registry.number(U32))
            name = f"CounterFor{declared.name}"
            entries.append(StorageEntryV16(name, StorageModifier.DEFAULT, counter, bytes(4), COUNTER_DOCS))
    return PalletStorageV16(pallet.name, tuple(entries)) if entries else None


def _may_be_absent(declared: StorageDeclaration) -> bool:
    """OptionQuery and ResultQuery."""
    return declared.optional or declared.options.missing is not None


def _default(declared: StorageDeclaration, scope: Scope) -> bytes:
    """Not taken from the item's layout: that would generate a decoder for each item, which is of no use here."""
    if _may_be_absent(declared):
        return b"\0"
    value = codec_of(declared.value, scope)
    return value.encode(declared.options.default if declared.options.has_default else value.default())


def _entry_type(declared: StorageDeclaration, scope: Scope, registry: TypeRegistry) -> StorageEntryType:
    value = registry.number(declared.value, scope)
    if not declared.keys:
        return PlainEntry(value)
    keys = tuple(registry.number(key, scope) for key in declared.keys)
    key = keys[0] if len(keys) == 1 else registry.add(portable.TupleType(keys))
    return MapEntry(tuple(HASHERS[hasher_of(each)] for each in declared.keys), key, value)


# Calls, events, errors: enums that every pallet may have


def _calls(pallet: Pallet[Any], registry: TypeRegistry) -> EnumReference | None:
    targets = sorted(pallet.call_targets.values(), key=lambda target: target.index)
    if not targets:
        return None
    cases = tuple(_call(target, pallet, registry) for target in targets)
    deprecated = {target.index: target.definition.method for target in targets}
    docs = (f"The calls of the {pallet.name} pallet.",)
    return EnumReference(_enum(pallet, registry, "Call", cases, docs), _deprecations(deprecated))


def _call(target: CallTarget, pallet: Pallet[Any], registry: TypeRegistry) -> portable.Variant:
    definition = target.definition
    annotations = parameter_annotations(definition.method)
    fields = []
    for name, hint in definition.parameters:
        type_name = rust_annotation(annotations.get(name, ""))
        number = registry.number(hint, pallet.layout.scope)
        fields.append(portable.Field(rust_identifier(name), number, type_name))
    return portable.Variant(rust_identifier(target.name), tuple(fields), target.index, lines(definition.docs))


def _events(pallet: Pallet[Any], registry: TypeRegistry) -> EnumReference | None:
    enum = pallet.layout.declaration.event
    if enum is None or not enum.variants:
        return None
    shape = shape_of(enum, registry.scope(pallet.layout.scope))
    if not isinstance(shape, scale.Variants):
        raise TypeError(f"the events of {pallet.name} are no enum")
    number = _enum(pallet, registry, "Event", registry.cases(shape), class_docs(enum))
    return EnumReference(number, _deprecations(enum.variants))


def _errors(pallet: Pallet[Any], registry: TypeRegistry) -> EnumReference | None:
    enum = pallet.layout.declaration.error
    if enum is None or not enum.errors:
        return None
    cases = tuple(
        portable.Variant(rust_identifier(error.__name__), (), index, class_docs(error))
        for index, error in sorted(enum.errors.items())
    )
    return EnumReference(_enum(pallet, registry, "Error", cases, class_docs(enum)), _deprecations(enum.errors))


def _enum(
    pallet: Pallet[Any],
    registry: TypeRegistry,
    name: str,
    cases: tuple[portable.Variant, ...],
    docs: tuple[str, ...],
) -> int:
    crate = crate_of(type(pallet))
    parameters = [portable.TypeParameter(parameter, None) for parameter, _ in outer_parameters(crate, name)]
    return registry.add(portable.VariantType(cases), (crate, "pallet", name), parameters, docs)


# Constants


def _constants(pallet: Pallet[Any], registry: TypeRegistry) -> Iterable[PalletConstantV16]:
    kind, scope = type(pallet.config), pallet.layout.scope
    docs = constant_docs(kind)
    for declared in constants_of(kind):
        value = codec_of(declared.hint, scope).encode(getattr(pallet.config, declared.field))
        number = registry.number(declared.hint, scope)
        note = _noted(declared.deprecated)
        yield PalletConstantV16(declared.name, number, value, docs.get(declared.field, ()), note)


# View functions


def _view_functions(pallet: Pallet[Any], registry: TypeRegistry) -> Iterable[ViewFunction]:
    scope = pallet.layout.scope
    for view in pallet.layout.declaration.view_functions:
        yield ViewFunction(
            query_id=view.identifier(pallet.name),
            name=rust_identifier(view.name),
            inputs=tuple(
                FunctionParameter(rust_identifier(name), registry.number(hint, scope)) for name, hint in view.parameters
            ),
            output=registry.number(view.result, scope),
            docs=lines(view.docs),
            deprecation=deprecation_of(getattr(type(pallet), view.name)),
        )


# Deprecation, as `@deprecated` of PEP 702, `item(deprecated=…)` and `DeprecatedConstant` mark it


def deprecation_of(marked: object) -> ItemDeprecation:
    """Whether a class or function is marked as deprecated, and with which note."""
    return _noted(_note(marked))


def _noted(note: str | None) -> ItemDeprecation:
    """Deprecated with a note, which may be empty; None stands for what is in use."""
    if note is None:
        return NotDeprecated()
    return Deprecated(note, None) if note else DeprecatedWithoutNote()


def _deprecations(marked: Mapping[int, object]) -> dict[int, VariantDeprecation]:
    notes = {index: note for index, each in sorted(marked.items()) if (note := _note(each)) is not None}
    return {
        index: VariantDeprecated(note, None) if note else VariantDeprecatedWithoutNote()
        for index, note in notes.items()
    }


def _note(marked: object) -> str | None:
    return vars(marked).get("__deprecated__") if hasattr(marked, "__dict__") else None
