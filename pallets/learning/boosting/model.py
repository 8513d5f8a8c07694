"""Boosted trees as records, and what they say: integers only, pure Python, the same on chain and off.

A model has one column of trees for a regressor or two classes, and one for each class where there are more. Tree `i`
belongs to column `i % columns`; a column's score is its start plus the leaves that the row reaches in its trees.

A regressor says its score. Of two classes, class 1 is said where the score is positive; of more, the one with the
largest score, the lowest of equals. Scores are fixed point; a classifier's are log-odds with 16 fractional bits, each
class learnt against all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pallets.learning.fixed_point import INT32_MAX, INT32_MIN, TARGET_FRACTIONAL_BITS
from pallets.learning.forest import MAX_CLASSES, MAX_DEPTH, Forest, ForestError, ForestKind, Tree
from pallets.learning.prediction import Predictor
from pallets.learning.quantise import FEATURE_LIMIT

RATE_BITS = 16
"""Fractional bits of a learning rate and of a share of the rows."""


class BoostingError(ForestError):
    """Records that are no boosted model, or trees that cannot be added to one."""


@dataclass(frozen=True, slots=True)
class BoostingParameters:
    """How to grow boosted trees.

    stages: trees in each column
    rate: what share of a leaf's correction is kept, 16 fractional bits, above 0 and at most 1
    rows_share: what share of the rows each tree learns from, 16 fractional bits, drawn without replacement
    features_per_split: drawn for each node; all of them by default
    """

    stages: int = 100
    rate: int = 6554
    max_depth: int = 3
    min_leaf: int = 1
    features_per_split: int = FEATURE_LIMIT
    rows_share: int = 1 << RATE_BITS

    def __post_init__(self) -> None:
        for name, low, high in (
            ("stages", 0, 2**16 - 1),
            ("rate", 1, 1 << RATE_BITS),
            ("max_depth", 0, MAX_DEPTH),
            ("min_leaf", 1, 2**31),
            ("features_per_split", 1, FEATURE_LIMIT),
            ("rows_share", 1, 1 << RATE_BITS),
        ):
            if not low <= getattr(self, name) <= high:
                raise BoostingError(f"{name} is {getattr(self, name)}, not {low} to {high}")


@dataclass(frozen=True, slots=True)
class BoostedModel:
    """A start for each column, and the trees that were added to it.

    classes: of a classifier, 2 to 256; 0 for a regressor
    start: (columns,) int32 scores before the first tree
    forest: of the regressing kind; its trees stand stage by stage, in each the columns in their order
    """

    classes: int
    start: tuple[int, ...]
    forest: Forest

    def __post_init__(self) -> None:
        if self.classes == 1 or not 0 <= self.classes <= MAX_CLASSES:
            raise BoostingError(f"{self.classes} classes, not 0 or 2 to {MAX_CLASSES}")
        if len(self.start) != columns_of(self.classes):
            raise BoostingError(f"{len(self.start)} starts for {columns_of(self.classes)} columns")
        if not all(INT32_MIN <= score <= INT32_MAX for score in self.start):
            raise BoostingError("a start outside int32")
        check_trees(self, self.forest)
        if self.classes and self.forest.fractional_bits != TARGET_FRACTIONAL_BITS:
            raise BoostingError(f"log-odds with {self.forest.fractional_bits} fractional bits")

    @property
    def columns(self) -> int:
        """How many trees a stage has."""
        return len(self.start)

    @property
    def stages(self) -> int:
        """How many trees each column has."""
        return len(self.forest.trees) // self.columns


def columns_of(classes: int) -> int:
    """How many columns of trees so many classes need."""
    return classes if classes > 2 else 1


def empty_boosted(
    features: int, classes: int = 0, *, start: int = 0, fractional_bits: int = TARGET_FRACTIONAL_BITS
) -> BoostedModel:
    """The model without trees; `start` is what a regressor says, or the log-odds of each class."""
    forest = Forest(ForestKind.REGRESSOR, features, 0, fractional_bits, ())
    return BoostedModel(classes, (start,) * columns_of(classes), forest)


def check_trees(model: BoostedModel, trees: Forest) -> None:
    """Refuse trees that are no whole stages of this model's shape; raises BoostingError."""
    shape = model.forest
    if (trees.kind, trees.features, trees.fractional_bits) != (
        ForestKind.REGRESSOR,
        shape.features,
        shape.fractional_bits,
    ):
        raise BoostingError("the trees are of another kind or shape than the model")
    if len(trees.trees) % model.columns:
        raise BoostingError(f"{len(trees.trees)} trees are no whole stages of {model.columns} columns")


def with_trees(model: BoostedModel, added: Sequence[Tree]) -> BoostedModel:
    """The model with more trees; raises ForestError where they are not whole stages, or too many."""
    return replace(model, forest=replace(model.forest, trees=(*model.forest.trees, *added)))


class BoostedPredictor:
    """A boosted model made ready for many rows."""

    __slots__ = ("_predictor", "model")

    def __init__(self, model: BoostedModel) -> None:
        self.model = model
        self._predictor = Predictor(model.forest)

    @property
    def cost_bound(self) -> int:
        """The most comparisons that any row can need."""
        return self._predictor.cost_bound

    def scores(self, row: Sequence[int]) -> list[int]:
        """The score of each column; raises PredictionError for a row of another length."""
        leaves = self._predictor.leaf_values(row)
        columns = self.model.columns
        return [start + sum(leaves[column::columns]) for column, start in enumerate(self.model.start)]

    def predict(self, row: Sequence[int]) -> int:
        """The class of a row, or its fixed-point value; raises PredictionError for a row of another length."""
        return said(self.model.classes, self.scores(row))


def said(classes: int, scores: Sequence[int]) -> int:
    """What a model says with these scores."""
    if classes > 2:
        return scores.index(max(scores))
    return int(scores[0] > 0) if classes else scores[0]
