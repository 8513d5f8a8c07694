"""k-means: centres, of which the nearest names a row's cluster.

    "PEK\\x01" ‖ features u16 ‖ clusters u16 ‖ coordinates i32, centre by centre                little endian

Coordinates have 24 fractional bits. Difference to scikit-learn: the same cluster wherever the squared distances to
the two nearest centres are further apart than twice `error_bound`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from struct import pack

from pallets.learning.estimators.artifact import (
    CLASSES_LIMIT,
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
from pallets.learning.estimators.neighbours import squared_distance

MAGIC = b"PEK\x01"
CENTRE_BITS = 24
LIFT = CENTRE_BITS - FEATURE_BITS


@dataclass(frozen=True, slots=True)
class Centroids:
    """The centres of clusters, within ±1."""

    features: int
    centres: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        check_count(self.features, 1, FEATURES_LIMIT, "features")
        check_count(len(self.centres), 1, CLASSES_LIMIT, "clusters")
        for centre in self.centres:
            check_count(len(centre), self.features, self.features, "coordinates")
            check_within(centre, -(1 << CENTRE_BITS), 1 << CENTRE_BITS, "coordinate")

    @property
    def cost_bound(self) -> int:
        """Squares that a prediction takes."""
        return self.features * len(self.centres)

    @property
    def error_bound(self) -> Fraction:
        """How far a squared distance can be from the real one: a difference below 2 is off by half a step."""
        return self.features * Fraction(3, 1 << CENTRE_BITS)

    def distances(self, row: Sequence[int]) -> list[int]:
        """The squared distance to each centre, 48 fractional bits."""
        check_row(row, self.features)
        inputs = [step - FEATURE_MIDDLE << LIFT for step in row]
        return [squared_distance(centre, inputs) for centre in self.centres]

    def predict(self, row: Sequence[int]) -> int:
        """The cluster of the nearest centre, the lowest of equals."""
        distances = self.distances(row)
        return distances.index(min(distances))


def encode_centroids(model: Centroids) -> bytes:
    """The canonical bytes."""
    return MAGIC + pack("<HH", model.features, len(model.centres)) + packed("i", flat(model.centres))


def decode_centroids(data: bytes) -> Centroids:
    """The model of its canonical bytes; raises ArtifactDecodeError."""
    reader = ArtifactReader(data, MAGIC)
    features, clusters = reader.header("HH")
    coordinates = reader.table("i", features * clusters)
    return reader.built(lambda: Centroids(features, slices(coordinates, features or 1)))
