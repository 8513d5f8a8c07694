"""What a runtime says of itself, the same for all versions of metadata.

What a version does not have is empty or None; what V16 calls deprecated has its note in `deprecation`.
"""

from __future__ import annotations

from chain.metadata.errors import NotInMetadata
from chain.metadata.portable import Variant
from chain.metadata.v14 import StorageHasher, StorageModifier
from chain.metadata.v15 import CustomValue, FunctionParameter
from chain.metadata.v16 import AssociatedType, ItemDeprecation, NotDeprecated, VariantDeprecation, ViewFunction
from chain.record import keyword_record, record


@record
class VariantsOf:
    """The calls, events or errors of a pallet."""

    type_id: int
    variants: tuple[Variant, ...]
    deprecations: dict[int, VariantDeprecation]
    """Of those that should no longer be used, by index."""


@keyword_record
class StorageItem:
    """A storage item: a value, or a map with a key for each of its hashers."""

    pallet: str
    prefix: str
    """What the pallet's storage keys begin with the hash of."""
    name: str
    modifier: StorageModifier
    hashers: tuple[StorageHasher, ...]
    key_types: tuple[int, ...]
    """The type of the key that each hasher applies to."""
    key_type: int | None
    """The type of all keys together, as the metadata says it; None of a value."""
    value_type: int
    default: bytes
    docs: tuple[str, ...]
    deprecation: ItemDeprecation = NotDeprecated()


@keyword_record
class Constant:
    """A constant."""

    pallet: str
    name: str
    type_id: int
    value: bytes
    docs: tuple[str, ...]
    deprecation: ItemDeprecation = NotDeprecated()


@keyword_record
class Pallet:
    """A pallet."""

    name: str
    index: int
    docs: tuple[str, ...]
    calls: VariantsOf | None
    events: VariantsOf | None
    errors: VariantsOf | None
    storage: tuple[StorageItem, ...]
    storage_prefix: str | None
    constants: tuple[Constant, ...]
    associated_types: tuple[AssociatedType, ...] = ()
    view_functions: tuple[ViewFunction, ...] = ()
    deprecation: ItemDeprecation = NotDeprecated()


@record
class Extension:
    """A transaction extension: what it puts into the extrinsic, and what it adds to the payload that is signed."""

    identifier: str
    type_id: int
    implicit: int


@keyword_record
class Extrinsic:
    """The extrinsic and its parts."""

    versions: tuple[int, ...]
    address: int
    call: int
    signature: int
    extra: int | None
    """The type of all that the extensions put in; None in V16."""
    extensions: tuple[Extension, ...]
    extension_sets: dict[int, tuple[Extension, ...]]
    """By the version that a general extrinsic names; signed ones use that of 0."""
    type_id: int | None
    """The type of the whole; V14 only."""


@keyword_record
class RuntimeApiMethod:
    """A method of a runtime API."""

    name: str
    inputs: tuple[FunctionParameter, ...]
    output: int
    docs: tuple[str, ...]
    deprecation: ItemDeprecation = NotDeprecated()


@keyword_record
class RuntimeApi:
    """A runtime API."""

    name: str
    version: int | None
    """From V16 on."""
    methods: tuple[RuntimeApiMethod, ...]
    docs: tuple[str, ...]
    deprecation: ItemDeprecation = NotDeprecated()


@keyword_record
class OuterTypes:
    """The runtime's enums over those of its pallets."""

    call: int
    event: int | None
    error: int | None
    """None in V14 where no type of that name is found."""


@keyword_record
class View:
    """The whole, but for the types."""

    version: int
    pallets: tuple[Pallet, ...]
    extrinsic: Extrinsic
    apis: tuple[RuntimeApi, ...]
    outer: OuterTypes
    custom: dict[str, CustomValue]
    """What the runtime's author added; its types may be missing."""
    runtime_type: int | None
    """None in V16."""

    def pallet(self, name: str) -> Pallet:
        """The pallet of that name; raises NotInMetadata."""
        for each in self.pallets:
            if each.name == name:
                return each
        raise NotInMetadata("pallet", name, [each.name for each in self.pallets])

    def pallet_at(self, index: int) -> Pallet:
        """The pallet of that index; raises NotInMetadata."""
        for each in self.pallets:
            if each.index == index:
                return each
        raise NotInMetadata("pallet with index", index)
