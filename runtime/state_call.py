"""Runtime APIs by name: `state_call("AccountNonceApi_account_nonce", account)` and the like, bytes in and bytes out.

    answer = runtime.call("Core_version", b"")

What a method asks and answers is in SCALE, as polkadot-sdk's `decl_runtime_apis` has it; `runtime.metadata.apis`
describes the same methods for clients. A method that writes, as `Core_execute_block`, writes to the runtime's own
overlay: whoever asks decides whether that is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from chain.block import Block, Header
from chain.extrinsic import GeneralExtrinsic, SignedExtrinsic, split
from chain.offchain.hook import Trigger
from chain.offchain.lent_node import LendsNothing, LentNode
from chain.primitives import U32, U64, AccountId, Balance, Bytes8, Bytes32, Hash, Nonce
from chain.runtime_api import (
    InclusionMode,
    RuntimeVersion,
    TransactionSource,
    UnknownRuntimeMethod,
    ValidTransaction,
)
from chain.scale import Codec, DecodeError, codec_of
from chain.scale.compact import encode_compact
from chain.validity import TransactionInvalid, Undecodable
from pallets.frame.call import RuntimeCall
from pallets.frame.error import DispatchFailure
from pallets.frame.inherent import InherentsResult
from pallets.frame.view import ViewFunctionInput, ViewFunctionNotFound
from pallets.frame.weight import DispatchInfo, Weight
from pallets.grandpa.equivocation import EquivocationProof
from pallets.transaction_payment import queries
from pallets.transaction_payment.fees import FeeDetails
from pallets.transaction_payment.pallet import TransactionPayment
from runtime import validator_apis
from runtime.apis import api_id
from runtime.construct import Runtime
from runtime.genesis import GenesisError, write_genesis
from runtime.genesis_builder import GenesisBuilder
from runtime.genesis_json import parsed

_OK, _ERR, _NONE, _SOME = b"\0", b"\1", b"\0", b"\1"


def call(runtime: Runtime, method: str, data: bytes) -> bytes:
    """The encoded answer of a method to its encoded arguments.

    Raises UnknownRuntimeMethod, DecodeError where the bytes are no such arguments, and what the method itself raises.
    """
    known = methods_of(runtime)
    if method not in known:
        raise UnknownRuntimeMethod(method, known)
    arguments, answer = METHODS[method]
    return answer(runtime, *_arguments(method, data, arguments, runtime))


def methods_of(runtime: Runtime) -> list[str]:
    """The methods of the APIs that the runtime's version lists."""
    listed = {identifier for identifier, _ in runtime.version.apis}
    return [method for method in METHODS if api_id(method.partition("_")[0]) in listed]


def _arguments(method: str, data: bytes, hints: Iterable[Any], runtime: Runtime) -> list[Any]:
    values, offset = list[Any](), 0
    for hint in hints:
        value, offset = _codec(hint, runtime).read(data, offset)
        values.append(value)
    if offset != len(data):
        raise DecodeError(method, offset, f"{len(data) - offset} bytes left over")
    return values


def _codec(hint: Any, runtime: Runtime) -> Codec[Any]:
    known: Codec[Any] | None = type(runtime).compiled.types.get(hint)
    return codec_of(hint) if known is None else known


# Core, BlockBuilder, TaggedTransactionQueue


def _version(runtime: Runtime) -> bytes:
    return codec_of(RuntimeVersion).encode(runtime.version)


def _execute_block(runtime: Runtime, block: Block) -> bytes:
    runtime.execute_block(block)
    return b""


def _initialize_block(runtime: Runtime, header: Header) -> bytes:
    mode = runtime.initialize_block(header)
    return codec_of(InclusionMode).encode(mode) if _CORE_WITH_MODES in runtime.version.apis else b""


def _apply_extrinsic(runtime: Runtime, extrinsic: bytes) -> bytes:
    try:
        failure = runtime.apply_extrinsic(extrinsic)
    except Undecodable as error:
        raise error.error from None
    except TransactionInvalid as error:
        return _ERR + error.encoded
    return _OK + (_OK if failure is None else _ERR + codec_of(DispatchFailure).encode(failure))


def _finalize_block(runtime: Runtime) -> bytes:
    return runtime.finalize_block().encoded


def _inherent_extrinsics(runtime: Runtime, data: Mapping[bytes, bytes]) -> bytes:
    return codec_of(list[bytes]).encode(list(runtime.inherent_extrinsics(data)))


