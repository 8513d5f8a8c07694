"""All that a runtime says of itself, before it is cut to a version of the metadata."""

from __future__ import annotations

from typing import Any

from chain.crypto.signatures import MultiSignature
from chain.extrinsic import MultiAddress
from chain.metadata.portable import CompositeType, PortableType
from chain.metadata.v15 import OuterEnums
from chain.metadata.v16 import ExtrinsicV16, PalletV16, RuntimeApiV16
from chain.record import record
from pallets.frame.call import RuntimeCall
from pallets.frame.pallet import Pallet
from runtime.metadata.api_types import API_STAND_INS, describe_api_types
from runtime.metadata.apis import describe_apis
from runtime.metadata.extensions import describe_extension, extra_of
from runtime.metadata.pallet import describe_pallet
from runtime.metadata.registry import TypeRegistry
from runtime.metadata.renumber import type_ids
from runtime.metadata.special import OuterTypes, describe_chain_types, describe_extrinsic, runtime_crate
from runtime.metadata.stand_ins import STAND_INS
from runtime.parts import RuntimeParts

EXTRINSIC_VERSIONS = (4, 5)
"""Signed and bare ones are version 4, general ones 5; clients take the first."""


@record
class Description:
    """The records of V16, and what only older versions tell; type numbers are those of `types`."""

    types: tuple[PortableType, ...]
    pallets: tuple[PalletV16, ...]
    extrinsic: ExtrinsicV16
    apis: tuple[RuntimeApiV16, ...]
    outer_enums: OuterEnums
    extra: int
    """Of what all extensions put into an extrinsic (V15)."""
    whole_extrinsic: int
    """Of extrinsics (V14)."""
    runtime_type: int
    """Of the runtime (V14, V15)."""
    contents: tuple[list[int], ...]
    """Of the types that each type refers to."""


def describe(runtime: RuntimeParts) -> Description:
    """What the runtime declares; raises DeclarationError where it declares a type that cannot be described."""
    pallets, crate = _ordered(runtime), runtime_crate(runtime.version.spec_name)
    registry = TypeRegistry({**STAND_INS, **API_STAND_INS}, crate)
    describe_chain_types(registry)
    describe_api_types(registry)
    outer = OuterTypes(registry, crate, pallets)
    extensions = tuple(describe_extension(each, registry) for each in runtime.extensions.extensions)
    extra = extra_of(extensions, registry)
    whole_extrinsic = describe_extrinsic(registry, extra)
    described = tuple(describe_pallet(pallet, registry) for pallet in pallets)
    outer_enums = outer.define(described)
    extrinsic = ExtrinsicV16(
        versions=EXTRINSIC_VERSIONS,
        address=registry.number(MultiAddress),
        call=registry.number(RuntimeCall),
        signature=registry.number(MultiSignature),
        extensions_by_version={0: tuple(range(len(extensions)))},
        extensions=extensions,
    )
    apis = tuple(describe_apis(runtime.version, registry))
    runtime_type = registry.add(CompositeType(()), (crate, "Runtime"))
    types = registry.types()
    contents = tuple(map(type_ids, types))
    return Description(types, described, extrinsic, apis, outer_enums, extra, whole_extrinsic, runtime_type, contents)


def _ordered(runtime: RuntimeParts) -> list[Pallet[Any]]:
    return sorted(runtime.pallets, key=lambda pallet: pallet.index)
