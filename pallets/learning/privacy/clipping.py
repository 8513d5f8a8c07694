"""The adaptive clip: it follows the norm that a chosen share of the clients' updates stays under. Integers.

    clip ← clip · exp(-rate · (share of updates within the clip - target share))

The count of updates within the clip is summed as secretly as the updates are, and with noise of its own, so it may
leave 0 to n. All is agreed on, so exp is a series in integers. Source: Andrew, Thakkar, McMahan, Ramaswamy 2021.
"""

from __future__ import annotations

from dataclasses import dataclass

from pallets.learning.fixed_point import INT64_MAX, divide
from pallets.learning.privacy.refusals import PrivacyError

FACTOR_BITS = 32
"""Fractional bits of rate, shares and the factor."""

ONE = 1 << FACTOR_BITS
_FINE_BITS = 2 * FACTOR_BITS
_LN2 = 0xB17217F7D1CF79AB
"""The natural logarithm of 2 with 64 fractional bits."""


@dataclass(frozen=True, slots=True)
class AdaptiveClip:
    """Terms of the adaptation.

    target: share of updates that should be within the clip, 32 fractional bits; half is usual
    rate: 32 fractional bits; 0.2 is usual
    least, most: the clip stays between
    """

    target: int
    rate: int
    least: int
    most: int

    def __post_init__(self) -> None:
        if not 0 <= self.target <= ONE or not 0 <= self.rate <= 4 * ONE:
            raise PrivacyError(f"a target of {self.target} and a rate of {self.rate} (32 fractional bits)")
        if not 1 <= self.least <= self.most <= INT64_MAX:
            raise PrivacyError(f"a clip from {self.least} to {self.most}")

    def next_clip(self, clip: int, within: int, clients: int) -> int:
        """The clip of the next round, rounded toward zero.

        within: how many updates were within the clip, with noise; below 0 counts as 0, above `clients` as all
        """
        if clients < 1:
            raise PrivacyError(f"a clip for {clients} clients")
        share = divide(max(0, min(within, clients)) * ONE, clients)
        factor = exponential(-divide(self.rate * (share - self.target), ONE))
        return max(self.least, min(clip * factor >> FACTOR_BITS, self.most))


def exponential(exponent: int) -> int:
    """exp of a number with 32 fractional bits, right to 2^-28 of itself and one unit; exponents within ±20."""
    if abs(exponent) > 20 * ONE:
        raise PrivacyError(f"exp({exponent} / 2^32) is out of range")
    doublings, rest = divmod(exponent << FACTOR_BITS, _LN2)
    # rest is below ln 2, so that the terms after these are smaller than the last bit
    term = total = 1 << _FINE_BITS
    for number in range(1, 24):
        term = (term * rest >> _FINE_BITS) // number
        total += term
    return total << doublings >> FACTOR_BITS if doublings >= 0 else total >> (FACTOR_BITS - doublings)
