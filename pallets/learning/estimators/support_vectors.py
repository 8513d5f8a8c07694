"""Support vector machines: a linear or RBF kernel, one decision for each pair of classes, or one value.

    "PEV\\x01" ‖ task u8 ‖ kernel u8 ‖ features u16 ‖ classes u16 ‖ vectors u32 ‖ gamma u64 ‖
    vectors of each class, u32 each (classifier) ‖ coordinates u16 each, vector by vector ‖
    coefficients i64 each, row by row ‖ intercepts i64 each                                     little endian

Coefficients and intercepts have 32 fractional bits, kernels 30, gamma 24; a machine is trained with a gamma that has
this form already. Difference to scikit-learn: a decision differs by at most `error_bound` (and scikit-learn's own
float error), so the class is the same wherever no decision is that close to zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from itertools import accumulate, combinations
from operator import mul
from struct import pack

from pallets.learning.estimators.artifact import (
    FEATURE_BITS,
    FEATURE_MIDDLE,
    NUMBER_LIMIT,
    SCORE_BITS,
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
from pallets.learning.estimators.exponential import ERROR_STEPS, EXPONENT_BITS, LAST, exp_negative
from pallets.learning.estimators.neighbours import squared_distance
from pallets.learning.fixed_point import TARGET_FRACTIONAL_BITS, rescale

MAGIC = b"PEV\x01"
VECTORS_LIMIT = 2**16
GAMMA_BITS = 24
GAMMA_LIMIT = 2**34
"""A gamma of 1,024: wider features than ±1 do not occur."""

KERNEL_BITS = EXPONENT_BITS
"""Fractional bits of both kernels: a product of two features has as many."""

DISTANCE_SHIFT = GAMMA_BITS + 2 * FEATURE_BITS - EXPONENT_BITS
"""Bits that gamma times a squared distance has more than an exponent."""


class Kernel(IntEnum):
    """How alike two rows are."""

    LINEAR = 0
    RBF = 1


@dataclass(frozen=True, slots=True)
class SupportVectors:
    """A support vector classifier or regressor.

    gamma: of the RBF kernel exp(-gamma × distance²), 24 fractional bits; 0 for the linear one
    supports: how many vectors each class has, in the order of the vectors; empty for a regressor
    vectors: quantised rows
    coefficients: rows × vectors, 32 fractional bits. One row for a regressor, else classes - 1 as libsvm has them: in
        the decision of classes i < j a vector of i counts by row j - 1, a vector of j by row i
    intercepts: one a pair of classes in ascending order, or one
    """

    task: Task
    kernel: Kernel
    gamma: int
    features: int
    classes: int
    supports: tuple[int, ...]
    vectors: tuple[tuple[int, ...], ...]
    coefficients: tuple[tuple[int, ...], ...]
    intercepts: tuple[int, ...]

    def __post_init__(self) -> None:
        check_shape(self.task, self.features, self.classes)
        check_count(len(self.vectors), 0, VECTORS_LIMIT, "vectors")
        check_points(self.vectors, self.features)
        is_rbf = self.kernel is Kernel.RBF
        check_within([self.gamma], int(is_rbf), GAMMA_LIMIT if is_rbf else 0, "gamma")
        check_count(len(self.supports), self.classes, self.classes, "counts of vectors")
        if self.task is Task.CLASSIFIER and (min(self.supports) < 0 or sum(self.supports) != len(self.vectors)):
            raise EstimatorError(f"counts that do not add up to the {len(self.vectors)} vectors")
        check_count(len(self.coefficients), self.rows, self.rows, "rows of coefficients")
        check_count(len(self.intercepts), self.decisions, self.decisions, "intercepts")
        for row in (*self.coefficients, self.intercepts):
            check_within(row, 1 - NUMBER_LIMIT, NUMBER_LIMIT - 1, "coefficient")
        if any(len(row) != len(self.vectors) for row in self.coefficients):
            raise EstimatorError(f"a row of coefficients that are not one for each of {len(self.vectors)} vectors")

    @property
    def rows(self) -> int:
        """Rows of coefficients."""
        return rows_of(self.task, self.classes)

    @property
    def decisions(self) -> int:
        """Sums that a row is given."""
        return decisions_of(self.task, self.classes)

    @property
    def cost_bound(self) -> int:
        """Products that a prediction takes; an exponential counts as eight."""
        kernel = self.features + (8 if self.kernel is Kernel.RBF else 0)
        return len(self.vectors) * (kernel + self.rows) + self.decisions

    @property
    def error_bound(self) -> Fraction:
        """How far a decision, before it is rounded to an answer, can be from the real one."""
        largest = 1 if self.kernel is Kernel.RBF else self.features
        rounding = Fraction(len(self.vectors) * largest + 1, 2 << SCORE_BITS)
        if self.kernel is Kernel.LINEAR:
            return rounding
        weight = sum(max(map(abs, column)) for column in zip(*self.coefficients, strict=True))
        # one more step for the product with gamma, which is rounded down
        return rounding + Fraction(weight * (ERROR_STEPS + 1), 1 << (SCORE_BITS + EXPONENT_BITS))

    def kernels(self, row: Sequence[int]) -> list[int]:
        """The likeness of the row to each vector, 30 fractional bits."""
        check_row(row, self.features)
        if self.kernel is Kernel.RBF:
            reach = farthest(self.gamma)
            return [
                exp_negative(min(squared_distance(vector, row), reach) * self.gamma >> DISTANCE_SHIFT)
                for vector in self.vectors
            ]
        inputs = [step - FEATURE_MIDDLE for step in row]
        return [sum(map(mul, inputs, (step - FEATURE_MIDDLE for step in vector))) for vector in self.vectors]

    def scores(self, row: Sequence[int]) -> list[int]:
        """The decision of each pair, positive for its first class, or the value; 62 fractional bits."""
        kernels = self.kernels(row)
        if self.task is Task.REGRESSOR:
            return [(self.intercepts[0] << KERNEL_BITS) + sum(map(mul, self.coefficients[0], kernels))]
        ends = [0, *accumulate(self.supports)]
        spans = [slice(*ends[place : place + 2]) for place in range(self.classes)]
        sums = [[sum(map(mul, line[span], kernels[span])) for span in spans] for line in self.coefficients]
        return self.paired(sums)

    def paired(self, sums: Sequence[Sequence[int]]) -> list[int]:
        """The decisions of (coefficient row, class) sums."""
        pairs = combinations(range(self.classes), 2)
        return [
            (intercept << KERNEL_BITS) + sums[second - 1][first] + sums[first][second]
            for intercept, (first, second) in zip(self.intercepts, pairs, strict=True)
        ]

    def predict(self, row: Sequence[int]) -> int:
        """The class that wins most pairs, the lowest of equals; a regressor's value with 16 fractional bits."""
        return self.verdict(self.scores(row))

    def verdict(self, scores: Sequence[int]) -> int:
        """What the decisions mean."""
        if self.task is Task.REGRESSOR:
            return rescale(scores[0], SCORE_BITS + KERNEL_BITS, TARGET_FRACTIONAL_BITS)
        votes = [0] * self.classes
        for score, (first, second) in zip(scores, combinations(range(self.classes), 2), strict=True):
            votes[first if score > 0 else second] += 1
        return highest(votes)


