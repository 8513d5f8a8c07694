"""RandomnessCollectiveFlip: randomness from the hashes of the last 81 blocks
(pallet_insecure_randomness_collective_flip).

Insecure: every value is known as soon as the parent block is, and the authors of a few blocks can steer it.
"""

from __future__ import annotations

from typing import Annotated, Final, Protocol

from chain.bounds import MaxLen
from chain.crypto.hashing import blake2_256
from chain.primitives import BlockNumber, Hash
from chain.scale.compact import encode_compact
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue
from pallets.frame.weight import Weight, db
from pallets.randomness.mixing import triplet_mix

MATERIAL: Final = 81
"""Blocks whose hashes are mixed: three to the power of four."""


class ParentHash(Protocol):
    """What knows the block before: System."""

    parent_hash: StorageValue[Hash]


@config
class Config:
    """What the runtime supplies."""

    system: ParentHash


class RandomnessCollectiveFlip(Pallet[Config]):
    random_material: StorageValue[Annotated[list[Hash], MaxLen(MATERIAL)]]
    """The hashes of the last blocks, a ring whose oldest is at the block number modulo 81."""

    def on_initialize(self, now: BlockNumber) -> Weight:
        """Remember the block before."""
        parent = self.config.system.parent_hash.get()
        if not self.random_material.try_append(parent):
            material = self.random_material.get()
            material[_place(now)] = parent
            self.random_material.put(material)
        return db(reads=1, writes=1)

    def random(self, subject: bytes) -> tuple[Hash, BlockNumber]:
        """A value for the subject, and the block since which it may have been known."""
        now, material = self.block_number(), self.random_material.get()
        since = max(now - MATERIAL, 0)
        if not material:  # before block 1
            return Hash(bytes(32)), since
        length = encode_compact(len(subject))
        start = _place(now)
        hashes = [
            blake2_256(bytes((turn,)) + length + subject + material[(start + turn) % len(material)])
            for turn in range(MATERIAL)
        ]
        return Hash(triplet_mix(hashes)), since

    def random_seed(self) -> tuple[Hash, BlockNumber]:
        """The value for no subject."""
        return self.random(b"")


def _place(number: BlockNumber) -> int:
    return (number - 1) % MATERIAL
