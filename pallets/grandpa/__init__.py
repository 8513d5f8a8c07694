"""Grandpa: who votes on finality, and when that changes (pallet_grandpa).

`types` (authorities, states), `equivocation` (what a double vote is proved with), `pallet`.
"""

from chain.network.authority_change import ConsensusLog
from pallets.grandpa.pallet import Config, Error, Event, Genesis, Grandpa, NewAuthorities
from pallets.grandpa.types import GrandpaAuthority, StoredPendingChange, StoredState

__all__ = [
    "Config",
    "ConsensusLog",
    "Error",
    "Event",
    "Genesis",
    "Grandpa",
    "GrandpaAuthority",
    "NewAuthorities",
    "StoredPendingChange",
    "StoredState",
]