def farthest(gamma: int) -> int:
    """A squared distance from which the RBF kernel is zero, so that products stay below 2^60."""
    return (LAST << DISTANCE_SHIFT) // gamma + 1


def rows_of(task: Task, classes: int) -> int:
    """Rows of coefficients that a machine has."""
    return 1 if task is Task.REGRESSOR else classes - 1


def decisions_of(task: Task, classes: int) -> int:
    """Decisions that a machine takes."""
    return 1 if task is Task.REGRESSOR else classes * (classes - 1) // 2


def encode_support_vectors(model: SupportVectors) -> bytes:
    """The canonical bytes."""
    shape = (model.task, model.kernel, model.features, model.classes, len(model.vectors), model.gamma)
    numbers = packed("q", flat(model.coefficients)) + packed("q", model.intercepts)
    return MAGIC + pack("<BBHHIQ", *shape) + packed("I", model.supports) + packed("H", flat(model.vectors)) + numbers


def decode_support_vectors(data: bytes) -> SupportVectors:
    """The model of its canonical bytes; raises ArtifactDecodeError."""
    reader = ArtifactReader(data, MAGIC)
    task, kernel, features, classes, count, gamma = reader.header("BBHHIQ")
    supports = reader.table("I", classes)
    rows = 1 if task else max(classes - 1, 0)
    coordinates = reader.table("H", features * count)
    coefficients = reader.table("q", rows * count)
    intercepts = reader.table("q", 1 if task else classes * (classes - 1) // 2)

    def make() -> SupportVectors:
        vectors = slices(coordinates, features or 1)
        lines = tuple(tuple(coefficients[row * count : (row + 1) * count]) for row in range(rows))
        return SupportVectors(
            Task(task), Kernel(kernel), gamma, features, classes, supports, vectors, lines, intercepts
        )

    return reader.built(make)
