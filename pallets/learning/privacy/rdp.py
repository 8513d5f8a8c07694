"""Accounting by Rényi divergence: rounds add up order by order, and one bound for a delta comes out at the end.

The Gaussian mechanism with noise multiplier z on a sample that each client joins with probability q (Poisson): whole
orders have a finite sum, others an infinite one that is cut below e^-30. The best order gives epsilon.
Sources: Mironov, Talwar, Zhang 2019, section 3.3; Canonne, Kamath, Steinke 2020, proposition 12.

Sampling amplifies only while nobody knows who was drawn. A chain's lottery is public, so its rounds count with q = 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, exp, inf, lgamma, log, log1p, pi, sqrt

from pallets.learning.privacy.refusals import PrivacyError

ORDERS: tuple[float, ...] = (
    *(1 + tenth / 10 for tenth in range(1, 100)),
    *(float(order) for order in range(11, 64)),
    128.0,
    256.0,
    512.0,
    1024.0,
)
"""Those of most accountants: fine where small noise is best, few where hardly any round is spent."""

_CUT = -30.0


def rdp_of_gaussian(noise_multiplier: float, sampling: float, rounds: int) -> tuple[float, ...]:
    """The Rényi divergence of so many rounds at each of `ORDERS`; add those of other mechanisms to it."""
    if not 0 < noise_multiplier < 1e9 or not 0 <= sampling <= 1 or rounds < 0:
        raise PrivacyError(f"noise multiplier {noise_multiplier}, sampling {sampling}, {rounds} rounds")
    return tuple(rounds * _rdp(noise_multiplier, sampling, order) for order in ORDERS)


def epsilon_of_rdp(rdp: Sequence[float], delta: float) -> float:
    """The smallest epsilon at this delta that the divergences at `ORDERS` prove."""
    if not 0 < delta < 1 or len(rdp) != len(ORDERS):
        raise PrivacyError(f"a delta of {delta} for {len(rdp)} orders")
    best = inf
    for order, divergence in zip(ORDERS, rdp, strict=True):
        epsilon = divergence + log1p(-1 / order) - log(delta * order) / (order - 1)
        best = min(best, max(epsilon, 0.0))
    return best


def epsilon(noise_multiplier: float, sampling: float, rounds: int, delta: float) -> float:
    """Epsilon at this delta after so many rounds, by Rényi divergence."""
    return epsilon_of_rdp(rdp_of_gaussian(noise_multiplier, sampling, rounds), delta)


def _rdp(noise: float, sampling: float, order: float) -> float:
    if sampling == 0:
        return 0.0
    if sampling == 1:
        return order / (2 * noise**2)
    whole = order.is_integer()
    moment = _log_moment_whole(noise, sampling, int(order)) if whole else _log_moment(noise, sampling, order)
    return moment / (order - 1)


def _log_moment_whole(noise: float, sampling: float, order: int) -> float:
    """The logarithm of the moment of the privacy loss, as a finite sum."""
    total = -inf
    for k in range(order + 1):
        binomial = lgamma(order + 1) - lgamma(k + 1) - lgamma(order - k + 1)
        drawn = k * log(sampling) + (order - k) * log1p(-sampling)
        total = _log_sum(total, binomial + drawn + (k * k - k) / (2 * noise**2))
    return total


def _log_moment(noise: float, sampling: float, order: float) -> float:
    """The same for an order that is no integer: two series, of which later terms alternate."""
    left, right = -inf, -inf
    meeting = noise**2 * log(1 / sampling - 1) + 0.5
    log_binomial, sign, k = 0.0, 1, 0
    while True:
        other = order - k
        terms = (
            log_binomial
            + k * log(sampling)
            + other * log1p(-sampling)
            + (k * k - k) / (2 * noise**2)
            + _log_half_erfc((k - meeting) / (sqrt(2) * noise)),
            log_binomial
            + other * log(sampling)
            + k * log1p(-sampling)
            + (other * other - other) / (2 * noise**2)
            + _log_half_erfc((meeting - other) / (sqrt(2) * noise)),
        )
        left = _log_sum(left, terms[0], sign)
        right = _log_sum(right, terms[1], sign)
        if max(terms) < _CUT:
            return _log_sum(left, right)
        log_binomial += log(abs(order - k)) - log(k + 1)
        sign = sign if order > k else -sign
        k += 1


def _log_sum(one: float, other: float, sign: int = 1) -> float:
    """log(exp(one) + sign · exp(other)), which must not be negative."""
    high, low = max(one, other), min(one, other)
    if low == -inf:
        return high
    if sign > 0:
        return high + log1p(exp(low - high))
    return one + log1p(-exp(other - one)) if other < one else -inf


def _log_half_erfc(x: float) -> float:
    """log(erfc(x) / 2), also where erfc itself is too small for a float."""
    if x < 25:
        return log(erfc(x) / 2)
    # the asymptotic series, whose error is below its last term
    series = 1 - 1 / (2 * x**2) + 3 / (4 * x**4) - 15 / (8 * x**6)
    return -(x**2) - log(x) - log(pi) / 2 + log(series) - log(2)
