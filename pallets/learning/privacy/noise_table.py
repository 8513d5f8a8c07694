"""Many samples of the discrete Gaussian at once, from a table of how often each size comes.

A sample takes 64 unpredictable bits: 63 choose its size by a table of tail probabilities, one its sign. The table is
right to 2^-63 and to 2^-50 of each probability, so a vector of d samples is within d · 2^-49 of exact ones (total
variation), which adds that much to delta. `discrete_gaussian` has no such error and takes a hundred times as long.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from pallets.learning.privacy.discrete_gaussian import RandomBytes
from pallets.learning.privacy.refusals import PrivacyError

LARGEST_DEVIATION = 2**14
"""Above, the table would not stay in the cache: use coarser steps."""

TAIL = 9.5
"""Standard deviations that the table covers; beyond lie 2^-67 of the samples."""

_SIZE_BITS = 63


class NoiseTable:
    """Samples of the discrete Gaussian of one variance."""

    def __init__(self, variance: float) -> None:
        deviation = sqrt(variance) if variance > 0 else 0.0
        if not 0 < deviation <= LARGEST_DEVIATION:
            raise PrivacyError(f"noise with a deviation of {deviation}, not above 0 to {LARGEST_DEVIATION}")
        sizes = np.arange(int(TAIL * deviation) + 2, dtype=np.float64)
        weights = np.exp(-(sizes**2) / (2 * variance))
        weights[1:] *= 2  # of both signs
        # tails are added from the far end, where small numbers meet small ones
        tails = np.cumsum(weights[::-1])[::-1]
        self._limits = (tails[:0:-1] / tails[0] * 2.0**_SIZE_BITS).astype(np.uint64)
        """How many of 2^63 draws reach each size, the largest size first."""

        self.largest = len(sizes) - 1
        """No sample is further from zero."""

    def samples(self, count: int, random_bytes: RandomBytes) -> NDArray[np.int64]:
        """So many samples, made of 8 bytes each."""
        drawn = np.frombuffer(random_bytes(8 * count), dtype="<u8")
        chosen = np.searchsorted(self._limits, drawn >> np.uint64(1), side="right")
        sizes = self.largest - chosen
        return np.where(drawn & np.uint64(1), -sizes, sizes).astype(np.int64)
