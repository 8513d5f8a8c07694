"""Metadata V15: V14 and the runtime APIs, the outer enums, the parts of the extrinsic, custom values.

Source: frame_metadata::v15, in the order of the wire.
"""

from __future__ import annotations

from chain.metadata.portable import PortableType, TypeId
from chain.metadata.v14 import PalletConstantV14, PalletStorageV14, SignedExtension
from chain.primitives import U8
from chain.record import record


@record
class PalletV15:
    """A pallet; its calls, events and errors are variant types."""

    name: str
    storage: PalletStorageV14 | None
    calls: TypeId | None
    event: TypeId | None
    constants: tuple[PalletConstantV14, ...]
    error: TypeId | None
    index: U8
    docs: tuple[str, ...] = ()


@record
class ExtrinsicV15:
    """The parts of the extrinsic."""

    version: U8
    address: TypeId
    call: TypeId
    signature: TypeId
    extra: TypeId
    extensions: tuple[SignedExtension, ...]


@record
class FunctionParameter:
    """A parameter of a runtime API's method or of a view function."""

    name: str
    type_id: TypeId


@record
class RuntimeApiMethodV15:
    """A method of a runtime API."""

    name: str
    inputs: tuple[FunctionParameter, ...]
    output: TypeId
    docs: tuple[str, ...] = ()


@record
class RuntimeApiV15:
    """A runtime API."""

    name: str
    methods: tuple[RuntimeApiMethodV15, ...]
    docs: tuple[str, ...] = ()


@record
class OuterEnums:
    """The runtime's own enums over those of its pallets."""

    call: TypeId
    event: TypeId
    error: TypeId


@record
class CustomValue:
    """A value that a runtime's author adds."""

    type_id: TypeId
    value: bytes
    """The encoded value."""


@record
class MetadataV15:
    """The whole."""

    types: tuple[PortableType, ...]
    pallets: tuple[PalletV15, ...]
    extrinsic: ExtrinsicV15
    runtime_type: TypeId
    apis: tuple[RuntimeApiV15, ...]
    outer_enums: OuterEnums
    custom: dict[str, CustomValue]
