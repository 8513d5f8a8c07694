"""What the runtime supplies to System, and its genesis."""

from __future__ import annotations

from collections.abc import Callable

from chain.primitives import U32, BlockNumber
from chain.runtime_api import RuntimeVersion
from chain.runtime_code import embedded_version
from pallets.frame.pallet import config
from pallets.frame.weight_info import WeightInfo
from pallets.system.limits import BlockLength, BlockWeights
from pallets.system.weights import WEIGHTS


@config
class Config:
    """What the runtime supplies."""

    version: RuntimeVersion
    block_weights: BlockWeights = BlockWeights.with_sensible_defaults()
    block_length: BlockLength = BlockLength()
    block_hash_count: BlockNumber = 2400  # blocks whose hashes stay in the state
    ss58_prefix: U32 = 42
    max_consumers: U32 = 16
    weights: WeightInfo = WEIGHTS
    version_of_code: Callable[[bytes], RuntimeVersion | None] = embedded_version


@config
class Genesis:
    """System needs nothing to begin with."""
