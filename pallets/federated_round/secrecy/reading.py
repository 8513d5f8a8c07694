"""Questions about a hidden round that the state answers: who is in which sum, who misses whom, what was summed."""

from __future__ import annotations

from chain.primitives import AccountId
from pallets.federated_round.secrecy.types import Group, Groups, group_of
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import Phase, Role, RoundNumber, TaskId

Key = tuple[TaskId, RoundNumber]


def groups_of(rounds: RoundStorage, key: Key) -> Groups:
    """The groups of a round; none before they are drawn."""
    return rounds.groups.get(key) or ()


def keys_in(rounds: RoundStorage, key: Key) -> dict[bytes, AccountId]:
    """Who announced which key in a round."""
    found = rounds.public_keys.iter(prefix=key)
    return {each: place[2] for place, pair in found if pair is not None for each in (pair.mask, pair.channel)}


def own_group(rounds: RoundStorage, key: Key, who: AccountId) -> Group | None:
    """The group that a client is in."""
    placed = group_of(groups_of(rounds, key), who)
    return None if placed is None else placed[1]


def missed(rounds: RoundStorage, key: Key, phase: Phase, who: AccountId) -> frozenset[AccountId]:
    """Whom an account has reported missing in a phase; nobody where it has not reported."""
    bits = rounds.missing.get((*key, phase, who)) or 0
    clients = rounds.holders(*key, Role.CLIENT)
    return frozenset(client for place, client in enumerate(clients) if bits >> place & 1)


def summed_groups(rounds: RoundStorage, key: Key) -> list[Group]:
    """The groups whose sums are in the agreed aggregate, in ascending order of their representatives."""
    agreed = rounds.agreed_aggregate.get(key)
    if agreed is None:
        return []
    alive = [
        group for number, group in enumerate(groups_of(rounds, key)) if group.is_alive and number not in agreed.unsummed
    ]
    return sorted(alive, key=lambda group: group.representative)


def summed_clients(rounds: RoundStorage, key: Key) -> tuple[AccountId, ...]:
    """The clients whose updates are in the agreed aggregate, in ascending order."""
    return tuple(sorted(who for group in summed_groups(rounds, key) for who in group.accounts(group.survivors)))
