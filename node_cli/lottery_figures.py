"""Figures of the lottery that the chain draws roles by, played without a chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chain.primitives import AccountId
from pallets.learning.simulation.attack_document import SplitStake
from pallets.learning.simulation.selection import Bias, bias_of, seats_of
from pallets.learning.stream import seed_for
from pallets.staking import lottery

CANDIDATES: Final = 100
SEATS: Final = 10
DRAWS: Final = 1000
SPLIT_PERCENTS: Final = (1, 5, 10, 25)
NAMES: Final = 10


def lottery_bias() -> Bias:
    """Of a hundred candidates with stakes of 1 to 100."""
    return bias_of([(_account(i), 1 + i) for i in range(CANDIDATES)], SEATS, draw, DRAWS, b"document")


def split_stakes() -> list[SplitStake]:
    """What one party gets under one name and under ten, among others of equal stakes."""
    return [_split(percent) for percent in SPLIT_PERCENTS]


def draw(lots: Sequence[tuple[bytes, int]], seats: int, seed: bytes) -> tuple[bytes, ...]:
    """The chain's lottery over any 32 bytes."""
    return lottery.draw([(AccountId(account), weight) for account, weight in lots], seats, seed)


def _split(percent: int) -> SplitStake:
    """Stakes in units of which the others have 100 each together 100 - percent of a hundred parts."""
    others = [(_account(i), 100 * (100 - percent)) for i in range(CANDIDATES)]
    whole = 100 * CANDIDATES * percent
    names = [_account(CANDIDATES + i) for i in range(NAMES)]
    one = seats_of(names[:1], [*others, (names[0], whole)], SEATS, draw, DRAWS)
    ten = seats_of(names, [*others, *((name, whole // NAMES) for name in names)], SEATS, draw, DRAWS)
    return SplitStake(percent, DRAWS, one, ten)


def _account(number: int) -> bytes:
    return seed_for("candidate", number)
