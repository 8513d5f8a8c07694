"""RandomnessCollectiveFlip: the hashes of the last 81 blocks, of which numbers were drawn.

Whoever makes the last of these blocks chooses among outcomes: nothing of worth may hang on them, and today's templates
have the pallet no more.
"""

from __future__ import annotations

from typing import Annotated, Final, Protocol

from chain.primitives import U32, BlockNumber, Hash, MaxLen
from pallets.frame.constants import ConstantName
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue
from pallets.frame.weight import Weight, db

MATERIAL: Final = 81
"""Hashes that are kept (pallet_insecure_randomness_collective_flip::RANDOM_MATERIAL_LEN)."""


class Parent(Protocol):
    """Who knows the block before: System."""

    parent_hash: StorageValue[Hash]


@config
class Config:
    """What the runtime supplies."""

    system: Parent
    material: Annotated[U32, ConstantName(None)] = MATERIAL
    """How many hashes are kept."""


class RandomnessCollectiveFlip(Pallet[Config]):
    random_material: StorageValue[Annotated[list[Hash], MaxLen(Config.material)]]
    """The hashes of the last blocks, in a circle."""

    def on_initialize(self, now: BlockNumber) -> Weight:
        """Keep the hash of the block before, in the place of the oldest once there are enough."""
        parent, hashes = self.config.system.parent_hash.get(), self.random_material.get()
        if len(hashes) < self.config.material:
            hashes.append(parent)
        else:
            hashes[(now - 1) % self.config.material] = parent
        self.random_material.put(hashes)
        return db(reads=1, writes=1)
