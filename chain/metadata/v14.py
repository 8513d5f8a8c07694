"""Metadata V14: the pallets and the extrinsic, by the numbers of the types that they use.

Source: frame_metadata::v14, in the order of the wire.
"""

from __future__ import annotations

import enum

from chain.metadata.portable import PortableType, TypeId
from chain.primitives import U8, Enumeration
from chain.record import record


class StorageModifier(enum.Enum):
    """What a query gives where nothing is stored."""

    OPTIONAL = 0
    """None."""
    DEFAULT = 1
    """The entry's default."""


class StorageHasher(enum.Enum):
    """How one key of a map becomes part of the storage key."""

    BLAKE2_128 = 0
    BLAKE2_256 = 1
    BLAKE2_128_CONCAT = 2
    TWOX_128 = 3
    TWOX_256 = 4
    TWOX_64_CONCAT = 5
    IDENTITY = 6


class StorageEntryType(Enumeration):
    """Whether an entry is one value or a map."""


class PlainEntry(StorageEntryType, index=0):
    """One value."""

    value: TypeId


class MapEntry(StorageEntryType, index=1):
    """A value for each key; of several hashers, `key` is the tuple that they apply to."""

    hashers: tuple[StorageHasher, ...]
    key: TypeId
    value: TypeId


@record
class StorageEntryV14:
    """A storage item of a pallet."""

    name: str
    modifier: StorageModifier
    entry_type: StorageEntryType
    default: bytes
    """The encoding of the value that an absent one stands for."""
    docs: tuple[str, ...] = ()


@record
class PalletStorageV14:
    """The storage items of a pallet, and the name that their keys begin with."""

    prefix: str
    entries: tuple[StorageEntryV14, ...]


@record
class PalletConstantV14:
    """A constant of a pallet."""

    name: str
    type_id: TypeId
    value: bytes
    """The encoded value."""
    docs: tuple[str, ...] = ()


@record
class PalletV14:
    """A pallet; its calls, events and errors are variant types."""

    name: str
    storage: PalletStorageV14 | None
    calls: TypeId | None
    event: TypeId | None
    constants: tuple[PalletConstantV14, ...]
    error: TypeId | None
    index: U8


@record
class SignedExtension:
    """A transaction extension: what it puts into the extrinsic, and what it adds to the payload that is signed."""

    identifier: str
    type_id: TypeId
    additional_signed: TypeId


@record
class ExtrinsicV14:
    """The extrinsic: a type whose parameters are Address, Call, Signature and Extra."""

    type_id: TypeId
    version: U8
    extensions: tuple[SignedExtension, ...]


@record
class MetadataV14:
    """The whole."""

    types: tuple[PortableType, ...]
    pallets: tuple[PalletV14, ...]
    extrinsic: ExtrinsicV14
    runtime_type: TypeId
