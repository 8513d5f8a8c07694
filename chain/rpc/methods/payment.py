"""payment: what a transaction would cost."""

from __future__ import annotations

from typing import TypeVar

from chain.extrinsic import with_length_prefix, without_length_prefix
from chain.primitives import U8, U64, Balance, Compact, Hash
from chain.record import record
from chain.rpc.context import Context
from chain.rpc.errors import RpcError, bad_input
from chain.rpc.hexadecimal import number_to_hex
from chain.rpc.parameters import Json
from chain.scale import Codec, DecodeError, codec_of

T = TypeVar("T")

RUNTIME_ERROR, UNDECODABLE = 1, 2

CLASSES = ("normal", "operational", "mandatory")
"""Dispatch classes by their SCALE index."""


@record
class DispatchCost:
    """What dispatching takes (pallet_transaction_payment::RuntimeDispatchInfo)."""

    ref_time: Compact[U64]
    proof_size: Compact[U64]
    dispatch_class: U8
    partial_fee: Balance


@record
class InclusionFee:
    """The parts of a fee (pallet_transaction_payment::InclusionFee)."""

    base_fee: Balance
    length_fee: Balance
    adjusted_weight_fee: Balance


@record
class FeeDetails:
    """A fee; there is none for what pays nothing."""

    inclusion_fee: InclusionFee | None
    tip: Balance


def payment_queryInfo(context: Context, extrinsic: bytes, at: Hash | None = None) -> Json:
    """Weight, class and fee (without tip) of a transaction, its signature unseen."""
    cost = _asked(context, "TransactionPaymentApi_query_info", extrinsic, at, DispatchCost)
    return {
        "weight": {"ref_time": cost.ref_time, "proof_size": cost.proof_size},
        "class": CLASSES[cost.dispatch_class],
        "partialFee": str(cost.partial_fee),
    }


def payment_queryFeeDetails(context: Context, extrinsic: bytes, at: Hash | None = None) -> Json:
    """The parts of a transaction's fee."""
    fee = _asked(context, "TransactionPaymentApi_query_fee_details", extrinsic, at, FeeDetails).inclusion_fee
    if fee is None:
        return {"inclusionFee": None}
    return {
        "inclusionFee": {
            "baseFee": number_to_hex(fee.base_fee),
            "lenFee": number_to_hex(fee.length_fee),
            "adjustedWeightFee": number_to_hex(fee.adjusted_weight_fee),
        }
    }


def _asked(context: Context, method: str, extrinsic: bytes, at: Hash | None, answer: type[T]) -> T:
    runtime = context.runtime(at)
    try:
        whole = with_length_prefix(without_length_prefix(extrinsic))
    except DecodeError as error:
        raise RpcError(UNDECODABLE, "Unable to query dispatch info.", str(error)) from None
    try:
        encoded = runtime.call(method, whole + len(extrinsic).to_bytes(4, "little"))
    except DecodeError as error:
        raise RpcError(RUNTIME_ERROR, "Unable to query dispatch info.", bad_input(method, error).message) from None
    codec: Codec[T] = codec_of(answer)
    return codec.decode(encoded)
