"""Networks in groups: sums of moves are exact, so the mean of the root is that of all clients at once.

A robust rule takes the groups' mean moves for clients, as in `grouped_averaging`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pallets.federated_round.rules import RobustRule
from pallets.federated_round.strategies.network_averaging import REFUSED, NetworkAveraging, Sent
from pallets.federated_round.strategies.robust_joining import robust_join
from pallets.federated_round.strategies.strategy import ClientUpdate, Joined, StrategyError
from pallets.learning.aggregation.hierarchical import GroupSum, joined
from pallets.learning.moves import summed_moves
from pallets.learning.training_rows import Integers


class GroupedNetworks(NetworkAveraging):
    """The network strategy of hierarchical rounds."""

    def sum_of(self, updates: Sequence[ClientUpdate]) -> GroupSum:
        """What a group has added up; raises StrategyError."""
        try:
            return self._sum([self._sent(update) for update in updates])
        except REFUSED as error:
            raise StrategyError(str(error)) from None

    def join(self, groups: Sequence[GroupSum], base: bytes | None, state: bytes | None) -> Joined:
        """The root of some groups; raises StrategyError."""
        try:
            if isinstance(self._rule, RobustRule):
                move = robust_join(self._rule, self._means(groups))
            else:
                move = self._rounds.mean_of(joined(groups))
        except REFUSED as error:
            raise StrategyError(str(error)) from None
        return Joined(self._rounds.model(self._rounds.moved_by(self._began(base), move)))

    def check_sum(self, group: GroupSum) -> None:
        """Raises StrategyError where a sum is of another shape than the task's."""
        if len(group.sums) != self.parameters:
            raise StrategyError(f"sums of {len(group.sums)} moves, not {self.parameters}")

    def _points(self, sent: Sequence[Sent]) -> Integers:
        """What a robust rule counts once each: the groups' mean moves."""
        members = dict[int, list[Sent]]()
        for each in sent:
            members.setdefault(each.group, []).append(each)
        return self._means([self._sum(of_group) for _, of_group in sorted(members.items())])

    def _means(self, groups: Sequence[GroupSum]) -> Integers:
        return np.stack([self._rounds.mean_of(group) for group in groups])

    def _sum(self, sent: Sequence[Sent]) -> GroupSum:
        is_robust = isinstance(self._rule, RobustRule)
        samples = [1 if is_robust else each.samples for each in sent]
        sums = summed_moves([each.moves for each in sent], samples)
        return GroupSum(sum(samples), tuple(sums.tolist()))
