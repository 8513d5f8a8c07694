"""Fixed-point updates as residues modulo 2^32 or 2^64 whose sum cannot wrap, and the sum back as integers.

    value → clipped to ±clip, rounded to `fractional_bits` toward zero, × weight, modulo 2^modulus_bits

The weight itself is one more coordinate, so the sum of the weights stays as hidden as any weight until the end. With
n clients of weight at most w nothing wraps where n · w · clip · 2^fractional_bits < 2^(modulus_bits - 1). Rounding
moves a value by less than one step of 2^-fractional_bits; the sum adds no error of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS
from pallets.learning.secure_aggregation.masks import Residues
from pallets.learning.secure_aggregation.refusals import ImpossibleSum, MalformedMessage
from pallets.learning.secure_aggregation.room import check_numbers, check_room, largest_coordinate

VALUES_AT_ONCE = 2**13
"""Values in one block: few enough to stay in the cache from step to step."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How values become residues.

    clip: largest size of a value, in steps of 2^-fractional_bits
    fractional_bits: at most the 24 of updates
    largest_weight: of one client; 1 for a plain sum
    noise: largest size of the noise that a client may add to a coordinate, in the same steps
    """

    clip: int
    fractional_bits: int = 18
    modulus_bits: int = 32
    largest_weight: int = 1
    noise: int = 0

    def __post_init__(self) -> None:
        check_numbers(self.clip, self.fractional_bits, self.modulus_bits, self.largest_weight, self.noise)

    @property
    def largest(self) -> int:
        """The largest size of a coordinate of one client."""
        return largest_coordinate(self.clip, self.largest_weight, self.noise)

    @property
    def kind(self) -> np.dtype[np.uint32 | np.uint64]:
        """The type of a residue."""
        return np.dtype("<u4") if self.modulus_bits == 32 else np.dtype("<u8")

    def check_room(self, clients: int) -> None:
        """Refuse a sum that could wrap; raises TermsRefused. Meant for the moment when a task is created."""
        check_room(clients, self.largest, self.modulus_bits)

    def encode(self, update: NDArray[np.int64], weight: int = 1, noise: NDArray[np.int64] | None = None) -> Residues:
        """The residues of an update with 24 fractional bits, its weight last.

        noise: one integer a value, in steps of 2^-fractional_bits, added after weighing; kept within ±`self.noise`
        """
        if update.ndim != 1 or update.dtype != np.int64:
            raise MalformedMessage(f"an update of type {update.dtype} and shape {update.shape}, not a row of int64")
        if not 1 <= weight <= self.largest_weight:
            raise MalformedMessage(f"a weight of {weight}, not 1 to {self.largest_weight}")
        if noise is not None and (noise.shape != update.shape or noise.dtype != np.int64):
            raise MalformedMessage(f"noise of type {noise.dtype} and shape {noise.shape} for {len(update)} values")
        residues: Residues = np.empty(len(update) + 1, dtype=self.kind)
        for first in range(0, len(update), VALUES_AT_ONCE):
            block = slice(first, min(first + VALUES_AT_ONCE, len(update)))
            values = self._steps(update[block])
            if weight != 1:
                values *= weight
            if noise is not None:
                values += np.clip(noise[block], -self.noise, self.noise)
            residues[block] = values.astype(self.kind)  # modulo 2^bits, as C converts
        residues[-1] = weight
        return residues

    def _steps(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Values with 24 fractional bits in steps of 2^-fractional_bits, clipped, rounded toward zero."""
        shift = WEIGHT_FRACTIONAL_BITS - self.fractional_bits
        bound = min(self.clip << shift, 2**63 - 1 - (1 << shift))
        clipped = np.clip(values, -bound, bound)
        # a shift rounds down; what is negative is first moved up by what the shift drops
        clipped += (clipped >> 63) & ((1 << shift) - 1)
        clipped >>= shift
        return clipped

    def decode(self, residues: Residues, clients: int) -> tuple[NDArray[np.int64], int]:
        """The sum of the values in steps of 2^-fractional_bits, and the sum of the weights.

        Raises ImpossibleSum where `clients` clipped updates cannot have given it.
        """
        if residues.ndim != 1 or residues.dtype != self.kind or not len(residues):
            raise MalformedMessage(f"a sum of type {residues.dtype} and shape {residues.shape}")
        signed = residues.view("<i4" if self.modulus_bits == 32 else "<i8").astype(np.int64)
        values, weight = signed[:-1], int(signed[-1])
        if not clients <= weight <= clients * self.largest_weight:
            raise ImpossibleSum(f"weights of {weight} in the sum of {clients} clients")
        bound = clients * (self.clip * self.largest_weight + self.noise)
        largest = max(int(values.max(initial=0)), -int(values.min(initial=0)))
        if largest > bound:
            raise ImpossibleSum(f"{largest} in the sum of {clients} clients, who can give {bound} at most")
        return values, weight
