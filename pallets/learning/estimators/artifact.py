"""What the artifacts of all families share: errors, domains, and a reader that counts bytes before it takes memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from struct import calcsize, pack, unpack_from
from typing import TypeVar

from pallets.learning.decoding import DecodeError
from pallets.learning.fixed_point import Overflow
from pallets.learning.quantise import STEP_LIMIT

Made = TypeVar("Made")

FEATURE_BITS = 15
"""A row's step stands for (step - 2^15) / 2^15, from -1 to below 1, as in linear models."""

FEATURE_MIDDLE = 1 << FEATURE_BITS

FEATURES_LIMIT = 2**11
"""Squares of 52 bits, one a feature, add up within an int64 to here."""

CLASSES_LIMIT = 256
"""As of forests."""

NUMBERS_LIMIT = 2**22
"""Numbers in one table of an artifact: 32 MiB where each has eight bytes."""

SCORE_BITS = 32
"""Fractional bits of logarithms and coefficients."""

NUMBER_LIMIT = 2**60
"""Coefficients lie strictly within: 2^28 in units, with 32 fractional bits."""


class EstimatorError(ValueError):
    """Numbers that are no model of the family, or a row that the model cannot answer for."""


class ArtifactDecodeError(DecodeError):
    """Bytes are no canonical artifact."""

    what = "artifact encoding"


class Task(IntEnum):
    """What the answers mean."""

    CLASSIFIER = 0
    REGRESSOR = 1


class ArtifactReader:
    """Takes integers off the front of canonical bytes."""

    __slots__ = ("_data", "_offset")

    def __init__(self, data: bytes, magic: bytes) -> None:
        if data[: len(magic)] != magic:
            raise ArtifactDecodeError(0, f"starts with {data[: len(magic)].hex()}, not {magic.hex()}")
        self._data = data
        self._offset = len(magic)

    def header(self, codes: str) -> tuple[int, ...]:
        """Single integers, a struct code each."""
        return self._take(f"<{codes}")

    def table(self, code: str, count: int) -> tuple[int, ...]:
        """`count` integers of one struct code; refused before any is read where the bytes are too few."""
        if count > NUMBERS_LIMIT:
            raise ArtifactDecodeError(self._offset, f"a table of {count} numbers, more than {NUMBERS_LIMIT}")
        return self._take(f"<{count}{code}")

    def built(self, make: Callable[[], Made]) -> Made:
        """What `make` builds of the integers, once no byte is left; its refusals become the decoder's."""
        if self._offset != len(self._data):
            raise ArtifactDecodeError(self._offset, f"{len(self._data) - self._offset} bytes after the end")
        try:
            return make()
        except (ValueError, Overflow) as error:
            raise ArtifactDecodeError(self._offset, str(error)) from None

    def _take(self, layout: str) -> tuple[int, ...]:
        size = calcsize(layout)
        if self._offset + size > len(self._data):
            raise ArtifactDecodeError(len(self._data), f"ends within {size} bytes that start at {self._offset}")
        taken = unpack_from(layout, self._data, self._offset)
        self._offset += size
        return taken


def packed(code: str, numbers: Sequence[int]) -> bytes:
    """Integers of one struct code, little endian."""
    return pack(f"<{len(numbers)}{code}", *numbers)


def slices(numbers: Sequence[int], width: int) -> tuple[tuple[int, ...], ...]:
    """A flat table cut into rows of `width`."""
    return tuple(tuple(numbers[start : start + width]) for start in range(0, len(numbers), width))


def flat(rows: Sequence[Sequence[int]]) -> list[int]:
    """The rows one after the other."""
    return [number for row in rows for number in row]


def check_within(numbers: Sequence[int], low: int, high: int, what: str) -> None:
    """Refuse numbers outside `low` to `high`; raises EstimatorError naming `what`."""
    if numbers and not low <= min(numbers) <= max(numbers) <= high:
        raise EstimatorError(f"a {what} outside {low}..{high}")


def check_count(found: int, low: int, high: int, what: str) -> None:
    """Refuse a count outside `low` to `high`; raises EstimatorError naming `what`."""
    if not low <= found <= high:
        raise EstimatorError(f"{found} {what}, not {low}" + (f" to {high}" if high != low else ""))


def check_points(points: Sequence[Sequence[int]], features: int) -> None:
    """Refuse rows of other lengths or outside u16; raises EstimatorError."""
    check_count(len(points) * features, 0, NUMBERS_LIMIT, "coordinates")
    for point in points:
        check_row(point, features)


def check_row(row: Sequence[int], features: int) -> None:
    """Refuse a row of another length or with a step outside u16; raises EstimatorError."""
    if len(row) != features:
        raise EstimatorError(f"a row of {len(row)} values for {features} features")
    check_within(row, 0, STEP_LIMIT - 1, "step")


def check_shape(task: Task, features: int, classes: int) -> None:
    """Refuse outer numbers that make no sense together; raises EstimatorError."""
    check_count(features, 1, FEATURES_LIMIT, "features")
    if task is Task.CLASSIFIER:
        check_count(classes, 2, CLASSES_LIMIT, "classes")
    else:
        check_count(classes, 0, 0, "classes of a regressor")


def highest(scores: Sequence[int]) -> int:
    """The place of the highest score, the lowest of equals."""
    return scores.index(max(scores))
