"""Trees that are merged: each client's own, as many as the strategy says, or one for so many of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pallets.learning.attacks import constant_forest, random_forest, reversed_forest
from pallets.learning.forest import Forest, ForestKind, ForestParameters, merge
from pallets.learning.forest_federation import quota_of
from pallets.learning.forest_training import train_classifier
from pallets.learning.simulation.judging import alone_of, answers_of, forest_values
from pallets.learning.simulation.learners.learner import Labels, Model, Rows, Update, Worth, WrongKind
from pallets.learning.simulation.servers import Arrived, Local, Server


@dataclass(frozen=True, slots=True)
class ForestLearner:
    """Classifiers of so many features; rows_for_a_tree: None where everybody gives all trees of the parameters."""

    features: int
    parameters: ForestParameters
    rows_for_a_tree: int | None = None

    @property
    def start(self) -> Forest:
        return Forest(ForestKind.CLASSIFIER, self.features, self.parameters.classes, 0, ())

    def base(self, model: Model) -> Forest:
        return self.start  # trees have no part in each other

    def trained(self, base: Model, rows: Rows, labels: Labels, seed: bytes, local: Local) -> Forest:
        return train_classifier(rows, labels, replace(self.parameters, trees=self._trees(len(labels))), seed)

    def idle(self, base: Model, labels: Labels) -> Forest:
        most_frequent = max(sorted(set(labels)), key=labels.count)
        return constant_forest(self.features, self.parameters.classes, self._trees(len(labels)), most_frequent)

    def drawn(self, base: Model, labels: Labels, seed: bytes) -> Forest:
        return random_forest(self.features, self.parameters.classes, self._trees(len(labels)), seed)

    def reversed(self, base: Model, honest: Update) -> Forest:
        return reversed_forest(_forest(honest))

    def scaled(self, base: Model, honest: Update, factor: int) -> Forest:
        raise WrongKind("the number of trees is fixed, and a tree's vote is one")

    def tried(self, base: Model, update: Update) -> Forest:
        return _forest(update)

    def joined(self, model: Model, updates: Sequence[Update], arrived: Arrived, server: Server | None) -> Forest:
        return merge([_forest(model), *self._counting(updates, arrived.samples)])

    def answers(self, model: Model, rows: Rows) -> list[int]:
        return answers_of(_forest(model), rows)

    def worth(
        self, model: Model, updates: Sequence[Update], samples: Sequence[int], rows: Rows, labels: Labels
    ) -> Worth:
        """An update alone is worth what its own trees get right, without those of the model."""
        given = self._counting(updates, samples)
        alone = forest_values(self.start, given, rows, labels)(alone_of(len(given)))
        return Worth(forest_values(_forest(model), given, rows, labels), tuple(alone))

    def _counting(self, updates: Sequence[Update], samples: Sequence[int]) -> list[Forest]:
        """Of each client as many trees as its rows entitle it to."""
        given = zip(map(_forest, updates), samples, strict=True)
        return [replace(forest, trees=forest.trees[: self._trees(count)]) for forest, count in given]

    def _trees(self, rows: int) -> int:
        most = self.parameters.trees
        return most if self.rows_for_a_tree is None else quota_of(rows, self.rows_for_a_tree, most)


def _forest(model: Model) -> Forest:
    if not isinstance(model, Forest):
        raise WrongKind(f"a {type(model).__name__} among forests")
    return model
