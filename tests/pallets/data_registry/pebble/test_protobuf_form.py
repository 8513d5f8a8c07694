"""Packages are those that the vendor's own encoder writes, but for a field that it leaves out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.data_registry.pebble.protobuf_form import encode_data, read_package, signed_bytes, write_package
from pallets.data_registry.pebble.reading import Reading, ReadingError
from pallets.data_registry.pebble.signature import verifier
from pallets.data_registry.pebble.simulator import Tracker

FIRST = Reading(
    snr=Decimal(12),
    vbat=Decimal("4.07507"),
    latitude=Decimal("30.8448708"),
    longitude=Decimal("-114.8109693"),
    gas_resistance=Decimal("1151.203"),
    temperature=Decimal("-3.889"),
    pressure=Decimal("1004.33"),
    humidity=Decimal("65.412"),
    light=Decimal(0),
    temperature2=Decimal("34.3297"),
    gyroscope=(0, 9, -13),
    accelerometer=(-265, -181, 8263),
    timestamp=1_700_000_000,
    random=bytes.fromhex("00ff10ab00ff10ab"),
)
FIRST_SIGNED = bytes.fromhex(
    "0000000008b0091097031888b794a60220f98df6c60828b0830738d19006408d33480050e81a5a03001219"
    "62079104e9028e81016a10303066663130616230306666313061626553f100"
)
"""What the vendor's encoder (pebble-simulator, DataEncode) gives to be signed for the same numbers."""

FIRST_PACKAGE = bytes.fromhex(
    "0800124208b0091097031888b794a60220f98df6c60828b0830738d19006408d33480050e81a5a03001219"
    "62079104e9028e81016a10303066663130616230306666313061621880e2cfaa062240" + "30" * 64
)
"""What it (PackEncode) makes of that and of a signature of 64 digits 0."""

TEMPERATURE = bytes.fromhex("308706")
"""Field 6, -388 hundredths in zigzag form; the vendor's encoder leaves temperature out."""

SECOND_SIGNED = bytes.fromhex(
    "000000000800100018fface20420fec7ceb40d28a0ffffff0f380140904e48ffff8f0350645a07ffff03feff0300"
    "6204020180016a1045313931354442453241434343394633ffffffff"
)
"""The same for numbers at the ends of their ranges."""

TRACKER = Tracker.of(b"protobuf")


def vendors(signed: bytes, signature: bytes = bytes(64)) -> bytes:
    """The package around signed bytes."""
    data, timestamp = signed[4:-4], int.from_bytes(signed[-4:], "big")
    plain = write_package(FIRST, lambda _: signature)
    head, tail = plain[:2], plain[-66:]
    stamp = bytearray()
    while timestamp >= 0x80:
        stamp.append(timestamp & 0x7F | 0x80)
        timestamp >>= 7
    return head + bytes([0x12, len(data)]) + data + b"\x18" + bytes(stamp) + bytes([timestamp]) + tail


def test_the_signed_bytes_are_the_vendors_but_for_the_temperature_that_it_leaves_out() -> None:
    data = encode_data(FIRST)
    assert data.count(TEMPERATURE) == 1
    assert signed_bytes(data.replace(TEMPERATURE, b""), FIRST.timestamp) == FIRST_SIGNED


def test_the_package_is_the_vendors_and_is_read_as_it_signed() -> None:
    assert vendors(FIRST_SIGNED, b"0" * 64) == FIRST_PACKAGE
    found = read_package(FIRST_PACKAGE)
    assert found.signed == FIRST_SIGNED
    assert found.signature == b"0" * 64
    assert found.reading.temperature == 0
    assert found.reading.longitude == FIRST.longitude
    assert (found.reading.vbat, found.reading.gas_resistance) == (Decimal("4.07"), Decimal("1151.20"))  # cut off
    assert found.reading.accelerometer == FIRST.accelerometer


def test_numbers_at_the_ends_of_their_ranges_are_read() -> None:
    found = read_package(vendors(SECOND_SIGNED))
    assert found.signed == SECOND_SIGNED
    assert found.reading.latitude == Decimal("-0.5")
    assert found.reading.longitude == Decimal("179.9999999")
    assert (found.reading.gas_resistance, found.reading.light) == (Decimal("42949672"), Decimal("65535.99"))
    assert found.reading.gyroscope == (-32768, 32767, 0)
    assert (found.reading.timestamp, found.reading.random.hex()) == (2**32 - 1, "e1915dbe2accc9f3")


def test_axes_that_are_not_packed_are_read_too() -> None:
    packed = b"\x5a\x03" + bytes.fromhex("001219")
    apart = b"\x58\x00\x58\x12\x58\x19"
    assert packed in FIRST_SIGNED
    assert read_package(vendors(FIRST_SIGNED.replace(packed, apart))).reading.gyroscope == (0, 9, -13)


def test_what_a_tracker_writes_reads_back_and_verifies() -> None:
    verify = verifier(TRACKER.key)
    for reading in TRACKER.readings(20):
        found = read_package(write_package(reading, TRACKER.sign))
        assert found.reading == reading
        assert verify(found.signed, found.signature)


def test_a_number_that_does_not_fit_its_field_is_refused() -> None:
    for wrong in (
        replace(FIRST, snr=Decimal(-1)),
        replace(FIRST, temperature=Decimal(2**31)),
        replace(FIRST, latitude=Decimal(215)),
    ):
        with pytest.raises(ReadingError, match="does not fit field"):
            encode_data(wrong)


@pytest.mark.parametrize(
    "package",
    [
        b"",
        FIRST_PACKAGE[:-1],
        FIRST_PACKAGE + b"\x00",
        FIRST_PACKAGE + b"\x28\x01",
        FIRST_PACKAGE[2:],
        b"\x08\x01" + FIRST_PACKAGE[2:],
        FIRST_PACKAGE[:2] + FIRST_PACKAGE[2:] * 2,
        vendors(FIRST_SIGNED.replace(b"00ff10ab", b"00ff10a!")),
        vendors(FIRST_SIGNED.replace(bytes.fromhex("5a03001219"), b"\x5a\x02\x00\x12")),
        vendors(FIRST_SIGNED.replace(bytes.fromhex("4800"), bytes.fromhex("7000"))),
        vendors(FIRST_SIGNED.replace(bytes.fromhex("4800"), b"\x4d" + bytes(4))),
        b"\xff" * 20,
    ],
)
def test_what_is_no_package_is_refused(package: bytes) -> None:
    with pytest.raises(ReadingError):
        read_package(package)


@given(st.binary(max_size=200))
def test_noise_is_refused_and_nothing_else_happens(package: bytes) -> None:
    with pytest.raises(ReadingError):
        read_package(package)
