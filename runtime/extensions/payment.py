"""The fee: withdrawn before the call, corrected after it (pallet_transaction_payment::ChargeTransactionPayment)."""

from __future__ import annotations

from chain.primitives import Balance, Compact
from chain.runtime_api import ValidTransaction
from chain.scale import codec_of
from pallets.frame.weight import U64_MAX, DispatchClass, PostDispatchInfo
from pallets.system import System
from pallets.transaction_payment import TransactionPayment
from runtime.extensions.extension import Extension, Transaction


class ChargeTransactionPayment(Extension):
    """The signer pays; a tip raises the priority."""

    identifier = "ChargeTransactionPayment"
    needs_signer = True
    explicit = codec_of(Compact[Balance])

    def __init__(self, system: System, payment: TransactionPayment) -> None:
        self._limits = system.config
        self._payment = payment

    def check(self, value: Balance, transaction: Transaction) -> Balance:
        fee = self._payment.compute_fee(transaction.length, transaction.info, value)
        self._payment.ensure_can_withdraw(transaction.who, fee)
        return fee

    def validity(self, value: Balance, checked: Balance, transaction: Transaction) -> ValidTransaction:
        return ValidTransaction(priority=self._priority(transaction, value, checked))

    def prepare(self, value: Balance, checked: Balance, transaction: Transaction) -> tuple[Balance, Balance]:
        self._payment.withdraw_fee(transaction.who, checked)
        return checked, value

    def post_dispatch(self, carried: tuple[Balance, Balance], transaction: Transaction, post: PostDispatchInfo) -> None:
        withdrawn, tip = carried
        actual = self._payment.compute_actual_fee(transaction.length, transaction.info, post, tip)
        self._payment.correct_and_deposit_fee(transaction.who, withdrawn, actual, tip)

    def _priority(self, transaction: Transaction, tip: Balance, fee: Balance) -> int:
        info, weights = transaction.info, self._limits.block_weights
        max_length = self._limits.block_length.of(info.dispatch_class)
        weight, whole = info.total_weight, weights.max_block
        ref_time = min(max(weight.ref_time, 1), whole.ref_time)
        proof_size = min(max(weight.proof_size, 1), whole.proof_size)
        per_weight = min(whole.ref_time // ref_time, whole.proof_size // proof_size)
        per_length = max_length // min(max(transaction.length, 1), max_length)
        fitting = max(min(per_weight, per_length), 1)
        priority = (tip + 1) * fitting
        if info.dispatch_class is DispatchClass.OPERATIONAL:
            priority += fee * self._payment.config.operational_fee_multiplier * fitting
        return min(priority, U64_MAX)
