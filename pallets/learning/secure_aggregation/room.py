"""Room for a sum: which numbers an encoding may have so that no sum of residues wraps. Pure Python.

With n clients, each value at most `clip` steps, counted `weight` times and blurred by at most `noise` steps, nothing
wraps where n · (weight · clip + noise) < 2^(modulus_bits - 1).
"""

from __future__ import annotations

from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS
from pallets.learning.secure_aggregation.refusals import TermsRefused


def check_numbers(clip: int, fractional_bits: int, modulus_bits: int, largest_weight: int, noise: int) -> None:
    """Refuse numbers that no encoding has; raises TermsRefused."""
    if modulus_bits not in (32, 64):
        raise TermsRefused(f"a modulus of 2^{modulus_bits}, not of 2^32 or 2^64")
    if not 0 <= fractional_bits <= WEIGHT_FRACTIONAL_BITS:
        raise TermsRefused(f"{fractional_bits} fractional bits, not 0 to {WEIGHT_FRACTIONAL_BITS}")
    if clip < 1 or largest_weight < 1 or noise < 0:
        raise TermsRefused(f"a clip of {clip}, weights to {largest_weight}, noise to {noise}")


def largest_coordinate(clip: int, largest_weight: int, noise: int) -> int:
    """The largest size of a coordinate of one client; its weight is one, too."""
    return max(clip * largest_weight + noise, largest_weight)


def check_room(clients: int, largest: int, modulus_bits: int) -> None:
    """Refuse a sum that could wrap; raises TermsRefused. Meant for the moment when a task is created."""
    if clients * largest >= 1 << (modulus_bits - 1):
        raise TermsRefused(f"the sum of {clients} clients of up to {largest} each wraps modulo 2^{modulus_bits}")
