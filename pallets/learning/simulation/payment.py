"""Rules of payment: from what clients are worth to parts of a round's pot.

`by_capped_contribution` is the rule that settlements on chain have where a task's terms name no other; the rest are
there to be compared with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pallets.learning.contribution import split
from pallets.learning.payment import Verdict, capped_scores

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
    """In proportion to contributions that `learning.payment` caps."""
    return split(pot, capped_scores(verdict))


PAYMENTS: Final[dict[str, Payment]] = {
    "equal": in_equal_parts,
    "samples": by_samples,
    "contribution": by_contribution,
    "capped": by_capped_contribution,
}
"""The rules by name."""
