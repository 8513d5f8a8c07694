"""Weights of the Balances calls (polkadot-sdk, pallet_balances::weights::SubstrateWeight, benchmarked 2025-02-21)."""

from __future__ import annotations

from chain.primitives import AccountId
from pallets.frame.weight import Weight, db

ACCOUNT_PROOF = 3593
"""Bytes of proof for one entry of System.Account."""

TRANSFER_ALLOW_DEATH = db(reads=1, writes=1, ref_time=48_834_000, proof_size=ACCOUNT_PROOF)
TRANSFER_KEEP_ALIVE = db(reads=1, writes=1, ref_time=39_051_000, proof_size=ACCOUNT_PROOF)
TRANSFER_ALL = db(reads=1, writes=1, ref_time=48_209_000, proof_size=ACCOUNT_PROOF)
FORCE_TRANSFER = db(reads=2, writes=2, ref_time=49_519_000, proof_size=6196)
FORCE_UNRESERVE = db(reads=1, writes=1, ref_time=15_515_000, proof_size=ACCOUNT_PROOF)
FORCE_ADJUST_TOTAL_ISSUANCE = Weight(ref_time=5_351_000)

FORCE_SET_BALANCE = db(reads=1, writes=1, ref_time=19_206_000, proof_size=ACCOUNT_PROOF)
"""Of killing an account, which is dearer than creating one."""

BURN_ALLOW_DEATH = Weight(ref_time=30_219_000)
BURN_KEEP_ALIVE = Weight(ref_time=20_720_000)


def upgrade_accounts(who: list[AccountId]) -> Weight:
    """One read and write an account."""
    count = len(who)
    ref_time, proof_size = 14_674_000 + 14_648_188 * count, 990 + 2603 * count
    return db(reads=count, writes=count, ref_time=ref_time, proof_size=proof_size)


def burn(keep_alive: bool) -> Weight:
    """The two weights are exchanged, as they are in polkadot-sdk."""
    return BURN_ALLOW_DEATH if keep_alive else BURN_KEEP_ALIVE
