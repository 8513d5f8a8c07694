"""Randomness for chains that nobody attacks; both kinds say how little they are worth.

`mixing` (the majority of three, over and over), `collective_flip` (from the hashes of the last 81 blocks, as
pallet_insecure_randomness_collective_flip), `seeded` (from the genesis, for development chains: recorded as events).
"""

from pallets.randomness.collective_flip import RandomnessCollectiveFlip
from pallets.randomness.seeded import SeededRandomness

__all__ = ["RandomnessCollectiveFlip", "SeededRandomness"]
