"""What clients of a task add to their updates before anybody sees them, and what that leaves to be learnt of them.

The terms say the mechanism and its numbers, from which everybody computes the cost of a round to each client; the
noise itself is drawn by the client's worker from randomness of its own, for noise that anybody could draw again would
protect nobody. Costs add up in the ledger of `privacy_budget`.
"""

from __future__ import annotations

from typing import Final

from chain.primitives import U32, U64, Enumeration
from pallets.federated_round.errors import NoiseImpossible, NoiseUnsuited
from pallets.federated_round.rules import AggregationRule, Fair
from pallets.frame.error import ensure
from pallets.ml_registry.algorithms import LINEAR_AVERAGING
from pallets.ml_registry.types import AlgorithmId

MULTIPLIER_UNITS = 1000
"""Units of a noise multiplier of 1."""

LARGEST_DEVIATION = 2**45
"""Noise above would not stay within 64 bits (`learning.privacy.noise_table`)."""

LARGEST_MULTIPLIER = 10**6


class Noise(Enumeration):
    """What is added to an update."""


class Noiseless(Noise):
    """Nothing: what an update tells of its rows has no bound."""


class LocalGaussian(Noise):
    """The step from the base version is cut to a length, and discrete Gaussian noise is added to every weight.

    clip: the length, 24 fractional bits; multiplier: in thousandths; the deviation is 2 · clip · multiplier, because
    two steps within the clip are up to twice the clip apart. Nobody need be trusted. How many rows there are is told.
    """

    clip: U64
    multiplier: U32


NOISELESS: Final = Noiseless()
"""What a task that names nothing else has."""


def cost_of(noise: Noise) -> int | None:
    """What one update costs its client, in units of `privacy_budget`, rounded up; None: there is no bound."""
    if isinstance(noise, LocalGaussian):
        from fractions import Fraction  # what a chain whose rounds have no noise never loads

        from pallets.learning.privacy.budget import cost_of_gaussian

        return cost_of_gaussian(Fraction(noise.multiplier, MULTIPLIER_UNITS))
    return None


def check_noise(noise: Noise, algorithm: AlgorithmId, rule: AggregationRule) -> None:
    """Raises NoiseUnsuited where updates are no weights or tell more than those, NoiseImpossible for its numbers."""
    if not isinstance(noise, LocalGaussian):
        return
    # qFedAvg's clients tell their loss beside the weights, and no noise is on that
    ensure(algorithm == LINEAR_AVERAGING and not isinstance(rule, Fair), NoiseUnsuited)
    ensure(0 < noise.multiplier <= LARGEST_MULTIPLIER and noise.clip > 0, NoiseImpossible)
    ensure(2 * noise.clip * noise.multiplier <= LARGEST_DEVIATION * MULTIPLIER_UNITS, NoiseImpossible)
