"""The air of a made-up town, as Pebble trackers measure it: busy streets in the valley, quiet ones on the hill.

Cars foul the air and shake the tracker, moist air lowers what a gas sensor shows, the sun warms the housing.
Everything is an integer in hundredths, drawn from a seed; so a reading is the same on every machine, and so is its
signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pallets.data_registry.pebble.reading import RANDOM_BYTES, Reading
from pallets.learning.stream import Stream
from pallets.learning.synthetic import TRAFFIC

FIRST_HOUR: Final = 1_699_833_600
"""Seconds since 1970: a Monday at midnight."""

HOUR: Final = 3600
DAY: Final = 24
SUNDAY: Final = 6

VALLEY, HILL = 40, 560
"""Metres above the sea of the lowest and the highest street."""

METRES_A_HECTOPASCAL: Final = 8

CLEANEST: Final = 11_800_000
"""What the gas sensor shows in dry air without cars, in hundredths of an ohm."""


@dataclass(frozen=True, slots=True)
class Place:
    """A street.

    altitude: metres; traffic: per cent of the busiest street's; latitude: hundred-thousandths of a degree
    """

    altitude: int
    traffic: int
    latitude: int


def places(count: int) -> list[Place]:
    """So many streets, from the valley up to the hill."""
    last = max(count - 1, 1)
    return [
        Place(VALLEY + (HILL - VALLEY) * number // last, 100 - 80 * number // last, 3_737_145 + 400 * number)
        for number in range(count)
    ]


def measured(place: Place, hour: int, charge: int, chance: Stream) -> Reading:
    """What a tracker in a street measures in an hour, counted from `FIRST_HOUR`; charge: of its battery, per cent."""
    of_day, weekday = hour % DAY, hour // DAY % 7
    cars = TRAFFIC[of_day] * place.traffic // (2 if weekday == SUNDAY else 1)
    warmth = 1_400 - place.altitude + 70 * (DAY // 2 - abs(of_day - 14)) + chance.below(300)
    moisture = 8_800 - 2 * warmth + chance.below(900)
    sun = 32_000 * max(6 - abs(of_day - 13), 0) + chance.below(2_000)
    pressure = 101_325 - 100 * place.altitude // METRES_A_HECTOPASCAL + chance.below(200)

    def shaken() -> int:
        """Half of the road's shaking, either way."""
        size = cars // 5 + chance.below(60)
        return size if chance.below(2) else -size

    gas = CLEANEST - 4_000 * cars - 180 * moisture + chance.below(1_200_000)
    return Reading(
        snr=_hundredths(1_000 + chance.below(20_000)),
        vbat=_hundredths(380 + 35 * charge // 100),
        latitude=Decimal(place.latitude).scaleb(-5),
        longitude=Decimal(-12_206_470).scaleb(-5),
        gas_resistance=_hundredths(max(gas, 500_000)),
        temperature=_hundredths(warmth),
        pressure=_hundredths(pressure),
        humidity=_hundredths(min(max(moisture, 2_000), 9_900)),
        light=_hundredths(sun),
        temperature2=_hundredths(warmth + sun // 400 + chance.below(100)),
        gyroscope=(chance.below(9) - 4, chance.below(9) - 4, chance.below(9) - 4),
        accelerometer=(shaken(), shaken(), 4_096 + chance.below(41) - 20),
        timestamp=FIRST_HOUR + HOUR * hour,
        random=b"".join(chance.below(2**16).to_bytes(2, "big") for _ in range(RANDOM_BYTES // 2)),
    )


def _hundredths(value: int) -> Decimal:
    return Decimal(value).scaleb(-2)
