"""System: accounts, blocks, events and the digest; what every other pallet stands on (frame_system).

`config`, `limits` (weight and length of a block), `types` (accounts, outcomes), `events`, `errors`, `weights`,
`storage`, `calls` (remarks, raw storage, upgrades), `try_state` (what must add up), `pallet` (the life of a block, the
books of accounts).
"""

from pallets.system.config import Config, Genesis
from pallets.system.errors import Error
from pallets.system.events import Event, ExtrinsicFailed, ExtrinsicSuccess
from pallets.system.limits import BlockLength, BlockWeights, ClassWeights
from pallets.system.pallet import System
from pallets.system.types import AccountData, AccountInfo, ConsumedWeight, DispatchEventInfo
from pallets.system.weights import WEIGHTS

__all__ = [
    "WEIGHTS",
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
