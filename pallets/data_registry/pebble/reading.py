"""What a tracker measures at one time."""

from __future__ import annotations

from decimal import Decimal

from chain.record import record

Axes = tuple[int, int, int]
"""Along x, y and z."""

SCALARS = ("snr", "vbat", "gasResistance", "temperature", "pressure", "humidity", "light", "temperature2")
"""Names on the wire of the measures that are one number."""

AXIS_LIMIT = 2**15
"""Of a component of the gyroscope or the accelerometer, either way."""

RANDOM_BYTES = 8


class ReadingError(ValueError):
    """Bytes that are no reading, with what is wrong about them."""


@record
class Reading:
    """One message of a tracker.

    snr: of the radio; vbat: volts; latitude, longitude: degrees, seven decimals; gas_resistance: of the air sensor
    temperature, temperature2: °C; pressure: hPa; humidity: percent; light: lux
    timestamp: seconds since 1970; random: 8 bytes that make two equal readings differ
    """

    snr: Decimal
    vbat: Decimal
    latitude: Decimal
    longitude: Decimal
    gas_resistance: Decimal
    temperature: Decimal
    pressure: Decimal
    humidity: Decimal
    light: Decimal
    temperature2: Decimal
    gyroscope: Axes
    accelerometer: Axes
    timestamp: int
    random: bytes


@record
class SignedReading:
    """A reading, the bytes of it that the device signed, and the signature: r and s in 32 bytes each."""

    reading: Reading
    signed: bytes
    signature: bytes
