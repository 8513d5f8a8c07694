"""What metadata says of the runtime APIs: their methods, with what they ask and answer.

The methods are those of polkadot-sdk's traits; which APIs a runtime has, its version says (`runtime.apis`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chain.block import Block, Header
from chain.metadata.v15 import FunctionParameter
from chain.metadata.v16 import RuntimeApiMethodV16, RuntimeApiV16
from chain.primitives import U32, U64, AccountId, Balance, Err, Hash, Nonce, Ok
from chain.record import record
from chain.runtime_api import InclusionMode, RuntimeVersion, TransactionSource, ValidTransaction
from pallets.frame.call import RuntimeCall
from pallets.frame.error import DispatchFailure
from pallets.frame.weight import Weight
from pallets.transaction_payment.fees import FeeDetails
from runtime.apis import API_VERSIONS, api_id
from runtime.metadata.api_types import (
    AuraId,
    CheckInherentsResult,
    Done,
    EquivocationProof,
    GrandpaId,
    InherentData,
    KeyTypeId,
    OpaqueMetadata,
    OpaqueValue,
    RuntimeDispatchInfo,
    SlotDuration,
    ValidityError,
    ViewFunctionError,
    ViewFunctionId,
)
from runtime.metadata.registry import TypeRegistry
from runtime.metadata.stand_ins import Extrinsic


@record
class Method:
    """A method: what it is for, what it asks by name, and what it answers; annotations."""

    docs: str
    inputs: Mapping[str, Any]
    output: Any


@record
class Api:
    """A runtime API and its methods by name."""

    docs: str
    methods: Mapping[str, Method]


_Outcome = Ok[None] | Err[DispatchFailure]

_FEES: Final = {
    "query_weight_to_fee": Method("The fee for a weight.", {"weight": Weight}, Balance),
    "query_length_to_fee": Method("The fee for a number of bytes.", {"length": U32}, Balance),
}

APIS: Final[Mapping[str, Api]] = {
    "Core": Api(
        "What every runtime has.",
        {
            "version": Method("Which runtime this is.", {}, RuntimeVersion),
            "execute_block": Method("Execute a block and check its header.", {"block": Block}, None),
            "initialize_block": Method(
                "Begin a block; which extrinsics it may hold.", {"header": Header}, InclusionMode
            ),
        },
    ),
    "Metadata": Api(
        "What the runtime says of itself.",
        {
            "metadata": Method("The metadata, version 14.", {}, OpaqueMetadata),
            "metadata_at_version": Method(
                "The metadata of a version; None where the runtime has no such version.",
                {"version": U32},
                OpaqueMetadata | None,
            ),
            "metadata_versions": Method("The versions of metadata that the runtime has.", {}, list[U32]),
        },
    ),
    "RuntimeViewFunction": Api(
        "Questions that pallets answer.",
        {
            "execute_view_function": Method(
                "The encoded answer to a view function with these encoded arguments.",
                {"query_id": ViewFunctionId, "input": bytes},
                Ok[bytes] | Err[ViewFunctionError],
            )
        },
    ),
    "BlockBuilder": Api(
        "What builds blocks.",
        {
            "apply_extrinsic": Method(
                "Apply an extrinsic: how its call ended, or why it may not be in the block.",
                {"extrinsic": Extrinsic},
                Ok[_Outcome] | Err[ValidityError],
            ),
            "finalize_block": Method("End the block; its header.", {}, Header),
            "inherent_extrinsics": Method(
                "The inherents that the pallets make of the data.", {"inherent": InherentData}, list[Extrinsic]
            ),
            "check_inherents": Method(
                "Whether the inherents of a block fit the data.",
                {"block": Block, "data": InherentData},
                CheckInherentsResult,
            ),
        },
    ),
    "TaggedTransactionQueue": Api(
        "What a transaction pool asks.",
        {
            "validate_transaction": Method(
                "Whether a transaction may wait for the next block; `block_hash` names the block of this state.",
                {"source": TransactionSource, "tx": Extrinsic, "block_hash": Hash},
                Ok[ValidTransaction] | Err[ValidityError],
            )
        },
    ),
    "OffchainWorkerApi": Api(
        "What runs beside the chain.",
        {"offchain_worker": Method("Run the offchain workers for a block.", {"header": Header}, None)},
    ),
    "AuraApi": Api(
        "What authors of blocks ask.",
        {
            "slot_duration": Method("Milliseconds of a slot.", {}, SlotDuration),
            "authorities": Method("Who may author blocks.", {}, list[AuraId]),
        },
    ),
    "SessionKeys": Api(
        "Keys of validators.",
        {
            "generate_session_keys": Method(
                "Make keys, from a seed where one is given, and keep them; the public keys.",
                {"seed": bytes | None},
                bytes,
            ),
            "decode_session_keys": Method(
                "The single public keys with their types.",
                {"encoded": bytes},
                list[tuple[bytes, KeyTypeId]] | None,
            ),
        },
    ),
    "GrandpaApi": Api(
        "What voters for finality ask.",
        {
            "grandpa_authorities": Method("Who may vote, with their weights.", {}, list[tuple[GrandpaId, U64]]),
            "submit_report_equivocation_unsigned_extrinsic": Method(
                "Report an authority that voted twice.",
                {"equivocation_proof": EquivocationProof, "key_owner_proof": OpaqueValue},
                Done | None,
            ),
            "generate_key_ownership_proof": Method(
                "That an authority owned its key.",
                {"set_id": U64, "authority_id": GrandpaId},
                OpaqueValue | None,
            ),
            "current_set_id": Method("The number of the current set of authorities.", {}, U64),
        },
    ),
    "AccountNonceApi": Api(
        "What wallets ask before they sign.",
        {"account_nonce": Method("The nonce of the account's next transaction.", {"account": AccountId}, Nonce)},
    ),
    "TransactionPaymentApi": Api(
        "What transactions cost.",
        {
            "query_info": Method(
                "Weight, class and fee of a transaction.", {"uxt": Extrinsic, "len": U32}, RuntimeDispatchInfo
            ),
            "query_fee_details": Method(
                "The fee of a transaction by its parts.", {"uxt": Extrinsic, "len": U32}, FeeDetails
            ),
            **_FEES,
        },
    ),
    "TransactionPaymentCallApi": Api(
        "What calls cost.",
        {
            "query_call_info": Method(
                "Weight, class and fee of a call.", {"call": RuntimeCall, "len": U32}, RuntimeDispatchInfo
            ),
            "query_call_fee_details": Method(
                "The fee of a call by its parts.", {"call": RuntimeCall, "len": U32}, FeeDetails
            ),
            **_FEES,
        },
    ),
    "GenesisBuilder": Api(
        "Block zero.",
        {
            "build_state": Method(
                "Write the state of block zero, as a whole JSON configuration says.",
                {"json": bytes},
                Ok[None] | Err[str],
            ),
            "get_preset": Method(
                "A JSON configuration that the runtime brings along; the default one for None.",
                {"id": str | None},
                bytes | None,
            ),
            "preset_names": Method("The names of those configurations.", {}, list[str]),
        },
    ),
}


_CORE_WITHOUT_MODES: Final[Mapping[str, Method]] = {
    **APIS["Core"].methods,
    "initialize_block": Method("Begin a block.", {"header": Header}, None),
}
"""Core before its version 5."""


def describe_apis(version: RuntimeVersion, registry: TypeRegistry) -> Iterator[RuntimeApiV16]:
    """The APIs that the runtime's version lists, as far as they are known here, in the order of the version."""
    names = {api_id(name): name for name in API_VERSIONS}
    for identifier, number in version.apis:
        name = names.get(identifier)
        if name is not None:
            described = APIS[name].methods if (name, number < 5) != ("Core", True) else _CORE_WITHOUT_MODES
            methods = tuple(_method(key, method, registry) for key, method in described.items())
            yield RuntimeApiV16(name, methods, (APIS[name].docs,), number)


def _method(name: str, method: Method, registry: TypeRegistry) -> RuntimeApiMethodV16:
    inputs = tuple(FunctionParameter(key, registry.number(hint)) for key, hint in method.inputs.items())
    return RuntimeApiMethodV16(name, inputs, registry.number(method.output), (method.docs,))
