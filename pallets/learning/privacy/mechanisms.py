"""Where the noise comes in: from the server, from every client alone, or in shares inside secure aggregation.

All take updates of fixed point, clip them to an L2 norm, and add discrete Gaussian noise in the same integer steps.
A noise multiplier z means a deviation of z · clip. The random bytes must be secret and used once: a revealed seed
takes the noise off again.
"""

from __future__ import annotations

from math import exp, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from pallets.learning.privacy.discrete_gaussian import RandomBytes
from pallets.learning.privacy.noise_table import Noise
from pallets.learning.privacy.refusals import PrivacyError
from pallets.learning.robust.norms import clipped


def with_central_noise(
    total: NDArray[np.int64], clip: int, noise_multiplier: float, random_bytes: RandomBytes
) -> NDArray[np.int64]:
    """A sum of clipped updates with the server's noise: clients trust the server, nobody else need be trusted.

    The caller has clipped each update (`robust.norms.clipped`); adding or removing a client moves the sum by `clip`.
    """
    return _noised(total, _deviation(clip, noise_multiplier), random_bytes)


def with_local_noise(
    update: NDArray[np.int64], clip: int, noise_multiplier: float, random_bytes: RandomBytes
) -> NDArray[np.int64]:
    """A client's update, clipped and with enough noise to be shown to anybody.

    Two updates within the clip are up to twice the clip apart, so the deviation is 2 · z · clip.
    """
    return _noised(clipped(update, clip), _deviation(2 * clip, noise_multiplier), random_bytes)


def _noised(values: NDArray[np.int64], deviation: float, random_bytes: RandomBytes) -> NDArray[np.int64]:
    """The noise has the unit of the values: were it coarser, what it leaves between its steps would show them."""
    return values + Noise(deviation**2).samples(len(values), random_bytes)


def _deviation(sensitivity: int, noise_multiplier: float) -> float:
    if sensitivity < 1 or not 0 < noise_multiplier < 1e9:
        raise PrivacyError(f"a sensitivity of {sensitivity} with a noise multiplier of {noise_multiplier}")
    return sensitivity * noise_multiplier


def share_variance(total_variance: float, threshold: int) -> float:
    """The variance that each client adds so that any `threshold` survivors together have the total."""
    if threshold < 1 or not total_variance > 0:
        raise PrivacyError(f"a variance of {total_variance} in {threshold} shares")
    return total_variance / threshold


def noise_share(count: int, variance: float, random_bytes: RandomBytes) -> NDArray[np.int64]:
    """A client's share of the noise, in the steps of the encoding, for `Client.mask`."""
    return Noise(variance).samples(count, random_bytes)


def largest_share(variance: float) -> int:
    """The largest size of a share in one coordinate: what `Encoding.noise` must allow for."""
    return Noise(variance).largest


def rho_of_shares(clip: float, variance: float, survivors: int, parameters: int) -> float:
    """What a sum with these shares of noise costs, in zero-concentrated privacy (rho).

    A sum of discrete Gaussians is not quite one; the difference is tau. clip, variance: in steps, of one client.
    Source: Kairouz, Liu, Steinke 2021, theorem 1.
    """
    if clip < 0 or not variance > 0 or survivors < 1 or parameters < 1:
        raise PrivacyError(f"clip {clip}, variance {variance}, {survivors} survivors, {parameters} parameters")
    tau = 10 * sum(exp(-2 * pi**2 * variance * k / (k + 1)) for k in range(1, survivors))
    main = clip**2 / (survivors * variance)
    epsilon = min(sqrt(main + tau * parameters / 2), sqrt(main) + tau * sqrt(parameters))
    return epsilon**2 / 2
