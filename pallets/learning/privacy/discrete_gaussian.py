"""Exact samples of the discrete Gaussian: P(x) proportional to exp(-x² / 2σ²) on the integers.

Only integers are drawn and compared, so no float betrays the noise, and the privacy proof holds to the letter.
Source: Canonne, Kamath, Steinke 2020, algorithms 1 to 3.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isqrt

from pallets.learning.privacy.refusals import PrivacyError

RandomBytes = Callable[[int], bytes]
"""So many unpredictable bytes, as of `os.urandom`."""


def discrete_gaussian(variance: Fraction, random_bytes: RandomBytes) -> int:
    """One sample; `variance` is σ², which the samples' variance comes next to but does not exceed."""
    if variance <= 0:
        raise PrivacyError(f"noise with a variance of {variance}")
    scale = isqrt(variance.numerator // variance.denominator) + 1
    while True:
        candidate = discrete_laplace(scale, random_bytes)
        distance = abs(candidate) - variance / scale
        if bernoulli_exp(distance * distance / (2 * variance), random_bytes):
            return candidate


def discrete_laplace(scale: int, random_bytes: RandomBytes) -> int:
    """One sample of P(x) proportional to exp(-|x| / scale)."""
    while True:
        low = below(scale, random_bytes)
        if not bernoulli_exp(Fraction(low, scale), random_bytes):
            continue
        high = 0
        while bernoulli_exp(Fraction(1), random_bytes):
            high += 1
        size = low + scale * high
        is_negative = below(2, random_bytes) == 1
        if not (is_negative and size == 0):  # zero has one sign
            return -size if is_negative else size


def bernoulli_exp(exponent: Fraction, random_bytes: RandomBytes) -> bool:
    """True with probability exp(-exponent)."""
    while exponent > 1:
        if not bernoulli_exp(Fraction(1), random_bytes):
            return False
        exponent -= 1
    count = 1
    while below(exponent.denominator * count, random_bytes) < exponent.numerator:
        count += 1
    return count % 2 == 1


def below(bound: int, random_bytes: RandomBytes) -> int:
    """A uniform integer from 0 to bound - 1."""
    bits = (bound - 1).bit_length()
    while True:
        value = int.from_bytes(random_bytes((bits + 7) // 8), "little") & ((1 << bits) - 1)
        if value < bound:
            return value
