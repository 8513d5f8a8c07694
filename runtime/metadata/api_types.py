"""The types that runtime APIs ask and answer with, as Rust declares them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Annotated, Any, Final, Generic, TypeVar

from chain.bounds import Len
from chain.metadata.portable import Field, Variant, VariantType
from chain.primitives import U8, U32, U64, Balance, Bytes4, Bytes8, Bytes32, Bytes64, Enumeration, Hash, RustType
from chain.record import record
from chain.validity import Invalid, Unknown
from pallets.frame.weight import DispatchClass, Weight
from pallets.grandpa import equivocation
from runtime.metadata.registry import TypeRegistry
from runtime.metadata.rust_names import variant_name

OpaqueMetadata = Annotated[bytes, RustType("sp_core::OpaqueMetadata")]
OpaqueValue = Annotated[bytes, RustType("sp_runtime::OpaqueValue")]
KeyTypeId = Annotated[Bytes4, RustType("sp_core::crypto::KeyTypeId")]
SlotDuration = Annotated[U64, RustType("sp_consensus_slots::SlotDuration")]
AuraId = Annotated[Bytes32, RustType("sp_consensus_aura::sr25519::app_sr25519::Public")]
GrandpaId = Annotated[Bytes32, RustType("sp_consensus_grandpa::app::Public")]
GrandpaSignature = Annotated[Bytes64, RustType("sp_consensus_grandpa::app::Signature")]
Bytes16 = Annotated[bytes, Len(16, 16)]


@record
class Done:
    """Nothing, where it may be missing: Rust's `Option<()>`."""


# Transactions


class ValidityError(Enumeration):
    """Why a transaction may not be in a pool or block."""

    __rust__ = RustType("sp_runtime::transaction_validity::TransactionValidityError", unnamed=True)


class InvalidCase(ValidityError, index=0):
    """It is known to be invalid."""

    __rust__ = RustType("Invalid")

    why: Invalid


class UnknownCase(ValidityError, index=1):
    """It cannot be told."""

    __rust__ = RustType("Unknown")

    why: Unknown


_VALIDITY: Final = ("sp_runtime", "transaction_validity")


def describe_api_types(registry: TypeRegistry) -> None:
    """Types that no annotation describes: reasons of which one carries a byte, and an optional nothing."""
    registry.describe(Done, lambda: registry.number(None))
    registry.describe(Invalid, lambda: _reasons(registry, Invalid, "InvalidTransaction"))
    registry.describe(Unknown, lambda: _reasons(registry, Unknown, "UnknownTransaction"))


def _reasons(registry: TypeRegistry, reasons: type[IntEnum], name: str) -> int:
    custom = (Field(None, registry.number(U8), "u8"),)
    cases = tuple(
        Variant(variant_name(each.name), custom if each.name == "CUSTOM" else (), each.value) for each in reasons
    )
    return registry.add(VariantType(cases), (*_VALIDITY, name))


# Inherents


@record
class InherentData:
    """What a node gives to the pallets that make inherents, by identifier."""

    __rust__ = RustType("sp_inherents::InherentData")

    data: dict[Bytes8, bytes]


@record
class CheckInherentsResult:
    """What pallets have against the inherents of a block."""

    __rust__ = RustType("sp_inherents::CheckInherentsResult")

    okay: bool
    fatal_error: bool
    errors: InherentData


# View functions


@record
class ViewFunctionId:
    """What a view function is called by."""

    __rust__ = RustType("frame_support::view_functions::ViewFunctionId")

    prefix: Bytes16
    suffix: Bytes16


class ViewFunctionError(Enumeration):
    """Why a view function gives no answer."""

    __rust__ = RustType("frame_support::view_functions::ViewFunctionDispatchError", unnamed=True)


class NotImplementedCase(ViewFunctionError, index=0):
    """The runtime has none."""

    __rust__ = RustType("NotImplemented")


class NotFound(ViewFunctionError, index=1):
    """There is none of that name."""

    query_id: ViewFunctionId


class Codec(ViewFunctionError, index=2):
    """The arguments are malformed."""


# Fees


@record
class RuntimeDispatchInfo:
    """What a transaction weighs and costs, without a tip."""

    __rust__ = RustType(
        "pallet_transaction_payment::types::RuntimeDispatchInfo", parameters=(("Balance", Balance), ("Weight", Weight))
    )

    weight: Weight
    class_: DispatchClass
    partial_fee: Balance


# Finality

V = TypeVar("V")

_TARGET: Final = (("H", Hash), ("N", U32))


@record
class Prevote:
    """A vote of a round's first half."""

    __rust__ = RustType("finality_grandpa::Prevote", parameters=_TARGET)

    target_hash: Hash
    target_number: U32


@record
class Precommit:
    """A vote of a round's second half."""

    __rust__ = RustType("finality_grandpa::Precommit", parameters=_TARGET)

    target_hash: Hash
    target_number: U32


@record
class DoubleVote(Generic[V]):
    """Two votes of one voter in one round."""

    __rust__ = RustType(
        "finality_grandpa::Equivocation", parameters=(("Id", GrandpaId), ("V", "V"), ("S", GrandpaSignature))
    )

    round_number: U64
    identity: GrandpaId
    first: tuple[V, GrandpaSignature]
    second: tuple[V, GrandpaSignature]


class Equivocation(Enumeration):
    """Two votes where one is allowed."""

    __rust__ = RustType("sp_consensus_grandpa::Equivocation", unnamed=True, parameters=_TARGET)


class PrevoteCase(Equivocation, index=0):
    """In the first half of a round."""

    __rust__ = RustType("Prevote")

    votes: DoubleVote[Prevote]


class PrecommitCase(Equivocation, index=1):
    """In the second half of a round."""

    __rust__ = RustType("Precommit")

    votes: DoubleVote[Precommit]


@record
class EquivocationProof:
    """That an authority voted twice."""

    __rust__ = RustType("sp_consensus_grandpa::EquivocationProof", parameters=_TARGET)

    set_id: U64
    equivocation: Equivocation


API_STAND_INS: Final[Mapping[Any, Any]] = {equivocation.EquivocationProof: EquivocationProof}
"""As `stand_ins.STAND_INS`, of the types that consensus pallets share with their APIs."""
