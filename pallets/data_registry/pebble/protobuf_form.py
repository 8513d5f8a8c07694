"""Readings in protocol buffers: a BinPackage around a SensorData (pebble-data-spec, package.proto).

    BinPackage: type 1 (0: data), data 2, timestamp 3, signature 4
    SensorData: snr 1, vbat 2, latitude 3, longitude 4, gasResistance 5, temperature 6, pressure 7, humidity 8,
                light 9, temperature2 10, gyroscope 11, accelerometer 12, random 13

    signed = type u32 big endian ‖ data ‖ timestamp u32 big endian

Numbers are hundredths, latitude and longitude 10^-7 degrees; the vendor's encoder cuts off what is smaller. The three
axes are packed, and both forms are read. A field that is not there reads as zero, as in any proto2 message.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal
from typing import Final

from pallets.data_registry.pebble.reading import AXIS_LIMIT, RANDOM_BYTES, Axes, Reading, ReadingError, SignedReading
from pallets.data_registry.pebble.signature import SIGNATURE_BYTES, Sign

DATA_PACKAGE: Final = 0
"""BinPackage.PackageType of readings."""

_VARINT, _BYTES = 0, 2
_HUNDREDTH, _POSITION = Decimal("0.01"), Decimal("0.0000001")
_UNSIGNED: Final = {
    1: "snr",
    2: "vbat",
    5: "gasResistance",
    7: "pressure",
    8: "humidity",
    9: "light",
    10: "temperature2",
}
_SIGNED: Final = {3: "latitude", 4: "longitude", 6: "temperature"}
_AXES: Final = {11: "gyroscope", 12: "accelerometer"}
_RANDOM: Final = 13


def read_package(package: bytes) -> SignedReading:
    """The reading of a package; raises ReadingError. Whether the signature is right, the caller verifies."""
    fields: dict[int, int | bytes] = {}
    for number, value in _fields(package):
        if number in fields or (number in (1, 3)) != isinstance(value, int) or number not in (1, 2, 3, 4):
            raise ReadingError(f"field {number} of the package is unknown, stands twice, or has another type")
        fields[number] = value
    kind, data, timestamp, signature = (fields.get(number) for number in (1, 2, 3, 4))
    if not isinstance(data, bytes) or not isinstance(timestamp, int) or not isinstance(signature, bytes):
        raise ReadingError("a package has data, timestamp and signature")
    if kind != DATA_PACKAGE or timestamp >= 2**32 or len(signature) != SIGNATURE_BYTES:
        raise ReadingError("the package is of another type, or its timestamp or signature is too long")
    return SignedReading(_reading_of(data, timestamp), signed_bytes(data, timestamp), signature)


def write_package(reading: Reading, sign: Sign) -> bytes:
    """The package of a reading, signed; raises ReadingError where a number does not fit its field."""
    data = encode_data(reading)
    signature = sign(signed_bytes(data, reading.timestamp))
    head = _varint(1 << 3) + _varint(DATA_PACKAGE) + _length_delimited(2, data)
    return head + _varint(3 << 3) + _varint(reading.timestamp) + _length_delimited(4, signature)


def signed_bytes(data: bytes, timestamp: int) -> bytes:
    """What a tracker signs."""
    return DATA_PACKAGE.to_bytes(4, "big") + data + timestamp.to_bytes(4, "big")


def encode_data(reading: Reading) -> bytes:
    """The SensorData of a reading, fields in ascending order; raises ReadingError."""
    scaled = {
        1: _scaled(reading.snr, _HUNDREDTH),
        2: _scaled(reading.vbat, _HUNDREDTH),
        3: _scaled(reading.latitude, _POSITION),
        4: _scaled(reading.longitude, _POSITION),
        5: _scaled(reading.gas_resistance, _HUNDREDTH),
        6: _scaled(reading.temperature, _HUNDREDTH),
        7: _scaled(reading.pressure, _HUNDREDTH),
        8: _scaled(reading.humidity, _HUNDREDTH),
        9: _scaled(reading.light, _HUNDREDTH),
        10: _scaled(reading.temperature2, _HUNDREDTH),
    }
    parts = [_varint(number << 3) + _varint(_wire_number(number, value)) for number, value in scaled.items()]
    for number, axes in ((11, reading.gyroscope), (12, reading.accelerometer)):
        parts.append(_length_delimited(number, b"".join(_varint(_zigzag(each)) for each in axes)))
    parts.append(_length_delimited(_RANDOM, reading.random.hex().encode()))
    return b"".join(parts)


def _reading_of(data: bytes, timestamp: int) -> Reading:
    numbers: dict[str, int] = {}
    axes: dict[str, list[int]] = {"gyroscope": [], "accelerometer": []}
    random = b""
    for number, value in _fields(data):
        if number in _UNSIGNED and isinstance(value, int) and value < 2**32:
            numbers[_UNSIGNED[number]] = value
        elif number in _SIGNED and isinstance(value, int) and value < 2**32:
            numbers[_SIGNED[number]] = _unzigzag(value)
        elif number in _AXES:
            packed = (value,) if isinstance(value, int) else tuple(_varints(value))
            axes[_AXES[number]].extend(_unzigzag(each) for each in packed)
        elif number == _RANDOM and isinstance(value, bytes):
            random = value
        else:
            raise ReadingError(f"field {number} of the data is unknown, or has another type")
    return Reading(
        snr=_HUNDREDTH * numbers.get("snr", 0),
        vbat=_HUNDREDTH * numbers.get("vbat", 0),
        latitude=_POSITION * numbers.get("latitude", 0),
        longitude=_POSITION * numbers.get("longitude", 0),
        gas_resistance=_HUNDREDTH * numbers.get("gasResistance", 0),
        temperature=_HUNDREDTH * numbers.get("temperature", 0),
        pressure=_HUNDREDTH * numbers.get("pressure", 0),
        humidity=_HUNDREDTH * numbers.get("humidity", 0),
        light=_HUNDREDTH * numbers.get("light", 0),
        temperature2=_HUNDREDTH * numbers.get("temperature2", 0),
        gyroscope=_axes_of("gyroscope", axes),
        accelerometer=_axes_of("accelerometer", axes),
        timestamp=timestamp,
        random=_random_of(random),
    )


def _axes_of(name: str, axes: dict[str, list[int]]) -> Axes:
    found = axes[name]
    if len(found) != 3 or any(abs(each) > AXIS_LIMIT for each in found):
        raise ReadingError(f"{name} is not three numbers of 16 bits")
    return found[0], found[1], found[2]


def _random_of(text: bytes) -> bytes:
    try:
        found = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        found = b""
    if len(found) != RANDOM_BYTES or len(text) != 2 * RANDOM_BYTES:
        raise ReadingError(f"random is no string of {2 * RANDOM_BYTES} hexadecimal digits")
    return found


def _scaled(value: Decimal, unit: Decimal) -> int:
    return int((value / unit).to_integral_value(ROUND_DOWN))


def _wire_number(number: int, value: int) -> int:
    if number in _SIGNED and -(2**31) <= value < 2**31:
        return _zigzag(value)
    if number in _UNSIGNED and 0 <= value < 2**32:
        return value
    raise ReadingError(f"{value} does not fit field {number}")


def _zigzag(value: int) -> int:
    return (value << 1) ^ (value >> 31)


def _unzigzag(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def _varint(value: int) -> bytes:
    groups = bytearray()
    while value >= 0x80:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)


def _length_delimited(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field; raises ReadingError."""
    offset = 0
    while offset < len(message):
        tag, offset = read_varint(message, offset)
        value, offset = read_varint(message, offset)
        if tag & 7 == _VARINT:
            yield tag >> 3, value
        elif tag & 7 == _BYTES and offset + value <= len(message):
            yield tag >> 3, message[offset : offset + value]
            offset += value
        else:
            raise ReadingError(f"at byte {offset}: a wire type that is not used, or a field beyond the end")


def _varints(packed: bytes) -> Iterator[int]:
    offset = 0
    while offset < len(packed):
        value, offset = read_varint(packed, offset)
        yield value


def read_varint(data: bytes, offset: int) -> tuple[int, int]:
    """A number of at most 64 bits from `offset`, and where it ends; raises ReadingError."""
    value = 0
    for place in range(10):
        if offset >= len(data):
            raise ReadingError(f"at byte {offset}: a number beyond the end")
        value |= (data[offset] & 0x7F) << 7 * place
        offset += 1
        if data[offset - 1] < 0x80:
            return value, offset
    raise ReadingError(f"at byte {offset}: a number of more than 64 bits")
