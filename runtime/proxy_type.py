"""What accounts of the development chain may let others do in their name."""

from __future__ import annotations

from typing import Final

from pallets.frame.call import RuntimeCall
from pallets.proxy import ProxyKind

_FUNDS: Final = frozenset({"Balances", "Assets"})
_LEARNING: Final = frozenset({"MlRegistry", "FederatedRound", "DataRegistry", "ProxyExchange", "Inference"})


class ProxyType(ProxyKind):
    """Which calls a delegate may make."""

    ANY = 0
    NON_TRANSFER = 1
    GOVERNANCE = 2
    STAKING = 3
    LEARNING = 4

    def admits(self, call: RuntimeCall) -> bool:
        """Those of the pallets that the kind is named after; of all but the pallets that move funds."""
        pallet = call.target.pallet
        match self:
            case ProxyType.ANY:
                return True
            case ProxyType.NON_TRANSFER:
                return pallet not in _FUNDS
            case ProxyType.GOVERNANCE:
                return pallet == "Governance"
            case ProxyType.STAKING:
                return pallet == "Staking"
            case ProxyType.LEARNING:
                return pallet in _LEARNING

    def is_superset(self, other: ProxyKind) -> bool:
        """NON_TRANSFER has all that is no transfer."""
        return super().is_superset(other) or (self is ProxyType.NON_TRANSFER and other is not ProxyType.ANY)
