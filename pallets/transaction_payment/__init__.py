"""TransactionPayment: what a transaction costs, and who pays it when (pallet_transaction_payment).

    fee = base + length + multiplier × weight + tip

`fees` (how weight and length become a fee), `multiplier` (how the multiplier follows the fullness of blocks), `queries`
(what fees and weights are told to wallets), `pallet` (taking and correcting the fee).
"""

from pallets.transaction_payment.fees import (
    BlockRatioFee,
    FeeDetails,
    InclusionFee,
    LargerOfBoth,
    Polynomial,
    Term,
    fee_per_byte,
    length_as_fee,
    ref_time_as_fee,
)
from pallets.transaction_payment.multiplier import (
    FIXED_POINT,
    SLOW_ADJUSTING,
    ConstantMultiplier,
    MultiplierUpdate,
    TargetedFeeAdjustment,
)
from pallets.transaction_payment.pallet import (
    Config,
    Event,
    Genesis,
    Releases,
    TransactionFeePaid,
    TransactionPayment,
)
from pallets.transaction_payment.queries import RuntimeDispatchInfo

__all__ = [
    "FIXED_POINT",
    "SLOW_ADJUSTING",
    "BlockRatioFee",
    "Config",
    "ConstantMultiplier",
    "Event",
    "FeeDetails",
    "Genesis",
    "InclusionFee",
    "LargerOfBoth",
    "MultiplierUpdate",
    "Polynomial",
    "Releases",
    "RuntimeDispatchInfo",
    "TargetedFeeAdjustment",
    "Term",
    "TransactionFeePaid",
    "TransactionPayment",
    "fee_per_byte",
    "length_as_fee",
    "ref_time_as_fee",
]
