"""Weights of the Assets calls (polkadot-sdk, pallet_assets::weights::SubstrateWeight, benchmarked 2025-05-18)."""

from __future__ import annotations

from chain.primitives import U32
from pallets.assets.config import Config
from pallets.frame.weight import Weight, db

PROOF = 3675
"""Bytes of proof for one asset."""

TRANSFER_PROOF = 6208
"""Bytes of proof for two accounts of an asset."""


def _asset(ref_time: int) -> Weight:
    return db(reads=1, writes=1, ref_time=ref_time, proof_size=PROOF)


def _beside_asset(ref_time: int) -> Weight:
    """Of a call that reads an asset and changes one thing that belongs to it."""
    return db(reads=2, writes=1, ref_time=ref_time, proof_size=PROOF)


def _with_asset(ref_time: int) -> Weight:
    """Of a call that changes an asset and one thing that belongs to it."""
    return db(reads=2, writes=2, ref_time=ref_time, proof_size=PROOF)


def _transfer(ref_time: int) -> Weight:
    return db(reads=4, writes=4, ref_time=ref_time, proof_size=TRANSFER_PROOF)


CREATE = db(reads=3, writes=2, ref_time=31_518_000, proof_size=PROOF)
FORCE_CREATE = db(reads=2, writes=1, ref_time=13_002_000, proof_size=PROOF)
START_DESTROY = _asset(15_425_000)
FINISH_DESTROY = _beside_asset(16_159_000)
MINT = _with_asset(26_623_000)
BURN = _with_asset(34_662_000)
TRANSFER = _transfer(47_772_000)
TRANSFER_KEEP_ALIVE = _transfer(42_964_000)
FORCE_TRANSFER = _transfer(47_580_000)
FREEZE = _beside_asset(19_799_000)
THAW = _beside_asset(19_873_000)
FREEZE_ASSET = _asset(15_405_000)
THAW_ASSET = _asset(15_284_000)
TRANSFER_OWNERSHIP = _beside_asset(16_890_000)
SET_TEAM = _asset(14_856_000)
CLEAR_METADATA = _beside_asset(30_680_000)
FORCE_CLEAR_METADATA = _beside_asset(30_302_000)
FORCE_ASSET_STATUS = _asset(14_802_000)
APPROVE_TRANSFER = _with_asset(34_976_000)
TRANSFER_APPROVED = db(reads=5, writes=5, ref_time=69_478_000, proof_size=TRANSFER_PROOF)
CANCEL_APPROVAL = _with_asset(36_883_000)
FORCE_CANCEL_APPROVAL = _with_asset(36_578_000)
SET_MIN_BALANCE = _asset(15_505_000)
TOUCH = db(reads=3, writes=3, ref_time=36_636_000, proof_size=PROOF)
TOUCH_OTHER = _with_asset(34_522_000)
REFUND = db(reads=3, writes=3, ref_time=34_979_000, proof_size=PROOF)
REFUND_OTHER = _with_asset(33_214_000)
BLOCK = _beside_asset(20_104_000)
TRANSFER_ALL = _transfer(56_798_000)


def accounts_destroyed(count: U32) -> Weight:
    """Of destroying so many accounts."""
    ref_time, proof_size = 19_222_000 + 15_436_025 * count, PROOF + 2609 * count
    return db(reads=2 + 2 * count, writes=1 + 2 * count, ref_time=ref_time, proof_size=proof_size)


def approvals_destroyed(count: U32) -> Weight:
    """Of destroying so many approvals."""
    ref_time, proof_size = 20_138_000 + 15_779_729 * count, PROOF + 2623 * count
    return db(reads=2 + count, writes=1 + count, ref_time=ref_time, proof_size=proof_size)


def destroy_accounts(config: Config) -> Weight:
    """Of as many accounts as one call may destroy."""
    return accounts_destroyed(config.remove_items_limit)


def destroy_approvals(config: Config) -> Weight:
    """Of as many approvals as one call may destroy."""
    return approvals_destroyed(config.remove_items_limit)


def set_metadata(symbol: bytes) -> Weight:
    """Of the length of the symbol; that of the name was not found to matter."""
    return _beside_asset(31_869_256 + 826 * len(symbol))


def force_set_metadata(name: bytes, symbol: bytes) -> Weight:
    """Of both lengths."""
    return _beside_asset(13_680_991 + 3_162 * len(name) + 2_931 * len(symbol))
