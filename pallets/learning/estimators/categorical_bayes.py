"""Naive Bayes over categories: for each feature and category the logarithm of its share, of each class.

    "PEC\\x01" ‖ features u16 ‖ classes u16 ‖ categories of each feature, u16 each ‖
    constants i64 each ‖ logarithms i64, feature by feature, category by category, class by class  little endian

Numbers have 32 fractional bits. Difference to scikit-learn on the same categories: the same class wherever the two
best scores are further apart than twice `error_bound`. A category beyond a feature's last is refused, as there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from struct import pack

from pallets.learning.estimators.artifact import (
    NUMBER_LIMIT,
    NUMBERS_LIMIT,
    SCORE_BITS,
    ArtifactReader,
    EstimatorError,
    Task,
    check_count,
    check_row,
    check_shape,
    check_within,
    flat,
    highest,
    packed,
    slices,
)
from pallets.learning.quantise import STEP_LIMIT

MAGIC = b"PEC\x01"


@dataclass(frozen=True, slots=True)
class CategoricalBayes:
    """A classifier of features that are categories, 0 to categories - 1 each.

    logarithms: a row for each category of each feature, with a number for each class
    """

    features: int
    classes: int
    categories: tuple[int, ...]
    constants: tuple[int, ...]
    logarithms: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        check_shape(Task.CLASSIFIER, self.features, self.classes)
        check_count(len(self.categories), self.features, self.features, "counts of categories")
        check_within(self.categories, 1, STEP_LIMIT - 1, "count of categories")
        check_count(sum(self.categories) * self.classes, 1, NUMBERS_LIMIT, "logarithms")
        check_count(len(self.constants), self.classes, self.classes, "constants")
        check_count(len(self.logarithms), sum(self.categories), sum(self.categories), "rows of logarithms")
        for row in (self.constants, *self.logarithms):
            check_count(len(row), self.classes, self.classes, "numbers of a row")
            check_within(row, 1 - NUMBER_LIMIT, NUMBER_LIMIT - 1, "logarithm")

    @property
    def cost_bound(self) -> int:
        """Sums that a prediction takes."""
        return self.features * self.classes

    @property
    def error_bound(self) -> Fraction:
        """How far a score can be from the real one: each number is rounded to the nearest."""
        return Fraction(self.features + 1, 2 << SCORE_BITS)

    def scores(self, row: Sequence[int]) -> list[int]:
        """The logarithm of each class's likelihood, 32 fractional bits."""
        check_row(row, self.features)
        rows = [self.constants]
        starts = accumulate(self.categories, initial=0)
        for feature, (start, count, category) in enumerate(zip(starts, self.categories, row, strict=False)):
            if category >= count:
                raise EstimatorError(f"feature {feature} has category {category} of {count}")
            rows.append(self.logarithms[start + category])
        return [sum(column) for column in zip(*rows, strict=True)]

    def predict(self, row: Sequence[int]) -> int:
        """The likeliest class, the lowest of equals."""
        return highest(self.scores(row))


def encode_categorical_bayes(model: CategoricalBayes) -> bytes:
    """The canonical bytes."""
    tables = packed("H", model.categories) + packed("q", model.constants) + packed("q", flat(model.logarithms))
    return MAGIC + pack("<HH", model.features, model.classes) + tables


def decode_categorical_bayes(data: bytes) -> CategoricalBayes:
    """The model of its canonical bytes; raises ArtifactDecodeError."""
    reader = ArtifactReader(data, MAGIC)
    features, classes = reader.header("HH")
    categories = reader.table("H", features)
    constants = reader.table("q", classes)
    logarithms = reader.table("q", sum(categories) * classes)
    return reader.built(
        lambda: CategoricalBayes(features, classes, categories, constants, slices(logarithms, classes or 1))
    )
