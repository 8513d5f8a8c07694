"""What wallets ask of fees and weights (TransactionPaymentApi and TransactionPaymentCallApi).

Bare extrinsics pay nothing; a call's own answer knows no extensions, so their weight is not in it. A tip is in no
answer: nothing here looks into what an extension carries.
"""

from __future__ import annotations

from chain.primitives import U32, Balance
from chain.record import record
from pallets.frame.call import RuntimeCall
from pallets.frame.weight import DispatchClass, DispatchInfo, Weight
from pallets.transaction_payment.fees import FeeDetails
from pallets.transaction_payment.pallet import TransactionPayment


@record
class RuntimeDispatchInfo:
    """What an extrinsic weighs and costs without a tip (pallet_transaction_payment::RuntimeDispatchInfo)."""

    weight: Weight
    dispatch_class: DispatchClass
    partial_fee: Balance


def query_info(payment: TransactionPayment, info: DispatchInfo, length: U32, *, is_bare: bool) -> RuntimeDispatchInfo:
    """Weight, class and fee of an extrinsic of `length` bytes."""
    fee = 0 if is_bare else payment.compute_fee(length, info, tip=0)
    return RuntimeDispatchInfo(info.total_weight, info.dispatch_class, fee)


def query_fee_details(payment: TransactionPayment, info: DispatchInfo, length: U32, *, is_bare: bool) -> FeeDetails:
    """The parts of an extrinsic's fee."""
    return FeeDetails(None, 0) if is_bare else payment.fee_details(length, info, tip=0)


def query_call_info(payment: TransactionPayment, call: RuntimeCall, length: U32) -> RuntimeDispatchInfo:
    """As `query_info`, of a call in an extrinsic of `length` bytes."""
    return query_info(payment, call.info(), length, is_bare=False)


def query_call_fee_details(payment: TransactionPayment, call: RuntimeCall, length: U32) -> FeeDetails:
    """As `query_fee_details`, of a call in an extrinsic of `length` bytes."""
    return query_fee_details(payment, call.info(), length, is_bare=False)


def query_weight_to_fee(payment: TransactionPayment, weight: Weight) -> Balance:
    """The fee of a weight before the multiplier; none for more than a block holds."""
    return payment.weight_to_fee(weight)


def query_length_to_fee(payment: TransactionPayment, length: U32) -> Balance:
    """The fee of so many bytes."""
    return payment.config.length_to_fee(length)
