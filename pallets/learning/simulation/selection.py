"""How far a lottery's seats are from stake: the bias of a sample of validators or clients, measured.

The first seat of each draw is in proportion to stake, up to chance. Later ones cannot be, because nobody sits twice:
who has much gets fewer seats than its part of the stake, and would get more under several names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pallets.learning.metrics import MILLION
from pallets.learning.stream import seed_for

Draw = Callable[[Sequence[tuple[bytes, int]], int, bytes], Sequence[bytes]]
"""A lottery: from accounts with weights, seats and a seed to those drawn."""

GROUPS = 4
"""Quarters of the candidates, the poorest first."""


@dataclass(frozen=True, slots=True)
class GroupBias:
    """A quarter of the candidates: its part of the stake, of first seats and of all seats, in parts per million."""

    stake_ppm: int
    first_ppm: int
    seats_ppm: int


@dataclass(frozen=True, slots=True)
class Bias:
    """Of so many draws; the distances are halves of summed differences to stake, candidate by candidate.

    noise_ppm: what the distance of first seats comes to by chance alone, at most, on average
    """

    draws: int
    groups: tuple[GroupBias, ...]
    first_distance_ppm: int
    seats_distance_ppm: int
    noise_ppm: int


def bias_of(lots: Sequence[tuple[bytes, int]], seats: int, draw: Draw, draws: int, seed: bytes) -> Bias:
    """The bias of a lottery over so many draws."""
    first: Counter[bytes] = Counter()
    drawn: Counter[bytes] = Counter()
    for number in range(draws):
        accounts = draw(lots, seats, seed_for("selection bias", seed, number))
        first.update(accounts[:1])
        drawn.update(accounts)
    ordered = sorted(lots, key=lambda lot: (lot[1], lot[0]))
    quarters = [ordered[len(ordered) * part // GROUPS : len(ordered) * (part + 1) // GROUPS] for part in range(GROUPS)]
    stake = Counter(dict(lots))
    groups = tuple(
        GroupBias(*(_share(counts, [account for account, _ in part]) for counts in (stake, first, drawn)))
        for part in quarters
    )
    total = stake.total()
    noise = sum((weight * (total - weight)) ** 0.5 for _, weight in lots) / total if total else 0.0
    return Bias(
        draws,
        groups,
        _distance(stake, first, lots),
        _distance(stake, drawn, lots),
        # half of the summed mean deviations of counts, each at most its standard deviation
        int(MILLION * noise / 2 / max(draws, 1) ** 0.5),
    )


def seats_of(accounts: Sequence[bytes], lots: Sequence[tuple[bytes, int]], seats: int, draw: Draw, draws: int) -> int:
    """Seats that these accounts get together in so many draws."""
    wanted = set(accounts)
    return sum(len(wanted & set(draw(lots, seats, seed_for("seats", number)))) for number in range(draws))


def _share(counts: Counter[bytes], accounts: Sequence[bytes]) -> int:
    return sum(counts[account] for account in accounts) * MILLION // max(counts.total(), 1)


def _distance(one: Counter[bytes], other: Counter[bytes], lots: Sequence[tuple[bytes, int]]) -> int:
    whole, drawn = max(one.total(), 1), max(other.total(), 1)
    apart = sum(abs(one[account] * drawn - other[account] * whole) for account, _ in lots)
    return apart * MILLION // (2 * whole * drawn)
