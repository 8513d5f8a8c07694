"""Balances: the chain's own currency (pallet_balances).

An account has free funds, funds on hold or reserved, and a floor under both that freezes set. It exists while its free
funds reach the existential deposit; a rest below that is dust, and is destroyed. Balances live in `System.Account`.

`types` (records), `events`, `errors`, `weights`, `ledger` (free funds, the references that keep accounts alive, and
the issuance), `holds` (funds set aside for a reason), `reserves` and `named_reserves` (without one), `books` (what must
add up), `pallet` (storage, calls and everything put together).
"""

from pallets.balances.errors import (
    DeadAccount,
    DeltaZero,
    Error,
    ExistentialDeposit,
    Expendability,
    InsufficientBalance,
    IssuanceDeactivated,
    LiquidityRestrictions,
    TooManyFreezes,
    TooManyHolds,
    TooManyReserves,
)
from pallets.balances.events import (
    BalanceSet,
    Burned,
    Deposit,
    DustLost,
    Endowed,
    Event,
    Frozen,
    Issued,
    Locked,
    Minted,
    Rescinded,
    Reserved,
    ReserveRepatriated,
    Restored,
    Slashed,
    Suspended,
    Thawed,
    TotalIssuanceForced,
    Transfer,
    Unlocked,
    Unreserved,
    Upgraded,
    Withdraw,
)
from pallets.balances.pallet import Balances, Config, Genesis
from pallets.balances.types import AdjustmentDirection, BalanceLock, IdAmount, ReserveData
from pallets.balances.weights import WEIGHTS

__all__ = [
    "WEIGHTS",
    "AdjustmentDirection",
    "BalanceLock",
    "BalanceSet",
    "Balances",
    "Burned",
    "Config",
    "DeadAccount",
    "DeltaZero",
    "Deposit",
    "DustLost",
    "Endowed",
    "Error",
    "Event",
    "ExistentialDeposit",
    "Expendability",
    "Frozen",
    "Genesis",
    "IdAmount",
    "InsufficientBalance",
    "IssuanceDeactivated",
    "Issued",
    "LiquidityRestrictions",
    "Locked",
    "Minted",
    "Rescinded",
    "ReserveData",
    "ReserveRepatriated",
    "Reserved",
    "Restored",
    "Slashed",
    "Suspended",
    "Thawed",
    "TooManyFreezes",
    "TooManyHolds",
    "TooManyReserves",
    "TotalIssuanceForced",
    "Transfer",
    "Unlocked",
    "Unreserved",
    "Upgraded",
    "Withdraw",
]
