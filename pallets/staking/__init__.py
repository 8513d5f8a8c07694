"""Stake that answers for its owner: bond, unbond after a delay, slash, reward, reputation, and a lottery over them.

`types` (config, ledgers), `lottery` (the draw, pure), `pallet`.

    self.staking = Staking(self, staking.Config(currency=self.balances, slash_destination=treasury), index=21)
"""

from pallets.staking.lottery import LotteryError, draw
from pallets.staking.pallet import (
    INITIAL_REPUTATION,
    BelowMinimumBond,
    Bonded,
    Error,
    Event,
    Genesis,
    HoldReason,
    NothingBonded,
    NothingToWithdraw,
    ReputationChanged,
    Rewarded,
    Slashed,
    Staking,
    TooManyChunks,
    Unbonded,
    Withdrawn,
)
from pallets.staking.types import Config, Ledger, Unlocking

__all__ = [
    "INITIAL_REPUTATION",
    "BelowMinimumBond",
    "Bonded",
    "Config",
    "Error",
    "Event",
    "Genesis",
    "HoldReason",
    "Ledger",
    "LotteryError",
    "NothingBonded",
    "NothingToWithdraw",
    "ReputationChanged",
    "Rewarded",
    "Slashed",
    "Staking",
    "TooManyChunks",
    "Unbonded",
    "Unlocking",
    "Withdrawn",
    "draw",
]
