"""Accounting by the distribution of the privacy loss: rounds are convolved, and delta is read off.

The loss of one round of the sampled Gaussian mechanism is put on a grid: what lies between two points is shared among
both so that its probability under either hypothesis stays what it is. That is exact at the points and never too small
between them; tails that are cut count as a loss without bound. Both directions, a client joining and one leaving, are
followed, and the worse one counts. Sources: Koskela, Jälkö, Honkela 2020; Doroshenko et al. 2022.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, erfc, exp, floor, log, log1p, sqrt

import numpy as np
from numpy.typing import NDArray

from pallets.learning.privacy.refusals import PrivacyError

INTERVAL = 1e-4
"""Of the grid."""

TAIL_MASS = 1e-15
"""Probability cut at each end, of one round and of all together; counted in delta."""

LARGEST_GRID = 2**24
"""Points; more would not fit memory, and such an epsilon protects nobody."""

LARGEST_LOSS = 600.0
"""Of one round; its exponential is still a float."""

_SMALLEST = 1e-280
"""Probability; what is less has lost digits, and counts as a loss without bound."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LossDistribution:
    """Probabilities of the losses lowest, lowest + 1, … times the interval, and of a loss without bound."""

    lowest: int
    probabilities: Floats
    unbounded: float
    interval: float

    def delta(self, epsilon: float) -> float:
        """The delta at this epsilon."""
        first = max(floor(epsilon / self.interval) - self.lowest, 0)  # losses up to epsilon add nothing
        above = self.probabilities[first:]
        excess = (self.lowest + first + np.arange(len(above))) * self.interval - epsilon
        return self.unbounded + float(np.sum(above * -np.expm1(-np.maximum(excess, 0.0))))

    def epsilon(self, delta: float) -> float:
        """The smallest epsilon, to the grid, at this delta; infinite where none is enough."""
        if self.unbounded >= delta:
            return float("inf")
        low, high = 0, max(self.lowest + len(self.probabilities), 1)
        if self.delta(0.0) <= delta:
            return 0.0
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.delta(middle * self.interval) <= delta else (middle, high)
        return high * self.interval

    def composed(self, rounds: int) -> LossDistribution:
        """The distribution of so many independent rounds."""
        if rounds == 1:
            return self
        first, last = self._window(rounds)
        size = last - first + 1
        if size > LARGEST_GRID:
            raise PrivacyError(f"losses from {first * self.interval:.0f} to {last * self.interval:.0f}: use RDP")
        length = 1 << max(size - 1, len(self.probabilities) - 1).bit_length()
        spectrum = np.fft.rfft(self.probabilities, length) ** rounds
        wrapped = np.fft.irfft(spectrum, length)
        # the product starts at rounds · lowest; what lies outside the window is folded into it, and cut below
        places = (np.arange(first, last + 1) - rounds * self.lowest) % length
        kept = np.maximum(wrapped[places], 0.0)
        bounded = (1.0 - self.unbounded) ** rounds
        return LossDistribution(first, kept, 1.0 - bounded + 2 * TAIL_MASS, self.interval)

    def _window(self, rounds: int) -> tuple[int, int]:
        """Losses outside of which lies at most TAIL_MASS at each end, by Chernoff's bound."""
        losses = (self.lowest + np.arange(len(self.probabilities))) * self.interval
        support = losses[self.probabilities > 0]
        mass = self.probabilities[self.probabilities > 0]
        lowest, highest = rounds * float(support[0]), rounds * float(support[-1])
        for order in (2.0**power for power in range(-6, 7)):
            for direction in (1.0, -1.0):
                exponents = direction * order * support
                peak = float(exponents.max())
                moment = peak + log(float(np.sum(mass * np.exp(exponents - peak))))
                bound = (rounds * moment - log(TAIL_MASS)) / order
                if direction > 0:
                    highest = min(highest, bound)
                else:
                    lowest = max(lowest, -bound)
        return floor(lowest / self.interval), ceil(highest / self.interval)


def gaussian_losses(
    noise_multiplier: float, sampling: float, *, is_removal: bool, interval: float = INTERVAL
) -> LossDistribution:
    """The loss of one round of the sampled Gaussian mechanism when a client leaves, or joins.

    A removal compares (1 - q) N(0, z²) + q N(1, z²) with N(0, z²); an addition the other way round.
    """
    if not 0 < noise_multiplier < 1e9 or not 0 < sampling <= 1 or not 0 < interval <= 1:
        raise PrivacyError(f"noise multiplier {noise_multiplier}, sampling {sampling}, interval {interval}")
    reach = noise_multiplier * _deviations(TAIL_MASS)
    ends = [_removal_loss(point, noise_multiplier, sampling) for point in (-reach, 1 + reach)]
    if not is_removal:
        ends = [-loss for loss in reversed(ends)]
    lowest, highest = floor(ends[0] / interval), ceil(ends[1] / interval)
    if highest - lowest >= LARGEST_GRID or max(abs(loss) for loss in ends) > LARGEST_LOSS:
        raise PrivacyError(f"losses from {ends[0]:.0f} to {ends[1]:.0f}: use RDP")
    edges: Floats = np.arange(lowest, highest + 1, dtype=np.float64) * interval
    if is_removal:
        points = _points(edges, noise_multiplier, sampling)
        first, masses = _mixture(points, noise_multiplier, sampling)
        _, others = _normal(points / noise_multiplier)
    else:
        # the loss falls as the point rises; minus the point rises with it, and the plain normal is symmetric
        points = -_points(-edges, noise_multiplier, sampling)
        first, masses = _normal(points / noise_multiplier)
        _, others = _mixture(points, noise_multiplier, sampling, mean=-1)
    return _on_grid(lowest, edges, first, masses, others, interval)


