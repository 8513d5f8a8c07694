"""What clients are paid by: scores of their contributions, which a round's pot is split in proportion to.

`capped_scores` are those under which dishonesty does not pay. Updates that alone are no better than the best constant
answer score nothing, and a sample scores at most what half the median contribution of a sample is worth. So at least
half of all clients are at the highest rate there is: as long as fewer than half attack, no attacker earns more for a
sample than some honest client does in the same round. Settlements on chain and federations without one pay by these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the clients of a round are worth, in their order.

    contributions: beside the others, in any unit; samples: as the clients say
    alone: of each update by itself; constant: of the best constant answer, in the unit of `alone`
    """

    contributions: tuple[int, ...]
    alone: tuple[int, ...]
    samples: tuple[int, ...]
    constant: int


def capped_scores(verdict: Verdict) -> list[int]:
    """Contributions capped by `capped`, of those whose update alone beats the constant; 0 or less earns nothing."""
    scores = capped(verdict.contributions, verdict.samples)
    return [score if alone > verdict.constant else 0 for score, alone in zip(scores, verdict.alone, strict=True)]


def capped(contributions: Sequence[int], samples: Sequence[int]) -> list[int]:
    """Contributions, each at most half the median contribution of a sample times its client's samples, rounded down.

    Of an even number of clients the lower of both middle ones is the median; below zero it counts as zero.
    """
    if not contributions:
        return []
    each = sorted(Fraction(value, max(count, 1)) for value, count in zip(contributions, samples, strict=True))
    rate = max(each[(len(each) - 1) // 2], Fraction(0)) / 2
    return [min(value, int(rate * count)) for value, count in zip(contributions, samples, strict=True)]
