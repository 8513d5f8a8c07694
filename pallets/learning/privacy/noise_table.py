"""Many samples of the discrete Gaussian at once, from tables of how often each size comes.

A table takes 64 unpredictable bits a sample: 63 choose its size by tail probabilities, one its sign. It is right to
2^-63 and to 2^-50 of each probability, so a vector of d samples is within d · 2^-49 of exact ones (total variation),
which adds that much to delta. `discrete_gaussian` has no such error and takes a hundred times as long.

Noise too wide for one table is 2^11 times wide noise plus fine noise that blurs the gaps: with a fine deviation of six
gaps the sum is the discrete Gaussian of both variances to far below 2^-63 (Micciancio, Walter 2017, corollary 4.1).
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from pallets.learning.privacy.discrete_gaussian import RandomBytes
from pallets.learning.privacy.refusals import PrivacyError

LARGEST_TABLE = 2.0**14
"""Deviation; above, the table would not stay in the cache."""

LARGEST_DEVIATION = 2.0**45
"""No sample leaves int64, nor does its sum with any update."""

GAP_BITS = 11
FINE_DEVIATION = 6.0 * 2**GAP_BITS

TAIL = 9.5
"""Standard deviations that the table covers; beyond lie 2^-67 of the samples."""

_SIZE_BITS = 63


class Noise:
    """Samples of the discrete Gaussian of one variance, by as many tables as it takes."""

    def __init__(self, variance: float) -> None:
        deviation = sqrt(variance) if variance > 0 else 0.0
        if not 0 < deviation <= LARGEST_DEVIATION:
            raise PrivacyError(f"noise with a deviation of {deviation}, not above 0 to 2^45")
        self._tables: list[NoiseTable] = []  # the finest first
        while variance > LARGEST_TABLE**2:
            self._tables.append(NoiseTable(FINE_DEVIATION**2))
            variance = (variance - FINE_DEVIATION**2) / 4**GAP_BITS
        self._tables.append(NoiseTable(variance))
        self.largest = sum(table.largest << GAP_BITS * level for level, table in enumerate(self._tables))
        """No sample is further from zero."""

    def samples(self, count: int, random_bytes: RandomBytes) -> NDArray[np.int64]:
        """So many samples."""
        total = np.zeros(count, dtype=np.int64)
        for level, table in enumerate(self._tables):
            total += table.samples(count, random_bytes) << GAP_BITS * level
        return total


class NoiseTable:
    """The sizes of samples of one variance, and how often each comes."""

    def __init__(self, variance: float) -> None:
        deviation = sqrt(variance)
        sizes = np.arange(int(TAIL * deviation) + 2, dtype=np.float64)
        weights = np.exp(-(sizes**2) / (2 * variance))
        weights[1:] *= 2  # of both signs
        self._fill(weights)

    @classmethod
    def of(cls, weights: NDArray[np.float64]) -> NoiseTable:
        """The table of any noise that is as likely below zero as above; weights: of each size, both signs together."""
        table = cls.__new__(cls)
        table._fill(weights)
        return table

    def _fill(self, weights: NDArray[np.float64]) -> None:
        # tails are added from the far end, where small numbers meet small ones
        tails = np.cumsum(weights[::-1])[::-1]
        self._limits = (tails[:0:-1] / tails[0] * 2.0**_SIZE_BITS).astype(np.uint64)
        """How many of 2^63 draws reach each size, the largest size first."""

        self.largest = len(weights) - 1
        """No sample is further from zero."""

    def samples(self, count: int, random_bytes: RandomBytes) -> NDArray[np.int64]:
        """So many samples, made of 8 bytes each."""
        drawn = np.frombuffer(random_bytes(8 * count), dtype="<u8")
        chosen = np.searchsorted(self._limits, drawn >> np.uint64(1), side="right")
        sizes = self.largest - chosen
        return np.where(drawn & np.uint64(1), -sizes, sizes).astype(np.int64)
