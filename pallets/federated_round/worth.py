"""How a task finds what each client's update is worth: all coalitions, orders drawn by a seed, or samples alone.

The seed of a sample is the chain's randomness of a block that comes after all updates and aggregates are revealed, so
nobody can fit an update to the orders that will judge it, and anybody can draw the same orders again.
"""

from __future__ import annotations

from typing import Final

from chain.crypto.hashing import blake2_256
from chain.primitives import U16, U32, Enumeration, Hash
from pallets.federated_round.errors import FractionTooLarge, TooManyClients
from pallets.frame.error import ensure

MILLION = 1_000_000

MOST_ORDERS = 10_000


class Worth(Enumeration):
    """How contributions are found."""


class ExactShapley(Worth):
    """The mean over all orders in which clients can join; up to sixteen clients.

    Each of the 2^clients coalitions is joined by the task's rule: under a rule that takes long a sample is enough.
    """


class SampledShapley(Worth):
    """The mean over `orders` orders drawn by a seed; for any number of clients.

    tolerance: parts per million of the metric; an order is cut short where the coalition is this near to everybody
    """

    orders: U16
    tolerance: U32


class BySamples(Worth):
    """The improvement in proportion to samples; nobody looks at an update by itself. For clients that are believed."""


EXACT: Final = ExactShapley()
"""What a task that names nothing else has."""


def check_worth(worth: Worth, clients: int) -> None:
    """Raises TooManyClients where so many cannot be judged so, FractionTooLarge for impossible numbers."""
    if isinstance(worth, SampledShapley):
        ensure(1 <= worth.orders <= MOST_ORDERS and worth.tolerance <= MILLION, FractionTooLarge)
    elif isinstance(worth, ExactShapley):
        from pallets.learning.contribution import CLIENT_LIMIT  # what a chain without tasks never loads

        ensure(clients <= CLIENT_LIMIT, TooManyClients)


def judging_seed(seed: Hash, beacon: Hash) -> Hash:
    """What orders are drawn by: the round's own seed, and randomness from after the reveals."""
    return Hash(blake2_256(b"palletlab/judge" + seed + beacon))
