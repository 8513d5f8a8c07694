"""Rules of payment: from what clients are worth to parts of a round's pot.

`by_capped_contribution` is the rule under which dishonesty does not pay. Updates that alone are no better than the best
constant answer get nothing, and a sample earns at most what half the median contribution of a sample is worth. So at
least half of all clients earn the highest rate there is: as long as fewer than half attack, no attacker earns more for
a sample than some honest client does in the same round. The other rules are there to be compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

from pallets.learning.contribution import split
from pallets.learning.simulation.judging import Verdict

Payment = Callable[[int, Verdict], tuple[int, ...]]
"""From the pot and what clients are worth to payments."""


def in_equal_parts(pot: int, verdict: Verdict) -> tuple[int, ...]:
    """The same to all who delivered, whatever it is worth."""
    return split(pot, [1] * len(verdict.samples))


def by_samples(pot: int, verdict: Verdict) -> tuple[int, ...]:
    """By the rows that a client says it has."""
    return split(pot, verdict.samples)


def by_contribution(pot: int, verdict: Verdict) -> tuple[int, ...]:
    """In proportion to positive contributions."""
    return split(pot, verdict.contributions)


def by_capped_contribution(pot: int, verdict: Verdict) -> tuple[int, ...]:
    """In proportion to contributions that are capped by `capped`, to those whose update alone beats the constant."""
    scores = capped(verdict.contributions, verdict.samples)
    return split(pot, [s if alone > verdict.constant else 0 for s, alone in zip(scores, verdict.alone, strict=True)])


def capped(contributions: Sequence[int], samples: Sequence[int]) -> list[int]:
    """Contributions, each at most half the median contribution of a sample times its client's samples, rounded down.

    Of an even number of clients the lower of both middle ones is the median; below zero it counts as zero.
    """
    if not contributions:
        return []
    each = sorted(Fraction(value, max(count, 1)) for value, count in zip(contributions, samples, strict=True))
    rate = max(each[(len(each) - 1) // 2], Fraction(0)) / 2
    return [min(value, int(rate * count)) for value, count in zip(contributions, samples, strict=True)]


PAYMENTS: Final[dict[str, Payment]] = {
    "equal": in_equal_parts,
    "samples": by_samples,
    "contribution": by_contribution,
    "capped": by_capped_contribution,
}
"""The rules by name."""
