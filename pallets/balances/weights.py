"""Weights of the Balances calls (polkadot-sdk, pallet_balances::weights::SubstrateWeight, benchmarked 2025-02-21)."""

from __future__ import annotations

from typing import Final

from chain.primitives import AccountId
from pallets.frame.weight import Weight
from pallets.frame.weight_info import Weighed, WeightInfo, formula

ACCOUNT_PROOF: Final = 3593
"""Bytes of proof for one entry of System.Account."""

WEIGHTS: Final = WeightInfo(
    {
        "transfer_allow_death": formula(48_834_000, ACCOUNT_PROOF, reads=1, writes=1),
        "transfer_keep_alive": formula(39_051_000, ACCOUNT_PROOF, reads=1, writes=1),
        "force_set_balance_killing": formula(19_206_000, ACCOUNT_PROOF, reads=1, writes=1),
        "force_transfer": formula(49_519_000, 6196, reads=2, writes=2),
        "transfer_all": formula(48_209_000, ACCOUNT_PROOF, reads=1, writes=1),
        "force_unreserve": formula(15_515_000, ACCOUNT_PROOF, reads=1, writes=1),
        "upgrade_accounts": formula(14_674_000, 990).per("u", 14_648_188, 2603, reads=1, writes=1),
        "force_adjust_total_issuance": formula(5_351_000),
        "burn_allow_death": formula(30_219_000),
        "burn_keep_alive": formula(20_720_000),
    }
)
"""Killing an account is dearer than creating one, so that is what setting a balance is charged."""


def upgrade_accounts_weight(config: Weighed, who: list[AccountId]) -> Weight:
    """One read and write an account."""
    return config.weights.of("upgrade_accounts", u=len(who))


def burn_weight(config: Weighed, keep_alive: bool) -> Weight:
    """The two weights are exchanged, as they are in polkadot-sdk."""
    return config.weights.of("burn_allow_death" if keep_alive else "burn_keep_alive")
