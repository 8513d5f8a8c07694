"""Metadata V16: V15 and the associated types, view functions, extension sets by version, what is deprecated.

Source: frame_metadata::v16 as stabilised, in the order of the wire.
"""

from __future__ import annotations

from chain.metadata.portable import PortableType, TypeId
from chain.metadata.v14 import StorageEntryType, StorageModifier
from chain.metadata.v15 import CustomValue, FunctionParameter, OuterEnums
from chain.primitives import U8, U32, Bytes32, Compact, Enumeration
from chain.record import record


class ItemDeprecation(Enumeration):
    """Whether an item should no longer be used."""


class NotDeprecated(ItemDeprecation, index=0):
    """It may be used."""


class DeprecatedWithoutNote(ItemDeprecation, index=1):
    """It should not be used."""


class Deprecated(ItemDeprecation, index=2):
    """It should not be used, and why."""

    note: str
    since: str | None


class VariantDeprecation(Enumeration):
    """That a variant of an enum should no longer be used; the indices are those of `ItemDeprecation`."""


class VariantDeprecatedWithoutNote(VariantDeprecation, index=1):
    """It should not be used."""


class VariantDeprecated(VariantDeprecation, index=2):
    """It should not be used, and why."""

    note: str
    since: str | None


@record
class EnumReference:
    """The calls, events or errors of a pallet, and the indices of those that are deprecated."""

    type_id: TypeId
    deprecations: dict[U8, VariantDeprecation]


@record
class StorageEntryV16:
    """A storage item of a pallet."""

    name: str
    modifier: StorageModifier
    entry_type: StorageEntryType
    default: bytes
    """The encoding of the value that an absent one stands for."""
    docs: tuple[str, ...] = ()
    deprecation: ItemDeprecation = NotDeprecated()


@record
class PalletStorageV16:
    """The storage items of a pallet, and the name that their keys begin with."""

    prefix: str
    entries: tuple[StorageEntryV16, ...]


@record
class PalletConstantV16:
    """A constant of a pallet."""

    name: str
    type_id: TypeId
    value: bytes
    """The encoded value."""
    docs: tuple[str, ...] = ()
    deprecation: ItemDeprecation = NotDeprecated()


@record
class AssociatedType:
    """A type that a pallet's configuration names."""

    name: str
    type_id: TypeId
    docs: tuple[str, ...] = ()


@record
class ViewFunction:
    """A question that a pallet answers."""

    query_id: Bytes32
    """What it is called by."""
    name: str
    inputs: tuple[FunctionParameter, ...]
    output: TypeId
    docs: tuple[str, ...] = ()
    deprecation: ItemDeprecation = NotDeprecated()


@record
class PalletV16:
    """A pallet; its calls, events and errors are variant types."""

    name: str
    storage: PalletStorageV16 | None
    calls: EnumReference | None
    event: EnumReference | None
    constants: tuple[PalletConstantV16, ...]
    error: EnumReference | None
    associated_types: tuple[AssociatedType, ...]
    view_functions: tuple[ViewFunction, ...]
    index: U8
    docs: tuple[str, ...] = ()
    deprecation: ItemDeprecation = NotDeprecated()


@record
class TransactionExtension:
    """A transaction extension: what it puts into the extrinsic, and what it adds to the payload that is signed."""

    identifier: str
    type_id: TypeId
    implicit: TypeId


@record
class ExtrinsicV16:
    """The parts of the extrinsic, and which extensions each version of the extension set has."""

    versions: tuple[U8, ...]
    address: TypeId
    call: TypeId
    signature: TypeId
    extensions_by_version: dict[U8, tuple[Compact[U32], ...]]
    """Places in `extensions`, by the version byte of a general extrinsic; signed extrinsics use the set of 0."""
    extensions: tuple[TransactionExtension, ...]


@record
class RuntimeApiMethodV16:
    """A method of a runtime API."""

    name: str
    inputs: tuple[FunctionParameter, ...]
    output: TypeId
    docs: tuple[str, ...] = ()
    deprecation: ItemDeprecation = NotDeprecated()


@record
class RuntimeApiV16:
    """A runtime API."""

    name: str
    methods: tuple[RuntimeApiMethodV16, ...]
    docs: tuple[str, ...]
    version: Compact[U32]
    deprecation: ItemDeprecation = NotDeprecated()


@record
class MetadataV16:
    """The whole; without a runtime type."""

    types: tuple[PortableType, ...]
    pallets: tuple[PalletV16, ...]
    extrinsic: ExtrinsicV16
    apis: tuple[RuntimeApiV16, ...]
    outer_enums: OuterEnums
    custom: dict[str, CustomValue]
