"""Who may see a client's update: a task's choice between judging clients and hiding them.

What is hidden cannot be compared, so robustness and secrecy exclude each other for one client. `Open` updates are seen
and judged one by one; under `Grouped` only sums of groups are, and the task's rule joins the groups; under `Full` only
the sum of all is, so nobody withstands a liar in it.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from chain.primitives import U8, U32, U64, BlockNumber, Enumeration
from chain.record import record


class NoiseLaw(IntEnum):
    """Which noise clients add under their masks; both are drawn in whole steps."""

    GAUSSIAN = 0
    """Discrete Gaussian: a sum of shares is one of the added variances to 2^-200."""
    SKELLAM = 1
    """The difference of two Poisson draws: a sum of shares is exactly one of the added variances."""


@record
class Hiding:
    """How updates are hidden in a sum. A step is 2^-fractional_bits.

    clip: the largest change of a weight, in steps; with noise the largest length of all changes together
    modulus_bits: 32 or 64, of a residue
    colluding: clients of one sum that may lie and tell all they know, to aggregators too, without learning an update;
    nor do they stop a sum of five times as many clients and two
    noise: deviation of what each client adds to each value, in steps; 0 for none
    blocks: how long each phase may last that an open round has not got
    law: of the noise
    """

    clip: U64
    fractional_bits: U8
    modulus_bits: U8
    colluding: U32
    noise: U64
    blocks: BlockNumber
    law: NoiseLaw = NoiseLaw.GAUSSIAN


class Secrecy(Enumeration):
    """Who may see a client's update."""


class Open(Secrecy):
    """Everybody."""


class Grouped(Secrecy):
    """Nobody; sums of groups are seen, and joined by the task's rule, whose adversaries are groups with liars in them.

    A round needs the sums of `minimum_groups`.
    """

    groups: U32
    minimum_groups: U32
    hiding: Hiding


class Full(Secrecy):
    """Nobody; the sum of all is seen."""

    hiding: Hiding


OPEN: Final = Open()
"""What a task that names nothing else has."""

HIDDEN_PHASES: Final = 5
"""Phases of `Hiding.blocks` that an open round has not got."""


def hiding_of(secrecy: Secrecy) -> Hiding | None:
    """How updates are hidden; None where they are not."""
    return secrecy.hiding if isinstance(secrecy, Grouped | Full) else None


def blocks_of(secrecy: Secrecy) -> BlockNumber:
    """What hiding adds to the longest round."""
    hiding = hiding_of(secrecy)
    return 0 if hiding is None else HIDDEN_PHASES * hiding.blocks


def groups_in(secrecy: Secrecy) -> tuple[int, int]:
    """How many sums a hidden round makes, and how many it needs at least."""
    return (secrecy.groups, secrecy.minimum_groups) if isinstance(secrecy, Grouped) else (1, 1)