def _check_inherents(runtime: Runtime, block: Block, data: Mapping[bytes, bytes]) -> bytes:
    return encode_result(runtime.check_inherents(block, data))


def encode_result(result: InherentsResult) -> bytes:
    """Whether all is well, whether an error is fatal, and the errors by identifier."""
    return bytes((result.okay, result.fatal_error)) + codec_of(dict[Bytes8, bytes]).encode(dict(result.errors))


def _validate_transaction(runtime: Runtime, source: TransactionSource, extrinsic: bytes, block_hash: Hash) -> bytes:
    try:
        valid = runtime.validate_transaction(source, extrinsic, block_hash)
    except Undecodable as error:
        raise error.error from None
    except TransactionInvalid as error:
        return _ERR + error.encoded
    return _OK + codec_of(ValidTransaction).encode(valid)


def _account_nonce(runtime: Runtime, account: AccountId) -> bytes:
    return codec_of(Nonce).encode(runtime.account_nonce(account))


# Metadata, RuntimeViewFunction


def _opaque(metadata: bytes) -> bytes:
    return encode_compact(len(metadata)) + metadata


def _metadata(runtime: Runtime) -> bytes:
    return _opaque(runtime.metadata_at_version(14) or b"")


def _metadata_at_version(runtime: Runtime, version: int) -> bytes:
    found = runtime.metadata_at_version(version)
    return _NONE if found is None else _SOME + _opaque(found)


def _metadata_versions(runtime: Runtime) -> bytes:
    return codec_of(list[U32]).encode(list(runtime.metadata_versions()))


def _execute_view_function(runtime: Runtime, identifier: bytes, data: bytes) -> bytes:
    try:
        return _OK + codec_of(bytes).encode(runtime.execute_view_function(identifier, data))
    except ViewFunctionNotFound:
        return _ERR + b"\1" + identifier  # ViewFunctionDispatchError::NotFound
    except ViewFunctionInput:
        return _ERR + b"\2"  # Codec


# TransactionPaymentApi, TransactionPaymentCallApi


def _payment(runtime: Runtime) -> TransactionPayment:
    return validator_apis.pallet_of_kind(runtime, TransactionPayment)


def _info_of(runtime: Runtime, extrinsic: bytes) -> tuple[DispatchInfo, bool]:
    """What is known of an extrinsic before it runs, its signature unseen, and whether it pays nothing."""
    envelope = split(extrinsic)
    if not isinstance(envelope, SignedExtrinsic | GeneralExtrinsic):
        return runtime.decode_call(extrinsic[envelope.offset :]).info(), True
    values, call_at = runtime.extensions.read(extrinsic, envelope.offset)
    return runtime.extensions.info(values, runtime.decode_call(extrinsic[call_at:])), False


def _query_info(runtime: Runtime, extrinsic: bytes, length: int) -> bytes:
    info, is_bare = _info_of(runtime, extrinsic)
    found = queries.query_info(_payment(runtime), info, length, is_bare=is_bare)
    return codec_of(queries.RuntimeDispatchInfo).encode(found)


def _query_fee_details(runtime: Runtime, extrinsic: bytes, length: int) -> bytes:
    info, is_bare = _info_of(runtime, extrinsic)
    found = queries.query_fee_details(_payment(runtime), info, length, is_bare=is_bare)
    return codec_of(FeeDetails).encode(found)


def _query_call_info(runtime: Runtime, asked: RuntimeCall, length: int) -> bytes:
    found = queries.query_call_info(_payment(runtime), asked, length)
    return codec_of(queries.RuntimeDispatchInfo).encode(found)


def _query_call_fee_details(runtime: Runtime, asked: RuntimeCall, length: int) -> bytes:
    found = queries.query_call_fee_details(_payment(runtime), asked, length)
    return codec_of(FeeDetails).encode(found)


def _query_weight_to_fee(runtime: Runtime, weight: Weight) -> bytes:
    return codec_of(Balance).encode(queries.query_weight_to_fee(_payment(runtime), weight))


def _query_length_to_fee(runtime: Runtime, length: int) -> bytes:
    return codec_of(Balance).encode(queries.query_length_to_fee(_payment(runtime), length))


# GrandpaApi


def _no_proof(_runtime: Runtime, _first: object, _second: object) -> bytes:
    return _NONE  # the template's type of a proof whose a key was has no values


# OffchainWorkerApi, GenesisBuilder


