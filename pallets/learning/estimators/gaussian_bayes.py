"""Gaussian naive Bayes: a constant, and for each feature a mean and a precision, of each class.

    "PEG\\x01" ‖ features u16 ‖ classes u16 ‖ constants i64 each ‖
    means i64, class by class ‖ precisions u64, class by class                                  little endian

score = constant - sum of precision × (feature - mean)². Constants have 32 fractional bits, means 60, precisions
(1 / (2 × variance)) 24. Difference to scikit-learn: the same class wherever the two best scores are further apart
than `error_bound` says (and scikit-learn's own float error).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from struct import pack

from pallets.learning.estimators.artifact import (
    FEATURE_BITS,
    FEATURE_MIDDLE,
    NUMBER_LIMIT,
    SCORE_BITS,
    ArtifactReader,
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

MAGIC = b"PEG\x01"
MEAN_BITS = 60
PRECISION_BITS = 24
TOTAL_BITS = 2 * MEAN_BITS + PRECISION_BITS
"""Fractional bits of a score."""

_LIFT = MEAN_BITS - FEATURE_BITS
_CONSTANT_LIFT = TOTAL_BITS - SCORE_BITS


@dataclass(frozen=True, slots=True)
class GaussianBayes:
    """A classifier of real features; each table has a row a class."""

    features: int
    classes: int
    constants: tuple[int, ...]
    means: tuple[tuple[int, ...], ...]
    precisions: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        check_shape(Task.CLASSIFIER, self.features, self.classes)
        check_within(self.constants, 1 - NUMBER_LIMIT, NUMBER_LIMIT - 1, "constant")
        for table, low, high, what in (
            (self.means, -(1 << MEAN_BITS), 1 << MEAN_BITS, "mean"),
            (self.precisions, 0, NUMBER_LIMIT - 1, "precision"),
        ):
            for row in table:
                check_count(len(row), self.features, self.features, f"features of a {what}")
                check_within(row, low, high, what)
        for found in (len(self.constants), len(self.means), len(self.precisions)):
            check_count(found, self.classes, self.classes, "rows of a table")

    @property
    def cost_bound(self) -> int:
        """Products of big integers that a prediction takes, two a mean."""
        return 2 * self.classes * self.features

    @property
    def error_bound(self) -> Fraction:
        """How far a score can be from the real one: constants, precisions and means are rounded to the nearest."""
        largest = max(map(max, self.precisions))
        # a distance is below 2 and off by half a step, a precision times a square is off by 4 half steps
        each = 4 * Fraction(1, 2 << PRECISION_BITS) + Fraction(4 * largest, 1 << PRECISION_BITS + MEAN_BITS)
        return Fraction(1, 2 << SCORE_BITS) + self.features * each

    def scores(self, row: Sequence[int]) -> list[int]:
        """The logarithm of each class's likelihood, 144 fractional bits."""
        check_row(row, self.features)
        inputs = [step - FEATURE_MIDDLE << _LIFT for step in row]
        found = []
        for constant, means, precisions in zip(self.constants, self.means, self.precisions, strict=True):
            distance = sum(
                precision * (value - mean) ** 2
                for value, mean, precision in zip(inputs, means, precisions, strict=True)
            )
            found.append((constant << _CONSTANT_LIFT) - distance)
        return found

    def predict(self, row: Sequence[int]) -> int:
        """The likeliest class, the lowest of equals."""
        return highest(self.scores(row))


def encode_gaussian_bayes(model: GaussianBayes) -> bytes:
    """The canonical bytes."""
    tables = packed("q", model.constants) + packed("q", flat(model.means)) + packed("Q", flat(model.precisions))
    return MAGIC + pack("<HH", model.features, model.classes) + tables


def decode_gaussian_bayes(data: bytes) -> GaussianBayes:
    """The model of its canonical bytes; raises ArtifactDecodeError."""
    reader = ArtifactReader(data, MAGIC)
    features, classes = reader.header("HH")
    constants = reader.table("q", classes)
    means = reader.table("q", classes * features)
    precisions = reader.table("Q", classes * features)
    width = features or 1
    return reader.built(
        lambda: GaussianBayes(features, classes, constants, slices(means, width), slices(precisions, width))
    )
