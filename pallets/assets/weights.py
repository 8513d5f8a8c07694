"""Weights of the Assets calls (polkadot-sdk, pallet_assets::weights::SubstrateWeight, benchmarked 2025-05-18)."""

from __future__ import annotations

from typing import Final, Protocol

from chain.primitives import U32
from pallets.frame.weight import Weight
from pallets.frame.weight_info import Weighed, WeightFormula, WeightInfo, formula

PROOF: Final = 3675
"""Bytes of proof for one asset."""

TRANSFER_PROOF: Final = 6208
"""Bytes of proof for two accounts of an asset."""


def _asset(ref_time: int) -> WeightFormula:
    return formula(ref_time, PROOF, reads=1, writes=1)


def _beside_asset(ref_time: int) -> WeightFormula:
    """Of a call that reads an asset and changes one thing that belongs to it."""
    return formula(ref_time, PROOF, reads=2, writes=1)


def _with_asset(ref_time: int) -> WeightFormula:
    """Of a call that changes an asset and one thing that belongs to it."""
    return formula(ref_time, PROOF, reads=2, writes=2)


def _with_account(ref_time: int) -> WeightFormula:
    """Of a call that changes an asset, an account of it and the native account."""
    return formula(ref_time, PROOF, reads=3, writes=3)


def _transfer(ref_time: int) -> WeightFormula:
    return formula(ref_time, TRANSFER_PROOF, reads=4, writes=4)


WEIGHTS: Final = WeightInfo(
    {
        "create": formula(31_518_000, PROOF, reads=3, writes=2),
        "force_create": formula(13_002_000, PROOF, reads=2, writes=1),
        "start_destroy": _asset(15_425_000),
        "destroy_accounts": _beside_asset(19_222_000).per("c", 15_436_025, 2609, reads=2, writes=2),
        "destroy_approvals": _beside_asset(20_138_000).per("a", 15_779_729, 2623, reads=1, writes=1),
        "finish_destroy": _beside_asset(16_159_000),
        "mint": _with_asset(26_623_000),
        "burn": _with_asset(34_662_000),
        "transfer": _transfer(47_772_000),
        "transfer_keep_alive": _transfer(42_964_000),
        "force_transfer": _transfer(47_580_000),
        "freeze": _beside_asset(19_799_000),
        "thaw": _beside_asset(19_873_000),
        "freeze_asset": _asset(15_405_000),
        "thaw_asset": _asset(15_284_000),
        "transfer_ownership": _beside_asset(16_890_000),
        "set_team": _asset(14_856_000),
        "set_metadata": _beside_asset(31_869_256).per("n").per("s", 826),
        "clear_metadata": _beside_asset(30_680_000),
        "force_set_metadata": _beside_asset(13_680_991).per("n", 3_162).per("s", 2_931),
        "force_clear_metadata": _beside_asset(30_302_000),
        "force_asset_status": _asset(14_802_000),
        "approve_transfer": _with_asset(34_976_000),
        "transfer_approved": formula(69_478_000, TRANSFER_PROOF, reads=5, writes=5),
        "cancel_approval": _with_asset(36_883_000),
        "force_cancel_approval": _with_asset(36_578_000),
        "set_min_balance": _asset(15_505_000),
        "touch": _with_account(36_636_000),
        "touch_other": _with_asset(34_522_000),
        "refund": _with_account(34_979_000),
        "refund_other": _with_asset(33_214_000),
        "block": _beside_asset(20_104_000),
        "transfer_all": _transfer(56_798_000),
    }
)


class Limited(Weighed, Protocol):
    """A config that limits how much one call removes."""

    @property
    def remove_items_limit(self) -> U32:
        """Accounts or approvals that one call destroys."""
        ...


def destroy_accounts_weight(config: Limited) -> Weight:
    """Of as many accounts as one call may destroy."""
    return config.weights.of("destroy_accounts", c=config.remove_items_limit)


def destroy_approvals_weight(config: Limited) -> Weight:
    """Of as many approvals as one call may destroy."""
    return config.weights.of("destroy_approvals", a=config.remove_items_limit)


def set_metadata_weight(config: Weighed, name: bytes, symbol: bytes) -> Weight:
    """Of the length of the symbol; that of the name was not found to matter."""
    return config.weights.of("set_metadata", n=len(name), s=len(symbol))


def force_set_metadata_weight(config: Weighed, name: bytes, symbol: bytes) -> Weight:
    """Of both lengths."""
    return config.weights.of("force_set_metadata", n=len(name), s=len(symbol))
