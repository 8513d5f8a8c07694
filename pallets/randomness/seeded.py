"""SeededRandomness: randomness for development chains and tests, all of it from one seed in the genesis.

The same seed gives the same chain on every machine. Whoever knows the state knows every value beforehand, which the
answer says: it has been known since block zero. Every value that a call draws is recorded as an event.
"""

from __future__ import annotations

from typing import Final

from chain.crypto.hashing import blake2_256
from chain.primitives import U32, BlockNumber, Hash
from chain.scale.compact import encode_compact
from pallets.frame.event import PalletEvent
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue

CONTEXT: Final = b"palletlab/seeded-randomness"
"""Keeps these values apart from other hashes of the same seed."""

DEFAULT_SEED: Final = Hash(blake2_256(CONTEXT))


@config
class Config:
    """The pallet needs nothing of its runtime."""


@config
class Genesis:
    """Where all values come from."""

    seed: Hash = DEFAULT_SEED


class Event(PalletEvent):
    """What was drawn."""


class Drawn(Event):
    """A value was drawn from the seed: not random to anybody who knows the chain."""

    subject: bytes
    value: Hash


class SeededRandomness(Pallet[Config]):
    seed: StorageValue[Hash]
    """Where all values come from."""

    def random(self, subject: bytes) -> tuple[Hash, BlockNumber]:
        """A value for the subject in this block, recorded; known since block zero."""
        value = self.preview(subject, self.block_number())
        self.deposit_event(Drawn(subject, value))
        return value, 0

    def random_seed(self) -> tuple[Hash, BlockNumber]:
        """The value for no subject."""
        return self.random(b"")

    def preview(self, subject: bytes, number: U32) -> Hash:
        """What a block will draw for the subject; nothing is recorded."""
        return Hash(
            blake2_256(
                CONTEXT + self.seed.get() + number.to_bytes(4, "little") + encode_compact(len(subject)) + subject
            )
        )

    def build_genesis(self, genesis: Genesis) -> None:
        """Sow."""
        self.seed.put(genesis.seed)
