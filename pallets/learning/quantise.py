"""Features as small integers: linear steps over ranges that the task publishes.

A range depends on the task alone, never on anybody's rows, so that a client's forest is the same whoever else takes
part (exact unlearning needs that). After quantisation nothing is a real number any more.

    step = floor((value - minimum) × 2^bits / (maximum - minimum)), at most 2^bits - 1

A value below the range becomes 0, above it the highest step. NaN, infinities and absent values are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct

from pallets.learning.decoding import DecodeError, read_header, require_length
from pallets.learning.fixed_point import INT64_MAX, INT64_MIN, Real, is_finite

FEATURE_LIMIT = 255
"""A node names its feature in a byte, and 255 marks a leaf."""

STEP_LIMIT = 2**16
"""Quantised values are u16, like thresholds."""

DECIMALS_LIMIT = 18
"""10^18 is the largest power of ten in an int64."""

_MAGIC = b"PLQ\x01"
_HEADER = Struct("<B")  # features
_RANGE = Struct("<qqBB")  # minimum, maximum, decimals, bits


class QuantisationError(ValueError):
    """A range is empty or too fine, or a value is no number."""


class QuantiserDecodeError(DecodeError):
    """Bytes are no canonical quantiser."""

    what = "quantiser encoding"


@dataclass(frozen=True, slots=True)
class FeatureRange:
    """The public range of one feature: from minimum to maximum, both in units of 10^-decimals."""

    minimum: int
    maximum: int
    decimals: int = 0
    bits: int = 16

    def __post_init__(self) -> None:
        if not INT64_MIN <= self.minimum < self.maximum <= INT64_MAX:
            raise QuantisationError(f"range {self.minimum}..{self.maximum} is empty or leaves int64")
        if not 0 <= self.decimals <= DECIMALS_LIMIT:
            raise QuantisationError(f"{self.decimals} decimals, not 0 to {DECIMALS_LIMIT}")
        if not 1 <= self.bits <= 16:
            raise QuantisationError(f"{self.bits} bits, not 1 to 16")

    def step_of(self, value: Real) -> int:
        """The step of a real value, 0 to 2^bits - 1, exact for every float."""
        if not is_finite(value):
            raise QuantisationError(f"{value} is no finite number")
        numerator, denominator = value.as_integer_ratio()
        above = numerator * 10**self.decimals - self.minimum * denominator
        step = (above << self.bits) // (denominator * (self.maximum - self.minimum))
        return min(max(int(step), 0), (1 << self.bits) - 1)


@dataclass(frozen=True, slots=True)
class Quantiser:
    """The ranges of all features, in their order."""

    ranges: tuple[FeatureRange, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.ranges) <= FEATURE_LIMIT:
            raise QuantisationError(f"{len(self.ranges)} features, not 1 to {FEATURE_LIMIT}")

    def row(self, values: Sequence[Real | None]) -> tuple[int, ...]:
        """The steps of one row; raises QuantisationError naming the feature that has no value."""
        if len(values) != len(self.ranges):
            raise QuantisationError(f"a row of {len(values)} values for {len(self.ranges)} features")
        steps = []
        for feature, (scale, value) in enumerate(zip(self.ranges, values, strict=True)):
            if value is None or not is_finite(value):
                raise QuantisationError(f"feature {feature} is {value}, no finite number")
            steps.append(scale.step_of(value))
        return tuple(steps)

    def rows(self, table: Sequence[Sequence[Real | None]]) -> tuple[tuple[int, ...], ...]:
        """The steps of every row; raises QuantisationError naming row and feature."""
        quantised = []
        for index, values in enumerate(table):
            try:
                quantised.append(self.row(values))
            except QuantisationError as error:
                raise QuantisationError(f"row {index}: {error}") from None
        return tuple(quantised)


def encode_quantiser(quantiser: Quantiser) -> bytes:
    """The canonical bytes: magic, u8 features, then minimum i64, maximum i64, decimals u8, bits u8 of each."""
    ranges = b"".join(_RANGE.pack(r.minimum, r.maximum, r.decimals, r.bits) for r in quantiser.ranges)
    return _MAGIC + _HEADER.pack(len(quantiser.ranges)) + ranges


def decode_quantiser(data: bytes) -> Quantiser:
    """The quantiser of its canonical bytes; raises QuantiserDecodeError."""
    (features,) = read_header(data, _HEADER, _MAGIC, QuantiserDecodeError)
    start = len(_MAGIC) + _HEADER.size
    if features not in range(1, FEATURE_LIMIT + 1):
        raise QuantiserDecodeError(len(_MAGIC), f"{features} features, not 1 to {FEATURE_LIMIT}")
    require_length(data, start + features * _RANGE.size, QuantiserDecodeError)
    ranges = []
    for offset in range(start, len(data), _RANGE.size):
        try:
            ranges.append(FeatureRange(*_RANGE.unpack_from(data, offset)))
        except QuantisationError as error:
            raise QuantiserDecodeError(offset, str(error)) from None
    return Quantiser(tuple(ranges))
