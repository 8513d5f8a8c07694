"""Fees as records, and the ways in which weights and lengths become fees (sp_weights, pallet_transaction_payment)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chain.primitives import U32, U128, Balance
from chain.record import record
from pallets.frame.arithmetic import perbill_of
from pallets.frame.weight import Weight
from pallets.transaction_payment.multiplier import FIXED_POINT, fixed_product, nearest_ratio

BALANCE_MAX: Final = 2**128 - 1


@record
class InclusionFee:
    """What a transaction pays for its place in a block; all in planck."""

    base_fee: Balance
    len_fee: Balance
    adjusted_weight_fee: Balance

    @property
    def total(self) -> Balance:
        """All of it, held at the largest balance."""
        return min(self.base_fee + self.len_fee + self.adjusted_weight_fee, BALANCE_MAX)


@record
class FeeDetails:
    """A fee by its parts; a call that pays no fee has no inclusion fee."""

    inclusion_fee: InclusionFee | None
    tip: Balance

    @property
    def final_fee(self) -> Balance:
        """What is paid, held at the largest balance."""
        inclusion = 0 if self.inclusion_fee is None else self.inclusion_fee.total
        return min(inclusion + self.tip, BALANCE_MAX)


def ref_time_as_fee(weight: Weight) -> Balance:
    """One planck a picosecond (IdentityFee)."""
    return weight.ref_time


def length_as_fee(length: U32) -> Balance:
    """One planck a byte (IdentityFee)."""
    return length


@record
class Term:
    """(integer + parts in a billion) × base^degree, added or taken away."""

    integer: U128
    billionths: U32 = 0
    negative: bool = False
    degree: int = 1


@record
class Polynomial:
    """A sum of terms (WeightToFeePolynomial).

    Each step is held within a balance, so the order of terms matters where one is negative.
    """

    terms: tuple[Term, ...]

    def of(self, base: int) -> Balance:
        """Its value, rounded to the nearest in each term, ties down."""
        total = 0
        for term in self.terms:
            power = min(base**term.degree, BALANCE_MAX)
            part = perbill_of(term.billionths, power)
            whole = min(term.integer * power, BALANCE_MAX)
            if term.negative:
                total = max(total - part - whole, 0)
            else:
                total = min(total + part + whole, BALANCE_MAX)
        return total


def fee_per_byte(planck: Balance) -> Callable[[U32], Balance]:
    """So many planck a byte (ConstantMultiplier as LengthToFee)."""
    return lambda length: min(planck * length, BALANCE_MAX)


@record
class BlockRatioFee:
    """numerator ÷ denominator planck a picosecond, proof as dear as its share of a block; the larger counts.

    block: the most that a block holds
    Source: pallet_revive::evm::fees::BlockRatioFee. Quotients are FixedU128, to the nearest.
    """

    numerator: U128
    denominator: U128
    block: Weight

    def __call__(self, weight: Weight) -> Balance:
        by_time = nearest_ratio(self.numerator, self.denominator)
        by_proof = fixed_product(by_time, nearest_ratio(self.block.ref_time, self.block.proof_size))
        fee = max(by_time * weight.ref_time, by_proof * weight.proof_size) // FIXED_POINT
        return min(fee, BALANCE_MAX)


@record
class LargerOfBoth:
    """The fee of reference time or that of proof size, whichever is larger: what parachains charge."""

    ref_time: Polynomial
    proof_size: Polynomial

    def __call__(self, weight: Weight) -> Balance:
        return max(self.ref_time.of(weight.ref_time), self.proof_size.of(weight.proof_size))