def moved_losses(law: Floats, apart: int, interval: float = INTERVAL) -> LossDistribution:
    """The loss of one round of symmetric noise on whole numbers, where a client moves one value by `apart`.

    law: probabilities of consecutive numbers. An atom between two points of the grid is shared among both so that
    neither hypothesis changes; where the moved law has nothing, the loss is without bound.
    """
    if apart < 1 or len(law) <= apart or not 0 < interval <= 1:
        raise PrivacyError(f"a law of {len(law)} numbers moved by {apart}, interval {interval}")
    here, there = law[apart:], law[:-apart]
    kept = (here > _SMALLEST) & (there > _SMALLEST)
    mass, losses = here[kept], np.log(here[kept]) - np.log(there[kept])
    if float(np.abs(losses).max(initial=0)) > LARGEST_LOSS:
        raise PrivacyError(f"losses to {float(np.abs(losses).max()):.0f}: use RDP")
    places = np.floor(losses / interval).astype(np.int64)
    lowest = int(places.min())
    upper = np.clip(mass * np.expm1(places * interval - losses) / np.expm1(-interval), 0.0, mass)
    probabilities = np.zeros(int(places.max()) - lowest + 2)
    np.add.at(probabilities, places - lowest, mass - upper)
    np.add.at(probabilities, places - lowest + 1, upper)
    return LossDistribution(lowest, probabilities, max(1.0 - float(mass.sum()), 0.0) + TAIL_MASS, interval)


def _on_grid(
    lowest: int, edges: Floats, first: float, masses: Floats, others: Floats, interval: float
) -> LossDistribution:
    """The distribution from the mass up to the first edge, and between each two, under both hypotheses.

    Of mass P and other mass Q between losses l and u, (P - Q e^l) / (1 - e^(l-u)) goes to u: then neither changes.
    """
    upper = (masses - others * np.exp(edges[:-1])) / -np.expm1(-interval)
    upper = np.clip(upper, 0.0, masses)
    probabilities = np.zeros(len(edges))
    probabilities[0] = first
    probabilities[:-1] += masses - upper
    probabilities[1:] += upper
    return LossDistribution(lowest, probabilities, TAIL_MASS, interval)


def epsilon(noise_multiplier: float, sampling: float, rounds: int, delta: float, interval: float = INTERVAL) -> float:
    """Epsilon at this delta after so many rounds, by the distribution of the loss."""
    if not 0 < delta < 1 or rounds < 0:
        raise PrivacyError(f"a delta of {delta} after {rounds} rounds")
    if rounds == 0 or sampling == 0:
        return 0.0
    return max(
        gaussian_losses(noise_multiplier, sampling, is_removal=is_removal, interval=interval)
        .composed(rounds)
        .epsilon(delta)
        for is_removal in (True, False)
    )


def _removal_loss(point: float, noise: float, sampling: float) -> float:
    """log of the mixture's density over the plain one's."""
    exponent = (2 * point - 1) / (2 * noise**2)
    if sampling == 1:
        return exponent
    high, low = max(exponent + log(sampling), log1p(-sampling)), min(exponent + log(sampling), log1p(-sampling))
    return high + log1p(exp(low - high))


def _points(losses: Floats, noise: float, sampling: float) -> Floats:
    """The points with these removal losses; minus infinity for losses that no point is as low as."""
    odds = (np.expm1(losses) + sampling) / sampling
    with np.errstate(divide="ignore"):
        logs = np.log(np.maximum(odds, 0.0))
    points: Floats = noise**2 * logs + 0.5
    return points


def _mixture(points: Floats, noise: float, sampling: float, mean: int = 1) -> tuple[float, Floats]:
    """As `_normal`, of the mixture of N(0, noise²) and a share `sampling` of N(mean, noise²)."""
    absent, present = _normal(points / noise), _normal((points - mean) / noise)
    return (
        (1 - sampling) * absent[0] + sampling * present[0],
        (1 - sampling) * absent[1] + sampling * present[1],
    )


def _normal(values: Floats) -> tuple[float, Floats]:
    """The mass of a standard normal up to the first of ascending values, and between each two.

    Differences are taken of whichever tail is small, so that small masses keep their digits.
    """
    scaled = (values / sqrt(2)).tolist()
    below = np.array([erfc(-value) / 2 for value in scaled])
    above = np.array([erfc(value) / 2 for value in scaled])
    masses: Floats = np.where(values[:-1] > 0, above[:-1] - above[1:], np.diff(below))
    return float(below[0]), np.maximum(masses, 0.0)


def _deviations(mass: float) -> float:
    """Deviations beyond which a normal has at most this mass, by the usual bound on its tail."""
    return sqrt(-2 * log(mass))
