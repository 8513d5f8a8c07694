"""What a group's aggregators anchor, and how the root is joined from it: sums of weights, or trees with their clients.

grouping = grouping_of(strategy)
anchored = grouping.group(updates_of_the_group)
grouping.join([anchored, …], samples, base, state)      what strategy.aggregate gives for all updates at once
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

from chain.primitives import AccountId
from chain.record import record
from pallets.federated_round.strategies.boosting import Boosting
from pallets.federated_round.strategies.by_samples import BySamplesStrategy
from pallets.federated_round.strategies.forest_merge import ForestMerge
from pallets.federated_round.strategies.forest_quota import ForestQuota
from pallets.federated_round.strategies.strategy import ClientUpdate, Joined, Strategy, StrategyError, UpdateRefused
from pallets.learning.aggregation.hierarchical import GroupDecodeError, GroupSum, decode_group, encode_group
from pallets.learning.forest import Forest, ForestError
from pallets.learning.forest_codec import encode_forest
from pallets.learning.forest_federation import (
    FederatedForest,
    FederationDecodeError,
    decode_federated,
    encode_federated,
    federation,
    trees_of,
)


class Grouping(Protocol):
    """How the updates of one algorithm are joined by way of groups."""

    def group(self, updates: Sequence[ClientUpdate]) -> bytes:
        """What a group anchors; raises StrategyError where its updates cannot be joined."""
        ...

    def check(self, group: bytes) -> None:
        """Raises UpdateRefused where the bytes are no group's of this task."""
        ...

    def join(
        self, groups: Sequence[bytes], samples: Mapping[AccountId, int], base: bytes | None, state: bytes | None
    ) -> Joined:
        """The root of what groups anchored, all accepted by `check`; raises StrategyError."""
        ...


class GrowsTrees(Protocol):
    """A strategy whose updates are trees."""

    @property
    def shape(self) -> Forest:
        """The forest that an update is one of, without trees."""
        ...

    def counting(self, update: ClientUpdate) -> Forest:
        """The trees of an update that count; raises UpdateRefused."""
        ...

    def aggregate(self, updates: Sequence[ClientUpdate], base: bytes | None, state: bytes | None = None) -> Joined:
        """The new model of updates in ascending order of accounts."""
        ...


@runtime_checkable
class AddsUp(Protocol):
    """A strategy whose updates are vectors that add up."""

    def sum_of(self, updates: Sequence[ClientUpdate]) -> GroupSum:
        """What a group has added up; raises StrategyError."""
        ...

    def join(self, groups: Sequence[GroupSum], base: bytes | None, state: bytes | None) -> Joined:
        """The root of some groups; raises StrategyError."""
        ...

    def check_sum(self, group: GroupSum) -> None:
        """Raises StrategyError where a sum is of another shape than the task's."""
        ...


@record
class Sums:
    """Groups of linear models, or of networks, anchor `GroupSum`s."""

    strategy: AddsUp

    def group(self, updates: Sequence[ClientUpdate]) -> bytes:
        """The canonical sum of the updates."""
        return encode_group(self.strategy.sum_of(updates))

    def check(self, group: bytes) -> None:
        """A sum of as many weights as the task's models have."""
        self._decoded(group)

    def join(
        self, groups: Sequence[bytes], samples: Mapping[AccountId, int], base: bytes | None, state: bytes | None
    ) -> Joined:
        """What the rule makes of the sums."""
        return self.strategy.join([self._decoded(group) for group in groups], base, state)

    def _decoded(self, group: bytes) -> GroupSum:
        try:
            found = decode_group(group)
            self.strategy.check_sum(found)
        except (GroupDecodeError, StrategyError) as error:
            raise UpdateRefused(str(error)) from None
        return found


@record
class Trees:
    """Groups of trees anchor a forest that says whose they are, so that the root can put them in order."""

    strategy: GrowsTrees

    def group(self, updates: Sequence[ClientUpdate]) -> bytes:
        """The canonical forest of the group's clients."""
        given = [(update.account, self.strategy.counting(update)) for update in updates]
        try:
            return encode_federated(federation(self.strategy.shape, given))
        except ForestError as error:
            raise StrategyError(str(error)) from None

    def check(self, group: bytes) -> None:
        """A forest of clients of the task's shape."""
        self._decoded(group)

    def join(
        self, groups: Sequence[bytes], samples: Mapping[AccountId, int], base: bytes | None, state: bytes | None
    ) -> Joined:
        """The aggregate of all groups' clients."""
        updates = [update for group in groups for update in self._updates(self._decoded(group), samples)]
        return self.strategy.aggregate(sorted(updates, key=lambda update: update.account), base, state)

    def _updates(self, group: FederatedForest, samples: Mapping[AccountId, int]) -> list[ClientUpdate]:
        found = []
        for share in group.shares:
            own, who = trees_of(group, share.client), AccountId(share.client)
            forest = replace(group.forest, trees=group.forest.trees[own.start : own.stop])
            found.append(ClientUpdate(who, samples.get(who, 1), encode_forest(forest)))
        return found

    def _decoded(self, group: bytes) -> FederatedForest:
        try:
            found = decode_federated(group)
        except FederationDecodeError as error:
            raise UpdateRefused(str(error)) from None
        if replace(found.forest, trees=()) != self.strategy.shape:
            raise UpdateRefused("a group's forest of another kind or shape than the task's")
        return found


def grouping_of(strategy: Strategy) -> Grouping:
    """How a strategy's updates are grouped; raises StrategyError where they cannot be."""
    inner = strategy.inner if isinstance(strategy, BySamplesStrategy) else strategy
    if isinstance(inner, ForestMerge | ForestQuota | Boosting):
        return Trees(inner)
    if isinstance(inner, AddsUp):
        return Sums(inner)
    raise StrategyError(f"updates of {type(inner).__name__} are not joined in groups")
