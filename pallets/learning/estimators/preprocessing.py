"""Standard scaling and one-hot encoding of quantised rows.

    "PES\\x01" ‖ features u16 ‖ factors i64 each ‖ offsets i64 each                             little endian
    "PEH\\x01" ‖ features u16 ‖ categories of each feature, u16 each ‖ their steps, u16 each, ascending

Factors and offsets have 24 fractional bits, scaled values 16. Difference to scikit-learn: a scaled value at most
`error_bound`; a one-hot row none.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from struct import pack

from pallets.learning.estimators.artifact import (
    FEATURE_BITS,
    FEATURE_MIDDLE,
    FEATURES_LIMIT,
    NUMBERS_LIMIT,
    ArtifactReader,
    EstimatorError,
    check_count,
    check_row,
    check_within,
    flat,
    packed,
)
from pallets.learning.fixed_point import TARGET_FRACTIONAL_BITS, WEIGHT_FRACTIONAL_BITS, rescale
from pallets.learning.linear_model import WEIGHT_LIMIT
from pallets.learning.quantise import STEP_LIMIT

SCALING_MAGIC = b"PES\x01"
ONE_HOT_MAGIC = b"PEH\x01"


@dataclass(frozen=True, slots=True)
class Scaling:
    """A factor and an offset of each feature."""

    factors: tuple[int, ...]
    offsets: tuple[int, ...]

    def __post_init__(self) -> None:
        check_count(len(self.factors), 1, FEATURES_LIMIT, "features")
        check_count(len(self.offsets), len(self.factors), len(self.factors), "offsets")
        for numbers in (self.factors, self.offsets):
            check_within(numbers, 1 - WEIGHT_LIMIT, WEIGHT_LIMIT - 1, "factor or offset")

    @property
    def features(self) -> int:
        """Values of a row."""
        return len(self.factors)

    @property
    def cost_bound(self) -> int:
        """Products that a row takes."""
        return len(self.factors)

    @property
    def error_bound(self) -> Fraction:
        """How far a value can be from the real one: two roundings, one cut."""
        return Fraction(1, 1 << WEIGHT_FRACTIONAL_BITS) + Fraction(1, 1 << TARGET_FRACTIONAL_BITS)

    def transform(self, row: Sequence[int]) -> tuple[int, ...]:
        """The scaled values, 16 fractional bits."""
        check_row(row, self.features)
        return tuple(
            rescale(
                (step - FEATURE_MIDDLE) * factor + (offset << FEATURE_BITS),
                WEIGHT_FRACTIONAL_BITS + FEATURE_BITS,
                TARGET_FRACTIONAL_BITS,
            )
            for step, factor, offset in zip(row, self.factors, self.offsets, strict=True)
        )


@dataclass(frozen=True, slots=True)
class OneHot:
    """The steps that each feature is known to take, ascending."""

    categories: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        check_count(len(self.categories), 1, FEATURES_LIMIT, "features")
        check_count(self.width, 1, NUMBERS_LIMIT, "categories")
        for feature, steps in enumerate(self.categories):
            check_count(len(steps), 1, STEP_LIMIT - 1, "categories of a feature")
            check_within(steps, 0, STEP_LIMIT - 1, "category")
            if any(low >= high for low, high in pairwise(steps)):
                raise EstimatorError(f"the categories of feature {feature} do not ascend")

    @property
    def features(self) -> int:
        """Values of a row."""
        return len(self.categories)

    @property
    def width(self) -> int:
        """Values of a transformed row."""
        return sum(map(len, self.categories))

    @property
    def cost_bound(self) -> int:
        """Values that a row becomes."""
        return self.width

    def transform(self, row: Sequence[int]) -> tuple[int, ...]:
        """A one for each feature's own category, zeros elsewhere; an unknown category is all zeros."""
        check_row(row, self.features)
        found = [0] * self.width
        start = 0
        for step, steps in zip(row, self.categories, strict=True):
            place = bisect_left(steps, step)
            if place < len(steps) and steps[place] == step:
                found[start + place] = 1
            start += len(steps)
        return tuple(found)


def encode_scaling(model: Scaling) -> bytes:
    """The canonical bytes."""
    return SCALING_MAGIC + pack("<H", model.features) + packed("q", model.factors) + packed("q", model.offsets)


def decode_scaling(data: bytes) -> Scaling:
    """The scaling of its canonical bytes; raises ArtifactDecodeError."""
    reader = ArtifactReader(data, SCALING_MAGIC)
    (features,) = reader.header("H")
    factors, offsets = reader.table("q", features), reader.table("q", features)
    return reader.built(lambda: Scaling(factors, offsets))


def encode_one_hot(model: OneHot) -> bytes:
    """The canonical bytes."""
    counts = packed("H", [len(steps) for steps in model.categories])
    return ONE_HOT_MAGIC + pack("<H", model.features) + counts + packed("H", flat(model.categories))


def decode_one_hot(data: bytes) -> OneHot:
    """The encoding of its canonical bytes; raises ArtifactDecodeError."""
    reader = ArtifactReader(data, ONE_HOT_MAGIC)
    (features,) = reader.header("H")
    counts = reader.table("H", features)
    steps = iter(reader.table("H", sum(counts)))
    return reader.built(lambda: OneHot(tuple(tuple(next(steps) for _ in range(count)) for count in counts)))
