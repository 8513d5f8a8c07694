"""Forests that vote together in coalitions: what each coalition of clients is worth beside the base version.

Every forest is asked about every row once; a coalition's answers are sums of what its members said.
"""

from __future__ import annotations

from collections.abc import Sequence

from pallets.federated_round.strategies.judging import Yardstick
from pallets.learning.contribution import classifier_values, regressor_values
from pallets.learning.fixed_point import divide
from pallets.learning.forest import Forest
from pallets.learning.prediction import Predictor


class Electorate:
    """The clients' forests, and the base version's, which is in every coalition.

    Nobody's model, before the first version, is worth as much as the best constant answer.
    """

    def __init__(
        self, forests: Sequence[Forest], base: Forest | None, rows: Sequence[tuple[int, ...]], yardstick: Yardstick
    ) -> None:
        self._yardstick = yardstick
        self._trees = [len(forest.trees) for forest in forests]
        self._said = [_answers(forest, rows, yardstick) for forest in forests]
        self._base = None if base is None else _answers(base, rows, yardstick)
        self._base_trees = 0 if base is None else len(base.trees)

    def all_values(self) -> list[int]:
        """The value of each coalition, by bit mask; up to sixteen clients."""
        if self._yardstick.is_classifier:
            values = classifier_values(self._said, self._yardstick.targets, self._base)
        else:
            base = None if self._base is None else (_column(self._base), self._base_trees)
            totals = [_column(said) for said in self._said]
            values = regressor_values(totals, self._trees, self._yardstick.targets, base)
        if self._base is None:
            values[0] = self._yardstick.constant
        return values

    def value(self, coalition: int) -> int:
        """The value of one coalition, by bit mask."""
        if not coalition and self._base is None:
            return self._yardstick.constant
        members = [client for client in range(len(self._said)) if coalition >> client & 1]
        said = [self._said[client] for client in members]
        if self._base is not None:
            said.append(self._base)
        return self._joint_value(said, self._base_trees + sum(self._trees[client] for client in members))

    def alone(self, client: int) -> int:
        """The value of one client's trees without anybody's."""
        return self._joint_value([self._said[client]], self._trees[client])

    def _joint_value(self, said: Sequence[Sequence[Sequence[int]]], trees: int) -> int:
        sums = [[sum(column) for column in zip(*of_row, strict=True)] for of_row in zip(*said, strict=True)]
        if self._yardstick.is_classifier:
            return self._yardstick.value([votes.index(max(votes)) for votes in sums])
        return self._yardstick.value([divide(total, max(trees, 1)) for (total,) in sums])


def _answers(forest: Forest, rows: Sequence[tuple[int, ...]], yardstick: Yardstick) -> list[list[int]]:
    """For each row the votes by class, or the one total of the trees' values."""
    predictor = Predictor(forest)
    if yardstick.is_classifier:
        return [list(predictor.votes(row)) for row in rows]
    return [[predictor.total(row)] for row in rows]


def _column(said: Sequence[Sequence[int]]) -> list[int]:
    return [total for (total,) in said]
