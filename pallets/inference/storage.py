"""Where models on chain are kept, and the questions that need no more than a look at them."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from chain.primitives import U32, AccountId, Balance, Hash, MaxLen
from pallets.frame.error import ensure
from pallets.frame.pallet import Pallet
from pallets.frame.storage import Identity, StorageDoubleMap, StorageMap, StorageNMap, Twox64
from pallets.frame.traits import RuntimeHoldReason, hold_reason
from pallets.inference.config import Config
from pallets.inference.errors import NotAForest, NotPlaced, VersionWithdrawn
from pallets.inference.types import FORMATS, Format, NamedRoot, Placement, Row, Upload
from pallets.ml_registry.artifact import Artifact
from pallets.ml_registry.types import ModelId

Chunk = Annotated[bytes, MaxLen(Config.chunk_bytes)]
ChunkKey = tuple[Identity[Hash], AccountId, Twox64[U32]]
ModelBytes = Annotated[bytes, MaxLen(Config.max_bytes)]
Rows = Annotated[list[Row], MaxLen(Config.max_rows)]


class HoldReason(IntEnum):
    """Why funds are held."""

    MODEL = 0
    """For the bytes of a model, that are on chain or on their way."""

    ROOT = 1
    """For a root that an owner has named."""


class InferenceStorage(Pallet[Config]):
    """The pallet's storage."""

    placements: StorageMap[Identity[Hash], Placement | None]
    """The versions on chain."""

    artifacts: StorageMap[Identity[Hash], ModelBytes | None]
    """Their bytes."""

    uploads: StorageDoubleMap[Identity[Hash], AccountId, Upload | None]
    """Versions on their way: each account brings its own bytes, so that nobody stands in another's."""

    chunks: StorageNMap[ChunkKey, Chunk | None]
    """Bytes that have come, by where in the artifact they begin."""

    fees: StorageMap[Twox64[ModelId], Balance]
    """What owners of models take for each row."""

    roots: StorageMap[Identity[Hash], NamedRoot | None]
    """The roots that owners have named, on chain or not."""

    # Questions

    def placement(self, version: Hash) -> Placement:
        """A version on chain; raises NotPlaced."""
        found = self.placements.get(version)
        if found is None:
            raise NotPlaced
        return found

    def tree_artifact(self, version: Hash) -> tuple[Artifact, Format]:
        """The artifact of a version in use that is made of trees; raises VersionWithdrawn, NotAForest."""
        models = self.config.models
        found = models.version(version)
        ensure(not models.is_withdrawn(version), VersionWithdrawn)
        form = FORMATS.get(models.model(found.model).algorithm)
        if form is None:
            raise NotAForest
        return found.artifact, form

    def owner_of(self, version: Hash) -> AccountId:
        """Whose model it is a version of."""
        models = self.config.models
        return models.model(models.version(version).model).owner

    def deposit_for(self, size: U32) -> Balance:
        """What is held for so many bytes."""
        return self.config.deposit_base + size * self.config.deposit_per_byte

    def reason(self, reason: HoldReason) -> RuntimeHoldReason:
        """Why deposits are on hold."""
        return hold_reason(self, reason)
