"""What System keeps."""

from __future__ import annotations

from chain.block import DigestItem
from chain.primitives import U32, AccountId, BlockNumber, Hash
from pallets.frame.event import EventRecord, Phase
from pallets.frame.pallet import Pallet
from pallets.frame.storage import StorageMap, StorageValue, Twox64, item
from pallets.frame.weight import Weight
from pallets.system.config import Config
from pallets.system.types import AccountInfo, CodeUpgradeAuthorization, ConsumedWeight, LastRuntimeUpgradeInfo


class SystemStorage(Pallet[Config]):
    account: StorageMap[AccountId, AccountInfo] = item(default=AccountInfo(), encoded_late=True)
    """Every account."""

    extrinsic_count: StorageValue[U32 | None]
    """Extrinsics of the block, once they are all applied."""

    inherents_applied: StorageValue[bool]
    """Whether the block's inherents were all applied."""

    block_weight: StorageValue[ConsumedWeight] = item(encoded_late=True)
    """Weight used by the block so far."""

    all_extrinsics_len: StorageValue[U32 | None] = item(encoded_late=True)
    """Bytes of the block's extrinsics so far."""

    block_hash: StorageMap[Twox64[BlockNumber], Hash]
    """Hashes of the last blocks; zeros for others."""

    extrinsic_data: StorageMap[Twox64[U32], bytes] = item(encoded_late=True)
    """The block's extrinsics, length-prefixed, until it is finalized."""

    number: StorageValue[BlockNumber]
    """The block that is being executed, or was last."""

    parent_hash: StorageValue[Hash]
    """Hash of the block before it."""

    digest: StorageValue[list[DigestItem]]
    """Digest items of the block."""

    events: StorageValue[list[EventRecord]]
    """What happened in the block."""

    event_count: StorageValue[U32]
    """How many events those are; written when an extrinsic ends."""

    event_topics: StorageMap[Hash, list[tuple[BlockNumber, U32]]]
    """Where events of a topic stand: the block and the position. Of this block, or the last."""

    last_runtime_upgrade: StorageValue[LastRuntimeUpgradeInfo | None]
    """The runtime version that last migrated the state."""

    upgraded_to_u32_ref_count: StorageValue[bool]
    """A migration of long ago; true in every chain since."""

    upgraded_to_triple_ref_count: StorageValue[bool]
    """A migration of long ago; true in every chain since."""

    execution_phase: StorageValue[Phase | None]
    """Where in the block's life we are."""

    authorized_upgrade: StorageValue[CodeUpgradeAuthorization | None]
    """The code that may be put in place of this runtime's."""

    extrinsic_weight_reclaimed: StorageValue[Weight]
    """Weight that the extrinsic being applied gave back to the block so far."""
