"""What the runtime supplies to System, and its genesis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from chain.primitives import U16, U32, BlockNumber
from chain.runtime_api import RuntimeVersion
from chain.runtime_code import embedded_version
from pallets.frame.constants import ConstantName
from pallets.frame.pallet import config
from pallets.frame.weight_info import ROCKSDB, DbWeight, WeightInfo
from pallets.system.limits import BlockLength, BlockWeights
from pallets.system.weights import WEIGHTS


@config
class Config:
    """What the runtime supplies."""

    version: Annotated[RuntimeVersion, ConstantName("Version")]
    """Which runtime this is."""
    block_weights: Annotated[BlockWeights, ConstantName("BlockWeights")] = BlockWeights.with_sensible_defaults()
    """How much weight a block may hold, by dispatch class."""
    block_length: Annotated[BlockLength, ConstantName("BlockLength")] = BlockLength()
    """How many bytes of extrinsics a block may hold, by dispatch class."""
    block_hash_count: BlockNumber = 2400
    """How many blocks' hashes stay in the state."""
    db_weight: Annotated[DbWeight, ConstantName("DbWeight")] = ROCKSDB
    """What one storage access weighs."""
    ss58_prefix: Annotated[U16, ConstantName("SS58Prefix")] = 42
    """What addresses of this chain begin with."""
    max_consumers: Annotated[U32, ConstantName(None)] = 16
    """How many reasons an account may have not to vanish; FRAME does not tell it."""
    length_is_proof: bool = True  # whether an extrinsic's own bytes count as proof, as they do since 2024
    weights: WeightInfo = WEIGHTS
    version_of_code: Callable[[bytes], RuntimeVersion | None] = embedded_version


@config
class Genesis:
    """System needs nothing to begin with."""
