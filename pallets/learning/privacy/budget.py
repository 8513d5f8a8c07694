"""What rounds cost, in integers, so that a chain can keep a ledger and refuse a round that would be too much.

Costs are zero-concentrated (rho): the Gaussian mechanism with noise multiplier z costs 1 / (2 z²), rounds add up, and
nothing is approximated, for a chain's public lottery hides nobody and so amplifies nothing. Every division rounds
against the client. Source: Bun, Steinke 2016. Pure Python.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from pallets.learning.privacy.refusals import PrivacyError

RHO_UNITS = 10**12
"""Units of a rho of 1."""

LN10_BILLIONTHS = 2_302_585_093
"""The natural logarithm of 10, times 10^9, rounded up."""


def cost_of_gaussian(noise_multiplier: Fraction) -> int:
    """What one round costs each client that takes part, rounded up."""
    if noise_multiplier <= 0:
        raise PrivacyError(f"a noise multiplier of {noise_multiplier}")
    return _up(Fraction(RHO_UNITS) / (2 * noise_multiplier**2))


def rho_of_skellam(l1: int, l2: int, variance: int) -> Fraction:
    """What one round with Skellam noise costs in rho, for all orders.

    l1, l2: how far apart two clients' updates are at most; variance: of the sum. All whole numbers, in steps.

    The logarithm of the law, taken at three neighbours, bends by at most c = (1 + 1/v) / v, most in the middle (Baricz
    2015 bounds it; a test looks at every size). So log law + c x² / 2 is convex, and by Jensen's inequality the moment
    of an order α with whole (α - 1) · shift is at most that of a Gaussian, e^(c α (α - 1) shift² / 2). Between such
    orders the law is joined by chords, which adds c · |shift| / 2 to the divergence at most. Coordinates add up.
    """
    if not 0 <= l2 <= l1 or variance < 1:
        raise PrivacyError(f"sensitivities {l1} and {l2}, a variance of {variance}")
    return Fraction((l2**2 + l1) * (variance + 1), 2 * variance**2)


def epsilon_of(spent: int, delta_exponent: int) -> Fraction:
    """An epsilon that holds at delta = 10^-exponent: rho + 2 √(rho · ln(1 / delta)), to a millionth, rounded up."""
    if delta_exponent < 1 or spent < 0:
        raise PrivacyError(f"{spent} spent at a delta of 10^-{delta_exponent}")
    # (10^6 times the root) squared, from rho in 10^12 and the logarithm in 10^9
    inner = _up(Fraction(4 * spent * delta_exponent * LN10_BILLIONTHS, 10**9))
    return Fraction(_up(Fraction(spent, 10**6)) + _root_up(inner), 10**6)


def largest_spending(epsilon: Fraction, delta_exponent: int) -> int:
    """The most that may be spent with `epsilon_of` not above this epsilon."""
    if epsilon < 0:
        raise PrivacyError(f"an epsilon of {epsilon}")
    low, high = 0, _up(epsilon * RHO_UNITS) + 1  # rho is never above epsilon
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if epsilon_of(middle, delta_exponent) <= epsilon else (low, middle)
    return low


def _up(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def _root_up(value: int) -> int:
    root = isqrt(value)
    return root if root * root == value else root + 1
