"""What a hidden round leaves on chain beside an open one: keys, and who got how far in which sum."""

from __future__ import annotations

from typing import Annotated

from chain.primitives import U8, U32, AccountId, Bytes32, Hash, MaxLen
from chain.record import record
from pallets.federated_round.types import MAX_CLIENTS, MAX_GROUPS, Clients, Phase

Places = Annotated[tuple[U8, ...], MaxLen(MAX_CLIENTS)]
"""Numbers of members in their group, ascending."""


@record
class PublicKeys:
    """What a client announces for one round: X25519 keys for its masks, and for sealing shares."""

    mask: Bytes32
    channel: Bytes32


@record
class Group:
    """The clients of one sum, and who of them got how far; each list is fixed by a block.

    members: in ascending order, as in the roster whose digest `roster` is; threshold: of shares that open a secret
    dealers: whose shares the others have, so that they mask with each other
    survivors: whose masked updates are in the sum; nobody where they are fewer than the threshold
    """

    members: Clients
    threshold: U32
    roster: Hash
    dealers: Places = ()
    survivors: Places = ()

    def accounts(self, places: Places) -> tuple[AccountId, ...]:
        """The members at some places."""
        return tuple(self.members[place] for place in places)

    @property
    def is_alive(self) -> bool:
        """Whether its sum can still be found, as far as the survivors are fixed."""
        return bool(self.survivors)

    @property
    def representative(self) -> AccountId:
        """The survivor by whose account the group goes where a round names clients."""
        return self.members[self.survivors[0]]


Groups = Annotated[tuple[Group, ...], MaxLen(MAX_GROUPS)]


@record
class Hidden:
    """What a hidden round left behind beside an open one.

    last_phase: the one that was not followed by another; summed: the groups in the agreed aggregate
    announced, dealt, opened: who did
    """

    last_phase: Phase
    groups: Groups
    summed: tuple[Group, ...]
    announced: frozenset[AccountId]
    dealt: frozenset[AccountId]
    opened: frozenset[AccountId]


def group_of(groups: Groups, who: AccountId) -> tuple[int, Group] | None:
    """The number of a client's group, and the group; None where it is in none."""
    return next(((number, group) for number, group in enumerate(groups) if who in group.members), None)
