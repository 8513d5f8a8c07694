"""Naive Bayes over counts (multinomial) and over bits (Bernoulli): integer tables of logarithms.

    "PED\\x01" ‖ events u8 ‖ threshold u16 ‖ features u16 ‖ classes u16 ‖
    constants i64 each ‖ weights i64, class by class                                            little endian

score = constant + sum of weight × count; a Bernoulli feature counts 1 where its step is above the threshold, else 0.
Numbers have 32 fractional bits. Difference to scikit-learn on the same counts: the same class wherever the two best
scores are further apart than twice `error_of` the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from operator import mul
from struct import pack

from pallets.learning.estimators.artifact import (
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
from pallets.learning.quantise import STEP_LIMIT

MAGIC = b"PED\x01"


class Events(IntEnum):
    """What a feature counts."""

    COUNTS = 0
    BITS = 1


@dataclass(frozen=True, slots=True)
class DiscreteBayes:
    """A classifier whose scores are linear in counts; `weights` has a row a class.

    threshold: the highest step that counts as zero; 0 for counts
    """

    events: Events
    threshold: int
    features: int
    classes: int
    constants: tuple[int, ...]
    weights: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        check_shape(Task.CLASSIFIER, self.features, self.classes)
        check_within([self.threshold], 0, STEP_LIMIT - 1 if self.events is Events.BITS else 0, "threshold")
        check_count(len(self.constants), self.classes, self.classes, "constants")
        check_count(len(self.weights), self.classes, self.classes, "rows of weights")
        for row in (self.constants, *self.weights):
            check_within(row, 1 - NUMBER_LIMIT, NUMBER_LIMIT - 1, "logarithm")
        for row in self.weights:
            check_count(len(row), self.features, self.features, "weights of a class")

    @property
    def cost_bound(self) -> int:
        """Products that a prediction takes."""
        return self.classes * self.features

    def counts_of(self, row: Sequence[int]) -> Sequence[int]:
        """What each feature counts."""
        check_row(row, self.features)
        return row if self.events is Events.COUNTS else [int(step > self.threshold) for step in row]

    def error_of(self, row: Sequence[int]) -> Fraction:
        """How far a score of the row can be from the real one: each number is rounded to the nearest."""
        return Fraction(sum(self.counts_of(row)) + self.features + 1, 2 << SCORE_BITS)

    def scores(self, row: Sequence[int]) -> list[int]:
        """The logarithm of each class's likelihood, 32 fractional bits."""
        counts = self.counts_of(row)
        return [
            constant + sum(map(mul, weights, counts))
            for constant, weights in zip(self.constants, self.weights, strict=True)
        ]

    def predict(self, row: Sequence[int]) -> int:
        """The likeliest class, the lowest of equals."""
        return highest(self.scores(row))


def encode_discrete_bayes(model: DiscreteBayes) -> bytes:
    """The canonical bytes."""
    header = pack("<BHHH", model.events, model.threshold, model.features, model.classes)
    return MAGIC + header + packed("q", model.constants) + packed("q", flat(model.weights))


def decode_discrete_bayes(data: bytes) -> DiscreteBayes:
    """The model of its canonical bytes; raises ArtifactDecodeError."""
    reader = ArtifactReader(data, MAGIC)
    events, threshold, features, classes = reader.header("BHHH")
    constants = reader.table("q", classes)
    weights = reader.table("q", classes * features)
    return reader.built(
        lambda: DiscreteBayes(Events(events), threshold, features, classes, constants, slices(weights, features or 1))
    )
