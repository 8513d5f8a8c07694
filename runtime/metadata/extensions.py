"""What metadata says of transaction extensions: what each puts into an extrinsic, and what it adds to the payload."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, Final

from chain.era import Era
from chain.metadata.portable import CompositeType, Field, TupleType, TypeParameter
from chain.metadata.v16 import TransactionExtension
from chain.primitives import U32, Balance, Bytes32, Compact, Hash, Nonce, RustType
from chain.record import record
from chain.scale import DeclarationError
from runtime.extensions.extension import Extension
from runtime.metadata.registry import TypeRegistry


class Mode(IntEnum):
    """Whether a transaction is signed with the hash of the metadata."""

    __rust__ = RustType("frame_metadata_hash_extension::Mode")

    DISABLED = 0
    ENABLED = 1


@record
class ExtensionTypes:
    """The types of an extension.

    explicit: name (None in most), annotation and Rust's writing of the field that stands in the extrinsic
    implicit: annotation of what is signed but not sent
    path: of its type; "" where that is the unit type
    """

    path: str
    explicit: tuple[str | None, Any, str] | None = None
    implicit: Any = None


def _system(module: str, name: str, **types: Any) -> ExtensionTypes:
    return ExtensionTypes(f"frame_system::extensions::{module}::{name}", **types)


_NONCE = (None, Compact[Nonce], "T::Nonce")
_TIP = (None, Compact[Balance], "BalanceOf<T>")

EXTENSION_TYPES: Final[Mapping[str, ExtensionTypes]] = {
    "AuthorizeCall": _system("authorize_call", "AuthorizeCall"),
    "CheckNonZeroSender": _system("check_non_zero_sender", "CheckNonZeroSender"),
    "CheckSpecVersion": _system("check_spec_version", "CheckSpecVersion", implicit=U32),
    "CheckTxVersion": _system("check_tx_version", "CheckTxVersion", implicit=U32),
    "CheckGenesis": _system("check_genesis", "CheckGenesis", implicit=Hash),
    "CheckMortality": _system("check_mortality", "CheckMortality", explicit=(None, Era, "Era"), implicit=Hash),
    "CheckNonce": _system("check_nonce", "CheckNonce", explicit=_NONCE),
    "CheckWeight": _system("check_weight", "CheckWeight"),
    "ChargeTransactionPayment": ExtensionTypes("pallet_transaction_payment::ChargeTransactionPayment", explicit=_TIP),
    "CheckMetadataHash": ExtensionTypes(
        "frame_metadata_hash_extension::CheckMetadataHash", explicit=("mode", Mode, "Mode"), implicit=Bytes32 | None
    ),
    "WeightReclaim": _system("weight_reclaim", "WeightReclaim"),
    "StorageWeightReclaim": ExtensionTypes(""),
}
"""The extensions of FRAME, by identifier; another one has a class attribute `types`."""


def describe_extension(extension: Extension, registry: TypeRegistry) -> TransactionExtension:
    """What metadata says of one extension; raises DeclarationError where its types are not known."""
    types = getattr(type(extension), "types", None) or EXTENSION_TYPES.get(extension.identifier)
    if not isinstance(types, ExtensionTypes):
        raise DeclarationError(
            type(extension), f"{extension.identifier} has no class attribute `types: ExtensionTypes` for the metadata"
        )
    fields: tuple[Field, ...] = ()
    if types.explicit is not None:
        name, hint, written = types.explicit
        fields = (Field(name, registry.number(hint), written),)
    if not types.path:
        return TransactionExtension(extension.identifier, registry.number(None), registry.number(None))
    own = registry.add(CompositeType(fields), tuple(types.path.split("::")), [TypeParameter("T", None)])
    return TransactionExtension(extension.identifier, own, registry.number(types.implicit))


def extra_of(extensions: tuple[TransactionExtension, ...], registry: TypeRegistry) -> int:
    """The type of what all extensions together put into an extrinsic."""
    return registry.add(TupleType(tuple(extension.type_id for extension in extensions)))
