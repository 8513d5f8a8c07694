"""Who sends its proxy to whom: in round k the peer 2^k places further round the ring, and no server between them.

After as many rounds as the number of clients has bits everybody has something of everybody: what is mixed in a round
is passed on in the next. Who sends nothing in a round is skipped: whoever would have heard it hears the next sender
further back. Source: Kalra et al. 2023 (ProxyFL), after the exponential graph of Assran et al. 2019.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import TypeVar

Member = TypeVar("Member", bound=Hashable)


def hops(number: int, members: int) -> int:
    """How far a proxy goes in a round: 1, 2, 4, … places, less than once round, and then again from 1."""
    if number < 0 or members < 1:
        raise ValueError(f"round {number} of {members} members")
    return 1 << number % max((members - 1).bit_length(), 1)


def source_of(ring: Sequence[Member], sent: Collection[Member], member: Member, number: int) -> Member | None:
    """Whose proxy a member hears in a round; None where nobody else has sent one."""
    place, count = ring.index(member), len(ring)
    first = hops(number, count)
    for further in range(count):
        source = ring[(place - first - further) % count]
        if source in sent and source != member:
            return source
    return None


def target_of(ring: Sequence[Member], member: Member, number: int) -> Member:
    """To whom a member's proxy goes in a round in which everybody sends."""
    return ring[(ring.index(member) + hops(number, len(ring))) % len(ring)]
