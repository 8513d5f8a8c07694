"""Boosted trees: every client corrects the newest version, and each one's trees count for its share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pallets.learning.attacks import random_forest
from pallets.learning.boosting.model import BoostedModel, BoostingParameters, empty_boosted, with_trees
from pallets.learning.boosting.rounds import bagged
from pallets.learning.boosting.training import grow_stages
from pallets.learning.fixed_point import INT32_MAX, INT32_MIN
from pallets.learning.forest import LEAF, Forest, Tree
from pallets.learning.simulation.judging import alone_of, boosted_answers, boosted_values
from pallets.learning.simulation.learners.learner import Labels, Model, Rows, Update, Worth, WrongKind
from pallets.learning.simulation.servers import Arrived, Local, Server
from pallets.learning.stream import Stream, seed_for

LARGEST_DRAWN = 1 << 16
"""Log-odds of a leaf that was drawn, 16 fractional bits: one, about what a leaf says that was learnt."""


@dataclass(frozen=True, slots=True)
class BoostingLearner:
    """Classifiers of so many features and classes."""

    features: int
    classes: int
    parameters: BoostingParameters

    @property
    def start(self) -> BoostedModel:
        return empty_boosted(self.features, self.classes)

    def base(self, model: Model) -> BoostedModel:
        return _boosted(model)

    def trained(self, base: Model, rows: Rows, labels: Labels, seed: bytes, local: Local) -> Forest:
        return grow_stages(_boosted(base), rows, labels, self.parameters, seed)

    def idle(self, base: Model, labels: Labels) -> Forest:
        """Trees of one leaf that correct nothing."""
        return self._forest((Tree(bytes([LEAF]), (0,)),) * self._trees)

    def drawn(self, base: Model, labels: Labels, seed: bytes) -> Forest:
        stream = Stream(seed_for("random leaves", seed))
        shapes = random_forest(self.features, 2, self._trees, seed).trees
        drawn = Forest(self.start.forest.kind, self.features, 0, self.start.forest.fractional_bits, shapes)
        return _with_leaves(drawn, lambda _value: stream.below(2 * LARGEST_DRAWN + 1) - LARGEST_DRAWN)

    def reversed(self, base: Model, honest: Update) -> Forest:
        return self.scaled(base, honest, -1)

    def scaled(self, base: Model, honest: Update, factor: int) -> Forest:
        return _with_leaves(_trees_of(honest), lambda value: max(INT32_MIN, min(factor * value, INT32_MAX)))

    def tried(self, base: Model, update: Update) -> BoostedModel:
        return with_trees(_boosted(base), _trees_of(update).trees)

    def joined(self, model: Model, updates: Sequence[Update], arrived: Arrived, server: Server | None) -> BoostedModel:
        return bagged(_boosted(model), [_trees_of(update) for update in updates])

    def answers(self, model: Model, rows: Rows) -> list[int]:
        return boosted_answers(_boosted(model), rows)

    def worth(
        self, model: Model, updates: Sequence[Update], samples: Sequence[int], rows: Rows, labels: Labels
    ) -> Worth:
        values = boosted_values(_boosted(model), [_trees_of(update) for update in updates], rows, labels)
        return Worth(values, tuple(values(alone_of(len(updates)))))

    @property
    def _trees(self) -> int:
        return self.parameters.stages * self.start.columns

    def _forest(self, trees: tuple[Tree, ...]) -> Forest:
        return replace(self.start.forest, trees=trees)


def _with_leaves(forest: Forest, said: Callable[[int], int]) -> Forest:
    """The forest whose leaves say something else."""
    trees = tuple(
        Tree(tree.features, tuple(said(v) if f == LEAF else v for f, v in zip(tree.features, tree.values, strict=True)))
        for tree in forest.trees
    )
    return replace(forest, trees=trees)


def _boosted(model: Model) -> BoostedModel:
    if not isinstance(model, BoostedModel):
        raise WrongKind(f"a {type(model).__name__} among boosted models")
    return model


def _trees_of(update: Update) -> Forest:
    if not isinstance(update, Forest):
        raise WrongKind(f"a {type(update).__name__} among trees that correct a model")
    return update
