"""PCA and truncated SVD: a row's coordinates along a few directions.

    "PEP\\x01" ‖ features u16 ‖ components u16 ‖ weights i64, component by component            little endian

A component has a weight for each feature and a constant last (minus the mean's own coordinate; zero for SVD), all
with 24 fractional bits. Difference to scikit-learn: at most `error_bound` a coordinate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul
from struct import pack

from pallets.learning.estimators.artifact import (
    FEATURE_BITS,
    FEATURE_MIDDLE,
    FEATURES_LIMIT,
    ArtifactReader,
    check_count,
    check_row,
    check_within,
    flat,
    packed,
    slices,
)
from pallets.learning.fixed_point import TARGET_FRACTIONAL_BITS, WEIGHT_FRACTIONAL_BITS, rescale
from pallets.learning.linear_model import WEIGHT_LIMIT

MAGIC = b"PEP\x01"


@dataclass(frozen=True, slots=True)
class Projection:
    """Directions, each as its weights and constant."""

    features: int
    directions: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        check_count(self.features, 1, FEATURES_LIMIT, "features")
        check_count(len(self.directions), 1, self.features, "components")
        for direction in self.directions:
            check_count(len(direction), self.features + 1, self.features + 1, "weights of a component")
            check_within(direction, 1 - WEIGHT_LIMIT, WEIGHT_LIMIT - 1, "weight")

    @property
    def cost_bound(self) -> int:
        """Products that a row takes."""
        return len(self.directions) * (self.features + 1)

    @property
    def error_bound(self) -> Fraction:
        """How far a coordinate can be from the real one: weights are rounded, the coordinate is cut."""
        rounding = Fraction(self.features + 1, 2 << WEIGHT_FRACTIONAL_BITS)
        return rounding + Fraction(1, 1 << TARGET_FRACTIONAL_BITS)

    def transform(self, row: Sequence[int]) -> tuple[int, ...]:
        """The coordinate along each direction, 16 fractional bits."""
        check_row(row, self.features)
        inputs = [step - FEATURE_MIDDLE for step in row]
        inputs.append(1 << FEATURE_BITS)
        return tuple(
            rescale(sum(map(mul, direction, inputs)), WEIGHT_FRACTIONAL_BITS + FEATURE_BITS, TARGET_FRACTIONAL_BITS)
            for direction in self.directions
        )


def encode_projection(model: Projection) -> bytes:
    """The canonical bytes."""
    return MAGIC + pack("<HH", model.features, len(model.directions)) + packed("q", flat(model.directions))


def decode_projection(data: bytes) -> Projection:
    """The model of its canonical bytes; raises ArtifactDecodeError."""
    reader = ArtifactReader(data, MAGIC)
    features, components = reader.header("HH")
    weights = reader.table("q", components * (features + 1))
    return reader.built(lambda: Projection(features, slices(weights, features + 1)))
