"""Linear models with fixed-point weights: records, canonical bytes, prediction, federated averaging. Pure Python.

A feature enters as its distance from the middle of its public range: (step - 2^15) / 2^15, from -1 to below 1. That is
the only standardisation there is, so it depends on the task and on nobody's rows.

    "PLL\\x01" ‖ kind u8 ‖ features u16 ‖ classes u16 ‖ weights i64 each                     little endian

Weights have 24 fractional bits and stand output by output, the constant last. Two classes share one output, whose
sign decides; more have one output each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from operator import mul
from struct import Struct, pack, unpack_from

from pallets.learning.averaging import weighted_mean
from pallets.learning.decoding import DecodeError, read_header, require_length
from pallets.learning.fixed_point import (
    TARGET_FRACTIONAL_BITS,
    WEIGHT_FRACTIONAL_BITS,
    Overflow,
    rescale,
)

FEATURE_BITS = 15
"""Fractional bits of a feature: a 16-bit step has exactly that many around the middle."""

FEATURE_MIDDLE = 1 << FEATURE_BITS

WEIGHT_LIMIT = 2 ** (WEIGHT_FRACTIONAL_BITS + 20)
"""Weights lie strictly between ±2^20: models whose sums of 10^4 products fit an int64."""

RATE_BITS = 16
"""Fractional bits of the learning rate and of the penalty."""

LINEAR_FEATURE_LIMIT = 2**16 - 1
"""The header counts features in a u16."""

CLASS_LIMIT = 256
"""As of forests."""

_MAGIC = b"PLL\x01"
_HEADER = Struct("<BHH")
HEADER_BYTES = len(_MAGIC) + _HEADER.size
"""Bytes before the first weight."""


class LinearModelError(ValueError):
    """Weights of another shape than the model says, or models and rows that do not belong together."""


class LinearDecodeError(DecodeError):
    """Bytes are no canonical linear model."""

    what = "linear model encoding"


class LinearKind(IntEnum):
    """What the outputs mean."""

    CLASSIFIER = 0
    REGRESSOR = 1


@dataclass(frozen=True, slots=True)
class LinearParameters:
    """How to descend; rate and penalty have 16 fractional bits.

    learning_rate: the step along the mean gradient; features lie within ±1, so one to four do for a classifier
    l2: penalty on the squared weights, constants excepted
    """

    epochs: int = 100
    learning_rate: int = 1 << RATE_BITS
    l2: int = 0

    def __post_init__(self) -> None:
        for name, high in (("epochs", 2**20), ("learning_rate", 2**24), ("l2", 2**24)):
            if not 0 <= getattr(self, name) <= high:
                raise LinearModelError(f"{name} is {getattr(self, name)}, not 0 to {high}")


@dataclass(frozen=True, slots=True)
class LinearModel:
    """A logistic or linear regression.

    classes: of a classifier, 2 to 256; 0 for a regressor
    weights: outputs × (features + 1), 24 fractional bits
    """

    kind: LinearKind
    features: int
    classes: int
    weights: tuple[int, ...]

    def __post_init__(self) -> None:
        check_shape(self.kind, self.features, self.classes)
        expected = self.outputs * (self.features + 1)
        if len(self.weights) != expected:
            raise LinearModelError(f"{len(self.weights)} weights where the shape asks for {expected}")
        for index, weight in enumerate(self.weights):
            if not -WEIGHT_LIMIT < weight < WEIGHT_LIMIT:
                raise Overflow(f"weight {index} is {weight}, not within 2^20")

    @property
    def outputs(self) -> int:
        """Sums that a row is given."""
        return self.classes if self.classes > 2 else 1

    @property
    def cost_bound(self) -> int:
        """Products that a prediction takes."""
        return len(self.weights)

    def scores(self, row: Sequence[int]) -> list[int]:
        """The sum of each output, with 39 fractional bits; row: quantised features."""
        if len(row) != self.features:
            raise LinearModelError(f"a row of {len(row)} values for {self.features} features")
        inputs = [step - FEATURE_MIDDLE for step in row]
        inputs.append(1 << FEATURE_BITS)
        width = len(inputs)
        return [
            sum(map(mul, self.weights[start : start + width], inputs)) for start in range(0, len(self.weights), width)
        ]

    def predict(self, row: Sequence[int]) -> int:
        """The class of the highest score, the lowest of equals; a regressor's value with 16 fractional bits."""
        scores = self.scores(row)
        if self.kind is LinearKind.REGRESSOR:
            return rescale(scores[0], WEIGHT_FRACTIONAL_BITS + FEATURE_BITS, TARGET_FRACTIONAL_BITS)
        if len(scores) == 1:
            return int(scores[0] > 0)
        return scores.index(max(scores))


def check_shape(kind: LinearKind, features: int, classes: int) -> None:
    """Refuse a model whose outer numbers make no sense together; raises LinearModelError."""
    if not 1 <= features <= LINEAR_FEATURE_LIMIT:
        raise LinearModelError(f"{features} features, not 1 to {LINEAR_FEATURE_LIMIT}")
    if kind is LinearKind.REGRESSOR and classes:
        raise LinearModelError(f"a regressor of {classes} classes")
    if kind is LinearKind.CLASSIFIER and not 2 <= classes <= CLASS_LIMIT:
        raise LinearModelError(f"a classifier of {classes} classes, not 2 to {CLASS_LIMIT}")


def empty_model(kind: LinearKind, features: int, classes: int = 0) -> LinearModel:
    """The model whose weights are all zero, where every federation can start."""
    outputs = classes if classes > 2 else 1
    return LinearModel(kind, features, classes, (0,) * (outputs * (features + 1)))


def average(models: Sequence[LinearModel], samples: Sequence[int]) -> LinearModel:
    """The federated average, each model counted by its samples; raises LinearModelError where shapes differ."""
    for index, model in enumerate(models):
        if (model.kind, model.features, model.classes) != (models[0].kind, models[0].features, models[0].classes):
            raise LinearModelError(f"model {index} has another kind or shape than model 0")
    weights = weighted_mean([model.weights for model in models], samples)
    return replace(models[0], weights=tuple(weights))


def encode_linear(model: LinearModel) -> bytes:
    """The canonical bytes."""
    header = _HEADER.pack(model.kind, model.features, model.classes)
    return _MAGIC + header + pack(f"<{len(model.weights)}q", *model.weights)


def decode_header(data: bytes) -> tuple[LinearKind, int, int]:
    """Kind, features and classes of the model that an encoding begins with; raises LinearDecodeError."""
    kind_number, features, classes = read_header(data, _HEADER, _MAGIC, LinearDecodeError)
    try:
        kind = LinearKind(kind_number)
        check_shape(kind, features, classes)
    except ValueError as error:
        raise LinearDecodeError(len(_MAGIC), str(error)) from None
    return kind, features, classes


def weights_of(features: int, classes: int) -> int:
    """How many weights a model of a shape has."""
    return (classes if classes > 2 else 1) * (features + 1)


def decode_linear(data: bytes) -> LinearModel:
    """The model of its canonical bytes; raises LinearDecodeError."""
    kind, features, classes = decode_header(data)
    start, count = HEADER_BYTES, weights_of(features, classes)
    require_length(data, start + 8 * count, LinearDecodeError)
    weights = unpack_from(f"<{count}q", data, start)
    for index, weight in enumerate(weights):
        if not -WEIGHT_LIMIT < weight < WEIGHT_LIMIT:
            raise LinearDecodeError(start + 8 * index, f"weight {weight}, not within 2^20")
    return LinearModel(kind, features, classes, weights)
