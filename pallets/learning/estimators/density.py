"""DBSCAN: the core points of the clusters, the nearest of which within the radius names a row's cluster.

    "PEB\\x01" ‖ features u16 ‖ radius u32 ‖ clusters u16 ‖ points u32 ‖
    coordinates u16 each, point by point ‖ cluster of each point, u16                           little endian

The radius is in steps. Difference to scikit-learn, which labels only the rows that it is given: core points and noise
have its labels exactly; a border row, near core points of several clusters, goes to its nearest core point (the
first of equals), there to the cluster found first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from struct import pack

from pallets.learning.estimators.artifact import (
    FEATURES_LIMIT,
    ArtifactReader,
    check_count,
    check_points,
    check_row,
    check_within,
    flat,
    packed,
    slices,
)
from pallets.learning.estimators.neighbours import POINTS_LIMIT, squared_distance

MAGIC = b"PEB\x01"
NOISE = -1
RADIUS_LIMIT = 2**22
"""Steps: more than the diagonal of 2,048 features."""


@dataclass(frozen=True, slots=True)
class CorePoints:
    """Core points with their clusters; no point means that every row is noise."""

    features: int
    radius: int
    clusters: int
    points: tuple[tuple[int, ...], ...]
    labels: tuple[int, ...]

    def __post_init__(self) -> None:
        check_count(self.features, 1, FEATURES_LIMIT, "features")
        check_count(self.radius, 1, RADIUS_LIMIT, "steps of radius")
        check_count(len(self.points), 0, POINTS_LIMIT, "points")
        check_count(self.clusters, 0, min(len(self.points), 2**16 - 1), "clusters")
        check_points(self.points, self.features)
        check_count(len(self.labels), len(self.points), len(self.points), "labels")
        check_within(self.labels, 0, self.clusters - 1, "label")

    @property
    def cost_bound(self) -> int:
        """Squares that a prediction takes, and one comparison a point."""
        return len(self.points) * (self.features + 1)

    def predict(self, row: Sequence[int]) -> int:
        """The cluster of the nearest core point within the radius, or -1 for noise."""
        check_row(row, self.features)
        distances = [squared_distance(point, row) for point in self.points]
        nearest = min(distances, default=self.radius**2 + 1)
        return self.labels[distances.index(nearest)] if nearest <= self.radius**2 else NOISE


def encode_core_points(model: CorePoints) -> bytes:
    """The canonical bytes."""
    header = pack("<HIHI", model.features, model.radius, model.clusters, len(model.points))
    return MAGIC + header + packed("H", flat(model.points)) + packed("H", model.labels)


def decode_core_points(data: bytes) -> CorePoints:
    """The model of its canonical bytes; raises ArtifactDecodeError."""
    reader = ArtifactReader(data, MAGIC)
    features, radius, clusters, count = reader.header("HIHI")
    coordinates = reader.table("H", features * count)
    labels = reader.table("H", count)
    return reader.built(lambda: CorePoints(features, radius, clusters, slices(coordinates, features or 1), labels))
