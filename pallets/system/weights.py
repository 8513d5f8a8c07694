"""Weights of System's calls (polkadot-sdk, frame_system::weights::SubstrateWeight, benchmarked 2025-02-21)."""

from __future__ import annotations

from typing import Final

from chain.primitives import U32
from pallets.frame.weight import Weight
from pallets.frame.weight_info import Weighed, WeightInfo, formula

WEIGHTS: Final = WeightInfo(
    {
        "remark": formula(1_586_000).per("b", 10_920),
        "remark_with_event": formula(4_725_000).per("b", 12_386),
        "set_heap_pages": formula(2_836_000, writes=1),
        "set_code": formula(87_586_619_000, 1485, reads=1, writes=2),
        "set_storage": formula(1_565_000).per("i", 733_648, writes=1),
        "kill_storage": formula(1_624_000).per("i", 566_903, writes=1),
        "kill_prefix": formula(2_964_000).per("p", 1_340_742, 70, reads=1, writes=1),
        "authorize_upgrade": formula(33_027_000, writes=1),
        "apply_authorized_upgrade": formula(118_101_992_000, 1518, reads=2, writes=3),
    }
)
"""Those of `set_code` and of the two for authorized upgrades are older, of 2023 and 2024."""


def remark_weight(config: Weighed, remark: bytes) -> Weight:
    """Of its length; remarks touch no storage."""
    return config.weights.of("remark", b=len(remark))


def remark_with_event_weight(config: Weighed, remark: bytes) -> Weight:
    """Of its length, which is hashed."""
    return config.weights.of("remark_with_event", b=len(remark))


def set_storage_weight(config: Weighed, items: list[tuple[bytes, bytes]]) -> Weight:
    """One write an item."""
    return config.weights.of("set_storage", i=len(items))


def kill_storage_weight(config: Weighed, keys: list[bytes]) -> Weight:
    """One write a key."""
    return config.weights.of("kill_storage", i=len(keys))


def kill_prefix_weight(config: Weighed, subkeys: U32) -> Weight:
    """One read and write a key, of as many as the caller says."""
    return config.weights.of("kill_prefix", p=subkeys)
