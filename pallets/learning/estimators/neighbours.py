"""k nearest neighbours: the training points themselves, and integer distances.

    "PEN\\x01" ‖ task u8 ‖ features u16 ‖ classes u16 ‖ k u16 ‖ points u32 ‖
    coordinates u16 each, point by point ‖ answers, u8 of a classifier or i32 of a regressor       little endian

Distances are Euclidean between steps; equal ones rank by the place of their point. Difference to scikit-learn
(uniform weights, the steps as floats): none for a classifier whose k-th and next distance differ, the lowest class
winning equal votes in both; a regressor's mean is rounded toward zero, below 2^-16. Where the two distances are equal
scikit-learn's choice depends on its search structure, ours does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from operator import mul, sub
from struct import pack

from pallets.learning.estimators.artifact import (
    ArtifactReader,
    EstimatorError,
    Task,
    check_count,
    check_points,
    check_row,
    check_shape,
    check_within,
    flat,
    highest,
    packed,
    slices,
)
from pallets.learning.fixed_point import INT32_MAX, INT32_MIN, divide

MAGIC = b"PEN\x01"
POINTS_LIMIT = 2**16
K_LIMIT = 2**10


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Points with their answers.

    classes: of a classifier, 2 to 256; 0 for a regressor
    k: how many neighbours answer
    points: quantised rows
    answers: the class of each point, or its value with 16 fractional bits in an int32
    """

    task: Task
    features: int
    classes: int
    k: int
    points: tuple[tuple[int, ...], ...]
    answers: tuple[int, ...]

    def __post_init__(self) -> None:
        check_shape(self.task, self.features, self.classes)
        check_count(len(self.points), 1, POINTS_LIMIT, "points")
        check_count(self.k, 1, min(K_LIMIT, len(self.points)), "neighbours")
        check_points(self.points, self.features)
        if len(self.answers) != len(self.points):
            raise EstimatorError(f"{len(self.answers)} answers for {len(self.points)} points")
        if self.task is Task.CLASSIFIER:
            check_within(self.answers, 0, self.classes - 1, "class")
        else:
            check_within(self.answers, INT32_MIN, INT32_MAX, "value")

    @property
    def cost_bound(self) -> int:
        """Squares that a prediction takes, and one comparison a point."""
        return len(self.points) * (self.features + 1)

    def nearest(self, row: Sequence[int]) -> list[int]:
        """The places of the k nearest points, nearest first."""
        check_row(row, self.features)
        distances = [squared_distance(point, row) for point in self.points]
        return nsmallest(self.k, range(len(distances)), key=distances.__getitem__)

    def predict(self, row: Sequence[int]) -> int:
        """The most frequent class of the neighbours, the lowest of equals; or the mean of their values."""
        return self.verdict(self.nearest(row))

    def verdict(self, nearest: Sequence[int]) -> int:
        """What the points at these places say together."""
        answers = [self.answers[place] for place in nearest]
        if self.task is Task.REGRESSOR:
            return divide(sum(answers), self.k)
        votes = [0] * self.classes
        for answer in answers:
            votes[answer] += 1
        return highest(votes)


def squared_distance(one: Sequence[int], other: Sequence[int]) -> int:
    """The sum of the squared differences."""
    differences = list(map(sub, one, other))
    return sum(map(mul, differences, differences))


def encode_neighbours(model: Neighbours) -> bytes:
    """The canonical bytes."""
    header = pack("<BHHHI", model.task, model.features, model.classes, model.k, len(model.points))
    code = "B" if model.task is Task.CLASSIFIER else "i"
    return MAGIC + header + packed("H", flat(model.points)) + packed(code, model.answers)


def decode_neighbours(data: bytes) -> Neighbours:
    """The model of its canonical bytes; raises ArtifactDecodeError."""
    reader = ArtifactReader(data, MAGIC)
    task, features, classes, k, count = reader.header("BHHHI")
    coordinates = reader.table("H", features * count)
    answers = reader.table("i" if task else "B", count)
    return reader.built(
        lambda: Neighbours(Task(task), features, classes, k, slices(coordinates, features or 1), answers)
    )
