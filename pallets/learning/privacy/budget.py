"""The ledger of what each client has spent, in integers, so that a chain can refuse a round that would be too much.

Costs are zero-concentrated (rho): the Gaussian mechanism with noise multiplier z costs 1 / (2 z²), rounds add up, and
nothing is approximated, for a chain's public lottery hides nobody and so amplifies nothing. Every division rounds
against the client. Source: Bun, Steinke 2016. Pure Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import isqrt
from types import MappingProxyType

from pallets.learning.privacy.refusals import BudgetExceeded, PrivacyError

RHO_UNITS = 10**12
"""Units of a rho of 1."""

LN10_BILLIONTHS = 2_302_585_093
"""The natural logarithm of 10, times 10^9, rounded up."""


def cost_of_gaussian(noise_multiplier: Fraction) -> int:
    """What one round costs each client that takes part, rounded up."""
    if noise_multiplier <= 0:
        raise PrivacyError(f"a noise multiplier of {noise_multiplier}")
    return _up(Fraction(RHO_UNITS) / (2 * noise_multiplier**2))


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


@dataclass(frozen=True, slots=True)
class Ledger:
    """What each client allows and has spent, in units of `RHO_UNITS`. Every step gives a new record."""

    limits: Mapping[bytes, int] = field(default_factory=lambda: MappingProxyType({}))
    spent: Mapping[bytes, int] = field(default_factory=lambda: MappingProxyType({}))

    def left(self, client: bytes) -> int:
        """What a client may still spend; nothing before it has set a limit."""
        return self.limits.get(client, 0) - self.spent.get(client, 0)

    def limited(self, client: bytes, limit: int) -> Ledger:
        """The ledger with a client's own limit; what it has spent already it cannot take back."""
        if limit < self.spent.get(client, 0):
            raise PrivacyError(f"a limit of {limit} for {client.hex()}, who has spent {self.spent.get(client, 0)}")
        return replace(self, limits=MappingProxyType({**self.limits, client: limit}))

    def charged(self, clients: Sequence[bytes], cost: int) -> Ledger:
        """The ledger after a round of these clients; raises BudgetExceeded, and then nobody is charged."""
        if cost < 0 or len(set(clients)) != len(clients):
            raise PrivacyError(f"a cost of {cost} for {len(clients)} clients, each once")
        for client in clients:
            if self.left(client) < cost:
                raise BudgetExceeded(
                    f"{client.hex()} has {self.left(client)} of its privacy left, the round costs {cost}"
                )
        return replace(
            self,
            spent=MappingProxyType({**self.spent, **{who: self.spent.get(who, 0) + cost for who in clients}}),
        )


def _up(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def _root_up(value: int) -> int:
    root = isqrt(value)
    return root if root * root == value else root + 1
