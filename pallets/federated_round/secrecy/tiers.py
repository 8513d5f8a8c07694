"""Hierarchical rounds that hide updates: each group is a sum, found and anchored by aggregators of its own.

Where a synchronous round has every aggregator take off every mask, here those of a group look at their group alone: at
its messages, its masked updates, its opened shares. What they agree on is the exact sum, from which the root is joined
as if clients had shown their updates. Groups are drawn among the clients that announced keys, as in every hidden round,
and each is given aggregators as it is formed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chain.primitives import AccountId
from pallets.federated_round.errors import EmptyArtifact, NotInSum, ShapeUnsuited, UnknownClient
from pallets.federated_round.secrecy.reading import Key, groups_of
from pallets.federated_round.secrecy.types import Group, Groups
from pallets.federated_round.shapes.drawing import dealt_in_turn
from pallets.federated_round.shapes.types import Tier, Tiers
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import Aggregate, Role
from pallets.frame.error import ensure


def tiers_of(groups: Groups, aggregators: tuple[AccountId, ...], seed: bytes) -> Tiers:
    """Each group with aggregators of its own, of whom there are as many as groups at least."""
    dealt = dealt_in_turn(aggregators, len(groups), "aggregators of groups", seed)
    return tuple(Tier(group.members, own) for group, own in zip(groups, dealt, strict=True))


def judges_of(rounds: RoundStorage, key: Key) -> list[tuple[AccountId, ...]]:
    """Who says of each group which of its masked updates are none: its own aggregators, or all."""
    tiers = rounds.tiers.get(key)
    if tiers is None:
        return [rounds.holders(*key, Role.AGGREGATOR)] * len(groups_of(rounds, key))
    return [tier.aggregators for tier in tiers]


def groups_to_judge(rounds: RoundStorage, key: Key, who: AccountId) -> list[Group]:
    """The groups that an aggregator looks at."""
    pairs = zip(groups_of(rounds, key), judges_of(rounds, key), strict=True)
    return [group for group, judges in pairs if who in judges]


def check_group(rounds: RoundStorage, key: Key, tier: Tier, aggregate: Aggregate) -> None:
    """Raises the error of what a group that is hidden cannot anchor."""
    group = next((each for each in groups_of(rounds, key) if each.members == tier.clients), None)
    if group is None:
        raise NotInSum
    dealers = group.accounts(group.dealers)
    ensure(aggregate.invalid == tuple(who for who in dealers if who in aggregate.invalid), UnknownClient)
    ensure(aggregate.model is None or group.is_alive, EmptyArtifact)
    ensure(aggregate.state is None and not aggregate.unsummed, ShapeUnsuited)


def check_hidden_root(rounds: RoundStorage, key: Key, aggregate: Aggregate) -> None:
    """Raises UnknownClient or EmptyArtifact where a root is not of the groups that agreed on their sums.

    Its aggregators may leave out a group more, whose sum nobody can read.
    """
    agreed, alive = rounds.groups_of_round(*key), alive_in(groups_of(rounds, key))
    left_out = aggregate.unsummed
    ensure(left_out == tuple(number for number in alive if number in left_out), UnknownClient)
    ensure(all(number in left_out or has_sum(agreed, number) for number in alive), UnknownClient)
    ensure(aggregate.invalid == blamed_in(agreed.values()), UnknownClient)
    ensure((aggregate.model is None) == (len(left_out) == len(alive)), EmptyArtifact)


def alive_in(groups: Groups) -> list[int]:
    """The numbers of the groups whose sums can be found, as far as survivors go."""
    return [number for number, group in enumerate(groups) if group.is_alive]


def has_sum(agreed: Mapping[int, Aggregate], number: int) -> bool:
    """Whether a group agreed on a sum."""
    return number in agreed and agreed[number].model is not None


def blamed_in(agreed: Iterable[Aggregate]) -> tuple[AccountId, ...]:
    """Whom groups blame, whether or not they found a sum."""
    return tuple(sorted(who for found in agreed for who in found.invalid))
