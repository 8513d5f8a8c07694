"""The shape of a task's rounds: who trains when, from which version, and on the way over whom updates are joined."""

from __future__ import annotations

from typing import Final

from chain.primitives import U8, U64, BlockNumber, Enumeration

MOST_STALENESS: Final = 16
"""Versions that a lineage is walked back to find what an update began from."""


class Shape(Enumeration):
    """How the updates of a round come together."""


class Synchronous(Shape):
    """Everybody who is drawn trains on the newest version, and all updates are joined at once."""


class Cyclic(Shape):
    """One client a round trains the model on; the lottery decides whose turn it is.

    Nobody has a second turn before everybody who enrols has had one: then the next cycle begins.
    """


class Hierarchical(Shape):
    """Clients and aggregators are dealt to groups; each group's aggregate is agreed on before the root's.

    The root is joined from what the groups agreed on, and goes on where at least `minimum_groups` of them agreed.
    """

    groups: U8
    minimum_groups: U8


class Buffered(Shape):
    """Clients send whenever they are done; as many updates as a round has seats for clients move the model.

    largest_staleness: versions that an update may be behind; the older, the less it counts
    learning_rate: how far the model moves, 32 fractional bits
    """

    largest_staleness: U8
    learning_rate: U64


SYNCHRONOUS: Final = Synchronous()
"""What a task that names no shape has."""


def stages_between(shape: Shape) -> int:
    """How many stages, each of commitments and their openings, a shape has between updates and the aggregate."""
    return 1 if isinstance(shape, Hierarchical) else 0


def blocks_of_shape(shape: Shape, aggregate: BlockNumber, reveal: BlockNumber) -> BlockNumber:
    """What a shape adds to the longest round."""
    return stages_between(shape) * (aggregate + reveal)
