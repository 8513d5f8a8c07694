"""Averaging in groups: sums of groups are exact, so the mean of the root is that of all clients at once.

A robust rule takes the groups' means for clients: it withstands as many groups with a liar among them as it would
liars, and in each of them every client counts once.
"""

from __future__ import annotations

from collections.abc import Sequence

from pallets.federated_round.rules import RobustRule
from pallets.federated_round.strategies.averaging import REFUSED, Averaging
from pallets.federated_round.strategies.joining import Delivered
from pallets.federated_round.strategies.strategy import NOBODY, ClientUpdate, Joined, StrategyError
from pallets.learning.aggregation.hierarchical import GroupSum, group_sum, joined
from pallets.learning.linear_model import LinearModel, encode_linear


class GroupedAveraging(Averaging):
    """The averaging strategy of hierarchical rounds."""

    def sum_of(self, updates: Sequence[ClientUpdate]) -> GroupSum:
        """What a group has added up; raises StrategyError."""
        return self._sum([self._delivered(update) for update in updates])

    def join(self, groups: Sequence[GroupSum], base: bytes | None, state: bytes | None) -> Joined:
        """The root of some groups; raises StrategyError."""
        start = self._begun(base)
        model, after = super()._joined(self._as_clients(groups), start, state)
        return Joined(encode_linear(model), after)

    def check_sum(self, group: GroupSum) -> None:
        """Raises StrategyError where a sum is of another shape than the task's."""
        if len(group.sums) != len(self._start.weights):
            raise StrategyError(f"sums of {len(group.sums)} weights, not {len(self._start.weights)}")

    def _joined(
        self, updates: Sequence[Delivered], start: LinearModel, state: bytes | None
    ) -> tuple[LinearModel, bytes | None]:
        members = dict[int, list[Delivered]]()
        for update in updates:
            members.setdefault(update.group, []).append(update)
        groups = [self._sum(of_group) for _, of_group in sorted(members.items())]
        return super()._joined(self._as_clients(groups), start, state)

    def _sum(self, updates: Sequence[Delivered]) -> GroupSum:
        samples = [1 if self._is_robust else update.samples for update in updates]
        try:
            return group_sum([update.weights for update in updates], samples)
        except REFUSED as error:
            raise StrategyError(str(error)) from None

    def _as_clients(self, groups: Sequence[GroupSum]) -> list[Delivered]:
        """What the rule is asked about: every group's mean, or the one mean of all, which is exact."""
        try:
            counted = groups if self._is_robust else [joined(groups)]
            return [Delivered(NOBODY, group.samples, tuple(group.mean())) for group in counted]
        except REFUSED as error:
            raise StrategyError(str(error)) from None

    @property
    def _is_robust(self) -> bool:
        return isinstance(self._rule, RobustRule)
