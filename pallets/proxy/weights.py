"""Weights of the Proxy calls (polkadot-sdk, pallet_proxy::weights::SubstrateWeight, benchmarked 2025-03-04).

Components: p delegates of an account, a announcements of a delegate; what is charged is for the most there may be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from chain.primitives import U32
from pallets.frame.call import RuntimeCall
from pallets.frame.weight import DispatchClass, Weight
from pallets.frame.weight_info import WeightInfo, formula

PROXIES_PROOF, ANNOUNCEMENTS_PROOF = 4706, 5698
"""Bytes of proof for one entry of Proxies, and of Announcements."""

WEIGHTS: Final = WeightInfo(
    {
        "proxy": formula(25_084_085, PROXIES_PROOF, reads=3).per("p", 33_574),
        "proxy_announced": formula(48_686_812, ANNOUNCEMENTS_PROOF, reads=5, writes=2)
        .per("a", 171_107)
        .per("p", 34_523),
        "remove_announcement": formula(30_320_504, ANNOUNCEMENTS_PROOF, reads=2, writes=2)
        .per("a", 158_572)
        .per("p", 8_433),
        "reject_announcement": formula(29_754_384, ANNOUNCEMENTS_PROOF, reads=2, writes=2)
        .per("a", 176_827)
        .per("p", 9_607),
        "announce": formula(38_080_636, ANNOUNCEMENTS_PROOF, reads=3, writes=2).per("a", 157_335).per("p", 28_872),
        "add_proxy": formula(28_296_216, PROXIES_PROOF, reads=1, writes=1).per("p", 50_271),
        "remove_proxy": formula(28_379_566, PROXIES_PROOF, reads=1, writes=1).per("p", 45_784),
        "remove_proxies": formula(25_821_878, PROXIES_PROOF, reads=1, writes=1).per("p", 33_972),
        "create_pure": formula(29_662_728, PROXIES_PROOF, reads=1, writes=1).per("p", 29_928),
        "kill_pure": formula(26_780_627, PROXIES_PROOF, reads=1, writes=1).per("p", 33_085),
        "poke_deposit": formula(47_972_000, ANNOUNCEMENTS_PROOF, reads=3, writes=3),
    }
)


class Limits(Protocol):
    """What the weights are for: formulas, and the most that there may be."""

    @property
    def weights(self) -> WeightInfo:
        """The pallet's weight formulas."""
        ...

    @property
    def max_proxies(self) -> U32:
        """Delegates of an account."""
        ...

    @property
    def max_pending(self) -> U32:
        """Announcements of a delegate."""
        ...


def of_delegates(name: str) -> Callable[[Limits], Weight]:
    """The weight of a call that goes through an account's delegates."""

    def weight(config: Limits) -> Weight:
        return config.weights.of(name, p=config.max_proxies)

    return weight


def of_announcements(name: str) -> Callable[[Limits], Weight]:
    """The weight of a call that goes through announcements, too."""

    def weight(config: Limits) -> Weight:
        return config.weights.of(name, a=config.max_pending, p=config.max_proxies)

    return weight


def proxy_weight(config: Limits, call: RuntimeCall) -> tuple[Weight, DispatchClass]:
    """Of the inner call, and a little; the account that makes it is read and written."""
    return _around(config, of_delegates("proxy"), call)


def proxy_announced_weight(config: Limits, call: RuntimeCall) -> tuple[Weight, DispatchClass]:
    """Of the inner call, and a little; the account that makes it is read and written."""
    return _around(config, of_announcements("proxy_announced"), call)


def _around(config: Limits, own: Callable[[Limits], Weight], call: RuntimeCall) -> tuple[Weight, DispatchClass]:
    info = call.info()
    account = config.weights.database.of(reads=1, writes=1)
    return own(config) + account + info.call_weight, info.dispatch_class
