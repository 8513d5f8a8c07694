"""Weights of the Multisig calls (polkadot-sdk, pallet_multisig::weights::SubstrateWeight, benchmarked 2025-02-25).

Components: s signatories other than the signer, z bytes of the encoded call.
"""

from __future__ import annotations

from typing import Final

from chain.primitives import AccountId
from pallets.frame.call import RuntimeCall
from pallets.frame.weight import DispatchClass, Weight
from pallets.frame.weight_info import Weighed, WeightInfo, formula

PROOF = 6811
"""Bytes of proof for one open operation."""

WEIGHTS: Final = WeightInfo(
    {
        "as_multi_threshold_1": formula(20_470_382, 3997, reads=2).per("z", 397),
        "as_multi_create": formula(29_976_762, PROOF, reads=1, writes=1).per("s", 144_320).per("z", 1_819),
        "as_multi_approve": formula(14_821_348, PROOF, reads=1, writes=1).per("s", 127_874).per("z", 1_968),
        "as_multi_complete": formula(34_745_418, PROOF, reads=4, writes=2).per("s", 193_313).per("z", 2_057),
        "approve_as_multi_create": formula(27_463_275, PROOF, reads=1, writes=1).per("s", 139_226),
        "approve_as_multi_approve": formula(14_074_258, PROOF, reads=1, writes=1).per("s", 126_544),
        "cancel_as_multi": formula(28_623_566, PROOF, reads=1, writes=1).per("s", 135_351),
        "poke_deposit": formula(27_349_525, PROOF, reads=1, writes=1).per("s", 121_813),
    }
)


def as_multi_threshold_1_weight(config: Weighed, call: RuntimeCall) -> tuple[Weight, DispatchClass]:
    """Of the inner call, and a little; the account that makes it is read and written."""
    info = call.info()
    own = config.weights.of("as_multi_threshold_1", z=len(call.encode()))
    return own + config.weights.database.of(reads=1, writes=1) + info.call_weight, info.dispatch_class


def as_multi_weight(
    config: Weighed, other_signatories: list[AccountId], call: RuntimeCall, max_weight: Weight
) -> Weight:
    """Of the dearest that it may turn out to be, and what the inner call may weigh."""
    sizes = {"s": len(other_signatories), "z": len(call.encode())}
    create, approve = config.weights.of("as_multi_create", **sizes), config.weights.of("as_multi_approve", **sizes)
    return create.at_least(approve).at_least(config.weights.of("as_multi_complete", **sizes)) + max_weight


def approve_as_multi_weight(config: Weighed, other_signatories: list[AccountId], max_weight: Weight) -> Weight:
    """Of the dearer that it may turn out to be, and as much again as the signer says."""
    count = len(other_signatories)
    create = config.weights.of("approve_as_multi_create", s=count)
    return create.at_least(config.weights.of("approve_as_multi_approve", s=count)) + max_weight


def cancel_as_multi_weight(config: Weighed, other_signatories: list[AccountId]) -> Weight:
    """Of the signatories."""
    return config.weights.of("cancel_as_multi", s=len(other_signatories))


def poke_deposit_weight(config: Weighed, other_signatories: list[AccountId]) -> Weight:
    """Of the signatories."""
    return config.weights.of("poke_deposit", s=len(other_signatories))
