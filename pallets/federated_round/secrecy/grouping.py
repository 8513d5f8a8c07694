"""Who is hidden with whom, and the rosters that follow from the chain alone.

    round id = blake2_256("palletlab/sum" ‖ task u32 ‖ round u32 ‖ seed of the round)

Groups are drawn by the round's seed among the clients that announced keys, so that they are of one size whoever stayed
away. Who stays away on purpose can shift the draw; it still is in one group, and the bounds are asked of whole groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Hash
from pallets.federated_round.secrecy.choice import Full, Grouped, groups_in
from pallets.federated_round.secrecy.types import Group, Groups, PublicKeys
from pallets.federated_round.types import RoundNumber, TaskId
from pallets.learning.secure_aggregation.group_draw import groups_of
from pallets.learning.secure_aggregation.messages import Announcement, Roster, roster_of
from pallets.learning.secure_aggregation.threshold import least_threshold

_PLACE = Struct("<II")


def round_id(task: TaskId, number: RoundNumber, seed: Hash) -> bytes:
    """What keys and masks of one round are bound to."""
    return blake2_256(b"palletlab/sum" + _PLACE.pack(task, number) + seed)


def formed_groups(identity: bytes, secrecy: Grouped | Full, keys: Mapping[AccountId, PublicKeys]) -> Groups:
    """The groups of the clients that announced keys; identity: of the round.

    Raises TermsRefused where they are too few for so many groups.
    """
    clients = sorted(keys)
    formed = []
    for places in groups_of(len(clients), groups_in(secrecy)[0], identity):
        members = tuple(clients[place] for place in places)
        threshold = least_threshold(len(members), secrecy.hiding.colluding)
        roster = _roster(identity, members, threshold, secrecy.hiding.colluding, keys)
        formed.append(Group(members, threshold, Hash(roster.digest)))
    return tuple(formed)


def roster_of_group(
    identity: bytes, group: Group, secrecy: Grouped | Full, keys: Mapping[AccountId, PublicKeys]
) -> Roster:
    """The roster whose digest the block fixed; keys: of all clients of the round."""
    return _roster(identity, group.members, group.threshold, secrecy.hiding.colluding, keys)


def _roster(
    identity: bytes,
    members: tuple[AccountId, ...],
    threshold: int,
    colluding: int,
    keys: Mapping[AccountId, PublicKeys],
) -> Roster:
    announced = [Announcement(who, keys[who].mask, keys[who].channel, b"") for who in members]
    # whoever signed the transaction that announced them signed the keys: the chain has verified that
    return roster_of(identity, announced, threshold, lambda _who, _message, _signature: True, adversaries=colluding)
