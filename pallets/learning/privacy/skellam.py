"""Skellam noise: the difference of two Poisson draws, whose sums are Skellam again, however many survivors add to them.

A sum of discrete Gaussians is not quite one, and its accounting has to say by how much; a sum of Skellam shares of
variance v from n clients is exactly the Skellam noise of variance n·v. It costs a little more than a Gaussian of that
variance, the less the wider it is. Source: Agarwal, Kairouz, Liu 2021, theorem 3.5.

That theorem is for whole orders; `budget.rho_of_skellam` bounds all of them.
"""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

from pallets.learning.privacy.discrete_gaussian import RandomBytes
from pallets.learning.privacy.noise_table import LARGEST_TABLE, NoiseTable
from pallets.learning.privacy.rdp import ORDERS
from pallets.learning.privacy.refusals import PrivacyError

SMALLEST_VARIANCE = 0.25
"""Of a share; below, it would hide nothing."""

_TAIL = 12.0
_MARGIN = 64
"""Sizes that the table covers: so many deviations and these; beyond lies less than 2^-63 of the samples."""


def skellam_share(count: int, variance: float, random_bytes: RandomBytes) -> NDArray[np.int64]:
    """A client's share of Skellam noise, in the steps of the encoding; 8 unpredictable bytes a sample."""
    return _table_of(variance).samples(count, random_bytes)


def largest_skellam_share(variance: float) -> int:
    """The largest size of a share in one coordinate: what `Encoding.noise` must allow for."""
    return _table_of(variance).largest


def rdp_of_skellam(l1: float, l2: float, variance: float, rounds: int) -> tuple[float, ...]:
    """The Rényi divergence of so many rounds at each of `rdp.ORDERS`; infinite where no bound is known.

    l1, l2: how far apart two clients' updates are at most; variance: of the sum, n shares have n times that of one
    The bound is for whole orders alone.
    """
    if not 0 <= l2 <= l1 or not variance > 0 or rounds < 0:
        raise PrivacyError(f"sensitivities {l1} and {l2}, a variance of {variance}, {rounds} rounds")
    return tuple(rounds * _rdp(order, l1, l2, variance) if order.is_integer() else inf for order in ORDERS)


def _rdp(order: float, l1: float, l2: float, variance: float) -> float:
    beyond = min(((2 * order - 1) * l2**2 + 6 * l1) / (4 * variance**2), 3 * l1 / (2 * variance))
    return order * l2**2 / (2 * variance) + beyond


def probabilities(variance: float) -> NDArray[np.float64]:
    """Of the sizes 0, 1, 2, … without a sign: e^-v I_k(v), by the recurrence from the far end, where it is stable."""
    sizes = int(_TAIL * sqrt(variance)) + _MARGIN
    found = np.zeros(sizes + 2)
    found[sizes] = 1e-300
    for size in range(sizes, 0, -1):
        found[size - 1] = found[size + 1] + 2 * size / variance * found[size]
    found[1:] *= 2  # of both signs
    chances: NDArray[np.float64] = found[: sizes + 1] / found.sum()
    return chances


def _table_of(variance: float) -> NoiseTable:
    if not SMALLEST_VARIANCE <= variance <= LARGEST_TABLE**2:
        raise PrivacyError(f"Skellam noise with a variance of {variance}, not {SMALLEST_VARIANCE} to 2^28")
    return NoiseTable.of(probabilities(variance))