def _offchain_worker(runtime: Runtime, header: Header) -> bytes:
    """Run what a new best block has run; its workers may read the chain, and are lent nothing."""
    node = LentNode(AccountId(bytes(32)), None, LendsNothing())
    for hook in runtime.worker_hooks():
        if hook.trigger is Trigger.BEST:
            runtime.run_worker(hook, header, node)
    return b""


def _builder(runtime: Runtime) -> GenesisBuilder:
    return GenesisBuilder(lambda _: runtime, runtime.genesis_presets(), runtime.version.state_version)


def _build_state(runtime: Runtime, config: bytes) -> bytes:
    try:
        with runtime.storage.transaction():
            write_genesis(runtime, _builder(runtime).records(parsed(config)))
    except GenesisError as error:
        return _ERR + codec_of(str).encode(str(error))
    return _OK


def _get_preset(runtime: Runtime, name: str | None) -> bytes:
    return codec_of(bytes | None).encode(_builder(runtime).get_preset(name))


def _preset_names(runtime: Runtime) -> bytes:
    return codec_of(list[str]).encode(_builder(runtime).preset_names())


_CORE_WITH_MODES: Final = api_id("Core"), 5
"""Runtimes with an older API do not say which extrinsics may stand in a block."""

_INHERENT_DATA: Final = dict[Bytes8, bytes]
_EXTRINSIC: Final = bytes  # as it stands in a block: its length, then itself

METHODS: Final[Mapping[str, tuple[tuple[Any, ...], Callable[..., bytes]]]] = {
    "Core_version": ((), _version),
    "Core_execute_block": ((Block,), _execute_block),
    "Core_initialize_block": ((Header,), _initialize_block),
    "Metadata_metadata": ((), _metadata),
    "Metadata_metadata_at_version": ((U32,), _metadata_at_version),
    "Metadata_metadata_versions": ((), _metadata_versions),
    "RuntimeViewFunction_execute_view_function": ((Bytes32, bytes), _execute_view_function),
    "BlockBuilder_apply_extrinsic": ((_EXTRINSIC,), _apply_extrinsic),
    "BlockBuilder_finalize_block": ((), _finalize_block),
    "BlockBuilder_inherent_extrinsics": ((_INHERENT_DATA,), _inherent_extrinsics),
    "BlockBuilder_check_inherents": ((Block, _INHERENT_DATA), _check_inherents),
    "TaggedTransactionQueue_validate_transaction": ((TransactionSource, _EXTRINSIC, Hash), _validate_transaction),
    "OffchainWorkerApi_offchain_worker": ((Header,), _offchain_worker),
    "AuraApi_slot_duration": ((), validator_apis.slot_duration),
    "AuraApi_authorities": ((), validator_apis.aura_authorities),
    "SessionKeys_generate_session_keys": ((bytes | None,), validator_apis.generate_session_keys),
    "SessionKeys_decode_session_keys": ((bytes,), validator_apis.decode_session_keys),
    "GrandpaApi_grandpa_authorities": ((), validator_apis.grandpa_authorities),
    "GrandpaApi_submit_report_equivocation_unsigned_extrinsic": ((EquivocationProof, bytes), _no_proof),
    "GrandpaApi_generate_key_ownership_proof": ((U64, Bytes32), _no_proof),
    "GrandpaApi_current_set_id": ((), validator_apis.current_set_id),
    "AccountNonceApi_account_nonce": ((AccountId,), _account_nonce),
    "TransactionPaymentApi_query_info": ((_EXTRINSIC, U32), _query_info),
    "TransactionPaymentApi_query_fee_details": ((_EXTRINSIC, U32), _query_fee_details),
    "TransactionPaymentApi_query_weight_to_fee": ((Weight,), _query_weight_to_fee),
    "TransactionPaymentApi_query_length_to_fee": ((U32,), _query_length_to_fee),
    "TransactionPaymentCallApi_query_call_info": ((RuntimeCall, U32), _query_call_info),
    "TransactionPaymentCallApi_query_call_fee_details": ((RuntimeCall, U32), _query_call_fee_details),
    "TransactionPaymentCallApi_query_weight_to_fee": ((Weight,), _query_weight_to_fee),
    "TransactionPaymentCallApi_query_length_to_fee": ((U32,), _query_length_to_fee),
    "GenesisBuilder_build_state": ((bytes,), _build_state),
    "GenesisBuilder_get_preset": ((str | None,), _get_preset),
    "GenesisBuilder_preset_names": ((), _preset_names),
}
"""What each method asks, in order, and how it is answered."""
