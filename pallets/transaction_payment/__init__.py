"""TransactionPayment: what a transaction costs, and who pays it when (pallet_transaction_payment).

    fee = base + length + multiplier × weight + tip

`fees` (how weight and length become a fee), `pallet` (the multiplier, taking and correcting the fee).
"""

from pallets.transaction_payment.fees import (
    FeeDetails,
    InclusionFee,
    LargerOfBoth,
    Polynomial,
    Term,
    length_as_fee,
    ref_time_as_fee,
)
from pallets.transaction_payment.pallet import (
    FIXED_POINT,
    Config,
    Event,
    Genesis,
    Releases,
    TransactionFeePaid,
    TransactionPayment,
)

__all__ = [
    "FIXED_POINT",
    "Config",
    "Event",
    "FeeDetails",
    "Genesis",
    "InclusionFee",
    "LargerOfBoth",
    "Polynomial",
    "Releases",
    "Term",
    "TransactionFeePaid",
    "TransactionPayment",
    "length_as_fee",
    "ref_time_as_fee",
]
