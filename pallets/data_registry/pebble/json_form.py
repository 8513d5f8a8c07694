"""Readings in JSON, one a line:

    {"message":{"snr":185,"vbat":3.98584,…,"timestamp":"150000","random":"e954d411fed3f5c0"},"signature":{"r":…,"s":…}}

Signed is the text `{"message":{…}}`, byte for byte as the tracker wrote it: the same number in other digits has
another signature. Latitude and longitude are degrees times a hundred plus minutes, as GPS modules tell them.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Final, NoReturn

from pallets.data_registry.pebble.reading import (
    AXIS_LIMIT,
    RANDOM_BYTES,
    SCALARS,
    Axes,
    Reading,
    ReadingError,
    SignedReading,
)
from pallets.data_registry.pebble.signature import Sign

MAX_LINE = 4096
"""Bytes; the longest number has 17 digits, and a line about 500 bytes."""

_BEGIN: Final = b'{"message":'
_SIGNATURE: Final = re.compile(rb',"signature":\{"r":"([0-9A-Fa-f]{64})","s":"([0-9A-Fa-f]{64})"\}\}')
_NUMBER: Final = re.compile(r"-?\d{1,12}(\.\d{1,20})?")
_RANDOM: Final = re.compile(rf"[0-9A-Fa-f]{{{2 * RANDOM_BYTES}}}")
_SEVEN_DECIMALS: Final = Decimal("0.0000001")
_FIELDS: Final = (
    "snr", "vbat", "latitude", "longitude", "gasResistance", "temperature", "pressure", "humidity", "light",
    "temperature2", "gyroscope", "accelerometer", "timestamp", "random",
)  # fmt: skip


def read_line(line: bytes) -> SignedReading:
    """The reading of a line; raises ReadingError. Whether the signature is right, the caller verifies."""
    if len(line) > MAX_LINE:
        raise ReadingError(f"a line of {len(line)} bytes; the most is {MAX_LINE}")
    if not line.startswith(_BEGIN):
        raise ReadingError(f"the line does not begin with {_BEGIN.decode()}")
    try:
        text = line.decode("ascii")
        fields, end = _DECODER.raw_decode(text, len(_BEGIN))
    except (ValueError, RecursionError) as problem:
        raise ReadingError(f"no JSON: {problem}") from None
    found = _SIGNATURE.fullmatch(line, end)
    if found is None:
        raise ReadingError("the message is not followed by a signature of r and s, 64 hexadecimal digits each")
    signature = bytes.fromhex((found[1] + found[2]).decode())
    return SignedReading(_reading_of(fields), line[:end] + b"}", signature)


def write_line(reading: Reading, sign: Sign) -> bytes:
    """The line of a reading, signed, without a line break."""
    signed = signed_text(reading)
    signature = sign(signed).hex()
    return signed[:-1] + f',"signature":{{"r":"{signature[:64]}","s":"{signature[64:]}"}}}}'.encode()


def signed_text(reading: Reading) -> bytes:
    """What a tracker signs, fields in the order and without spaces as its simulator writes them."""
    values = {
        "snr": f"{reading.snr}",
        "vbat": f"{reading.vbat}",
        "latitude": _minutes_of(reading.latitude),
        "longitude": _minutes_of(reading.longitude),
        "gasResistance": f"{reading.gas_resistance}",
        "temperature": f"{reading.temperature}",
        "pressure": f"{reading.pressure}",
        "humidity": f"{reading.humidity}",
        "light": f"{reading.light}",
        "temperature2": f"{reading.temperature2}",
        "gyroscope": "[{},{},{}]".format(*reading.gyroscope),
        "accelerometer": "[{},{},{}]".format(*reading.accelerometer),
        "timestamp": f'"{reading.timestamp}"',
        "random": f'"{reading.random.hex()}"',
    }
    message = ",".join(f'"{name}":{values[name]}' for name in _FIELDS)
    return f'{{"message":{{{message}}}}}'.encode()


def _reading_of(fields: object) -> Reading:
    if not isinstance(fields, dict) or set(fields) != set(_FIELDS):
        raise ReadingError(f"a message has the fields {', '.join(_FIELDS)}, each once, and no others")
    snr, vbat, gas, temperature, pressure, humidity, light, inner = (_number(fields, name) for name in SCALARS)
    timestamp, random = fields["timestamp"], fields["random"]
    if not isinstance(timestamp, str) or not re.fullmatch(r"[0-9]{1,10}", timestamp) or int(timestamp) >= 2**32:
        raise ReadingError("timestamp is no string of decimal digits below 2^32")
    if not isinstance(random, str) or not _RANDOM.fullmatch(random):
        raise ReadingError(f"random is no string of {2 * RANDOM_BYTES} hexadecimal digits")
    return Reading(
        snr=snr,
        vbat=vbat,
        latitude=_degrees_of(_number(fields, "latitude")),
        longitude=_degrees_of(_number(fields, "longitude")),
        gas_resistance=gas,
        temperature=temperature,
        pressure=pressure,
        humidity=humidity,
        light=light,
        temperature2=inner,
        gyroscope=_axes(fields, "gyroscope"),
        accelerometer=_axes(fields, "accelerometer"),
        timestamp=int(timestamp),
        random=bytes.fromhex(random),
    )


def _number(fields: dict[str, object], name: str) -> Decimal:
    value = fields[name]
    if not isinstance(value, Decimal):
        raise ReadingError(f"{name} is no number")
    return value


def _axes(fields: dict[str, object], name: str) -> Axes:
    values = fields[name]
    whole = [int(each) for each in values if _is_component(each)] if isinstance(values, list) else []
    if not isinstance(values, list) or len(values) != 3 or len(whole) != 3:
        raise ReadingError(f"{name} is no array of three whole numbers of 16 bits")
    return whole[0], whole[1], whole[2]


def _is_component(value: object) -> bool:
    return isinstance(value, Decimal) and value == int(value) and abs(value) <= AXIS_LIMIT


def _degrees_of(minutes: Decimal) -> Decimal:
    """DDDMM.MMM as decimal degrees: 3050.69225 is 30°50.69225' is 30.8448708°."""
    whole = int(minutes / 100)  # toward zero, with the sign of both parts
    return (whole + (minutes - 100 * whole) / 60).quantize(_SEVEN_DECIMALS)


def _minutes_of(degrees: Decimal) -> str:
    whole = int(degrees)
    return f"{whole * 100 + (degrees - whole) * 60:.5f}"


def _parse_number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text[:40]} has too many digits, or an exponent")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text[:40]} is no number") from None


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a name stands twice")
    return fields


_DECODER: Final = json.JSONDecoder(
    parse_float=_parse_number, parse_int=_parse_number, parse_constant=_refuse, object_pairs_hook=_once
)
