"""System: accounts, blocks, events and the digest; what every other pallet stands on (frame_system).

`limits` (weight and length of a block), `types` (accounts, events' phases, dispatch info), `pallet`.
"""

from pallets.system.limits import BlockLength, BlockWeights, ClassWeights
from pallets.system.pallet import Config, Error, Event, ExtrinsicFailed, ExtrinsicSuccess, Genesis, System
from pallets.system.types import AccountData, AccountInfo, ConsumedWeight, DispatchEventInfo

__all__ = [
    "AccountData",
    "AccountInfo",
    "BlockLength",
    "BlockWeights",
    "ClassWeights",
    "Config",
    "ConsumedWeight",
    "DispatchEventInfo",
    "Error",
    "Event",
    "ExtrinsicFailed",
    "ExtrinsicSuccess",
    "Genesis",
    "System",
]
