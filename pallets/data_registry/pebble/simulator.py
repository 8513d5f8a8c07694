"""Simulated trackers: what they measure follows from a seed, and their signatures verify.

    tracker = Tracker.of(b"a seed")
    readings = tracker.readings(30)
    data = write_batch(Format.PEBBLE_JSON, readings, tracker.sign)

As in the vendor's simulator each measure is fixed, random between two bounds, or goes from one to the other in equal
steps, and thirty readings are the default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from decimal import Decimal
from enum import Enum
from itertools import count
from typing import Final

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Hash
from chain.record import record
from chain.secret_fields import SECRET
from pallets.data_registry.device_key import possession_message
from pallets.data_registry.pebble.reading import RANDOM_BYTES, Axes, Reading
from pallets.data_registry.pebble.signature import ORDER, Sign, signer
from pallets.data_registry.types import DeviceId

DEFAULT_POINTS: Final = 30
IMEI_DIGITS: Final = 15


class Course(Enum):
    """How a measure goes on from reading to reading."""

    FIXED = "fixed"
    RANDOM = "random"
    LINEAR = "linear"


@record
class Signal:
    """One measure: its course between two bounds, in hundredths (positions: 10^-5 degrees; axes: units)."""

    course: Course
    low: int
    high: int

    def at(self, position: int, points: int, chance: int) -> int:
        """The value of one of `points` readings."""
        if self.course is Course.FIXED:
            return self.low
        if self.course is Course.RANDOM:
            return self.low + chance % (self.high - self.low + 1)
        return self.low + (self.high - self.low) * position // max(points - 1, 1)


AIR: Final[Mapping[str, Signal]] = {
    "snr": Signal(Course.RANDOM, 1_000, 25_000),
    "vbat": Signal(Course.LINEAR, 415, 380),
    "latitude": Signal(Course.FIXED, 3_737_145, 3_737_145),
    "longitude": Signal(Course.FIXED, -12_206_470, -12_206_470),
    "gas_resistance": Signal(Course.RANDOM, 1_000_000, 12_000_000),
    "temperature": Signal(Course.RANDOM, -500, 3_500),
    "pressure": Signal(Course.RANDOM, 98_000, 103_500),
    "humidity": Signal(Course.RANDOM, 2_000, 9_500),
    "light": Signal(Course.RANDOM, 0, 200_000),
    "temperature2": Signal(Course.RANDOM, 100, 4_500),
}
"""A tracker that stands in the open."""

_AXIS: Final = Signal(Course.RANDOM, -4096, 4096)


@record
class Tracker:
    """A device with its key; imei: fifteen digits, known to its owner; salt: keeps them unknown to others."""

    imei: str
    salt: bytes = field(repr=False, metadata=SECRET)
    key: bytes
    sign: Sign = field(repr=False, compare=False)
    seed: bytes = field(repr=False, metadata=SECRET)
    signals: Mapping[str, Signal] = field(default_factory=lambda: AIR, repr=False)

    @classmethod
    def of(cls, seed: bytes, signals: Mapping[str, Signal] = AIR) -> Tracker:
        """The tracker of a seed."""
        imei = str(int.from_bytes(blake2_256(b"imei" + seed), "big") % 10**IMEI_DIGITS).rjust(IMEI_DIGITS, "0")
        secret = int.from_bytes(blake2_256(b"device key" + seed), "big") % (ORDER - 1) + 1
        key, sign = signer(secret)
        return cls(imei, blake2_256(b"salt" + seed), key, sign, seed, signals)

    @property
    def device(self) -> DeviceId:
        """What the chain calls it."""
        return Hash(blake2_256(self.salt + self.imei.encode()))

    def proof_for(self, owner: AccountId) -> bytes:
        """The signature that registers it for an owner."""
        return self.sign(possession_message(owner, self.device))

    def readings(self, points: int = DEFAULT_POINTS, start: int = 1_700_000_000, step: int = 3_600) -> list[Reading]:
        """So many readings, `step` seconds apart."""
        chances = self._chances()
        return [self._reading(position, points, start + step * position, chances) for position in range(points)]

    def _reading(self, position: int, points: int, timestamp: int, chances: Iterator[int]) -> Reading:
        values = {name: signal.at(position, points, next(chances)) for name, signal in self.signals.items()}
        positions = {name: Decimal(values[name]).scaleb(-5) for name in ("latitude", "longitude")}
        scalars = {name: Decimal(value).scaleb(-2) for name, value in values.items() if name not in positions}
        return Reading(
            **positions,
            **scalars,
            gyroscope=_axes(position, points, chances),
            accelerometer=_axes(position, points, chances),
            timestamp=timestamp,
            random=next(chances).to_bytes(32, "big")[:RANDOM_BYTES],
        )

    def _chances(self) -> Iterator[int]:
        return (int.from_bytes(blake2_256(self.seed + n.to_bytes(8, "little")), "big") for n in count())


def _axes(position: int, points: int, chances: Iterator[int]) -> Axes:
    x, y, z = (_AXIS.at(position, points, next(chances)) for _ in range(3))
    return x, y, z
