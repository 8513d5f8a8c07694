"""How many adversaries each robust rule withstands, checked before a task is created. Pure Python."""

from __future__ import annotations

from enum import IntEnum


class RobustError(ValueError):
    """A rule cannot be used with these updates."""


class BoundExceeded(RobustError):
    """More adversaries than a rule withstands among so many clients."""


class Rule(IntEnum):
    """The robust rules."""

    MEDIAN = 0
    TRIMMED_MEAN = 1
    KRUM = 2
    MULTI_KRUM = 3
    BULYAN = 4
    GEOMETRIC_MEDIAN = 5
    NORM_CLIPPING = 6


def most_adversaries(rule: Rule, clients: int) -> int:
    """The largest number of adversaries that the rule withstands among so many clients; -1 where it cannot work.

    Median, trimmed mean, geometric median: fewer than half. Krum and Multi-Krum: 2f + 2 < n (Blanchard et al. 2017).
    Bulyan: 4f + 3 <= n (El Mhamdi et al. 2018). Norm clipping never breaks down: any number moves the mean by at most
    the clip times their share, so one honest client is all it needs.
    """
    if clients < 1:
        return -1
    if rule in (Rule.KRUM, Rule.MULTI_KRUM):
        return max((clients - 3) // 2, -1)
    if rule is Rule.BULYAN:
        return (clients - 3) // 4 if clients >= 3 else -1
    if rule is Rule.NORM_CLIPPING:
        return clients - 1
    return (clients - 1) // 2


def check_adversaries(rule: Rule, clients: int, adversaries: int) -> None:
    """Raise BoundExceeded where the rule does not withstand so many; RobustError for numbers that mean nothing."""
    if clients < 1 or adversaries < 0:
        raise RobustError(f"{adversaries} adversaries among {clients} clients")
    most = most_adversaries(rule, clients)
    if adversaries > most:
        told = f"withstands {most}" if most >= 0 else "does not work"
        raise BoundExceeded(f"{rule.name.lower()} {told} with {clients} clients, not {adversaries} adversaries")


def check_trim(clients: int, adversaries: int, trim: int) -> None:
    """Refuse a trim, of each side, that keeps an adversary at the end or leaves nothing; raises BoundExceeded."""
    check_adversaries(Rule.TRIMMED_MEAN, clients, adversaries)
    if not adversaries <= trim or 2 * trim >= clients:
        raise BoundExceeded(
            f"{trim} of each side of {clients} trimmed against {adversaries} adversaries: take {adversaries} to "
            f"{(clients - 1) // 2}"
        )


def check_kept(clients: int, adversaries: int, kept: int) -> None:
    """Refuse a number of updates that Multi-Krum cannot keep: 1 to n - f - 2; raises BoundExceeded."""
    check_adversaries(Rule.MULTI_KRUM, clients, adversaries)
    most = clients - adversaries - 2
    if not 1 <= kept <= most:
        raise BoundExceeded(f"{kept} of {clients} updates kept against {adversaries} adversaries: take 1 to {most}")
