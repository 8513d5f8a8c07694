"""The vendor's own readings verify byte for byte; what is not exactly a reading is refused."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from pallets.data_registry.pebble.json_form import read_line, signed_text, write_line
from pallets.data_registry.pebble.reading import ReadingError
from pallets.data_registry.pebble.signature import verifier
from pallets.data_registry.pebble.simulator import Tracker

PUBLISHED = (
    b'{"message":{"snr":3,"vbat":0.96024,"latitude":1608.27036,"longitude":15147.14661,"gasResistance":3451,'
    b'"temperature":39.17099,"pressure":1084.90033,"humidity":60.16272,"light":1306.92780,"temperature2":19.17529,'
    b'"gyroscope":[11,-2638,-13],"accelerometer":[2361,2638,2915],"timestamp":"5000","random":"3f7e6c358150c30c"},'
    b'"signature":{"r":"5d1557f43c6aa781e82043f73f84cca9cd06e5eba06b530a9d83d28e89889f38",'
    b'"s":"1a79e43825a1f5e48706d8e4eb359c283c8f31fa4f9b37f2200494f8a137a2e4"}}',
    b'{"message":{"snr":88,"vbat":2.59143,"latitude":4628.10452,"longitude":2906.98260,"gasResistance":6099,'
    b'"temperature":65.62442,"pressure":1746.80295,"humidity":93.23846,"light":1968.83044,"temperature2":45.63116,'
    b'"gyroscope":[-1,2,-4570],"accelerometer":[4016,4293,4570],"timestamp":"10000","random":"0bfc6c9b3363ec67"},'
    b'"signature":{"r":"d46facce007012e22dbcf47b0e54d8bb07a1dc25d5ad49bf7da62a96157d8741",'
    b'"s":"08b65972c616ee6c0cf6f5d501cab49995f4d32b70a908c1d7cac5254ffa63fc"}}',
    b'{"message":{"snr":86,"vbat":2.48517,"latitude":157.96259,"longitude":12137.83881,"gasResistance":2153,'
    b'"temperature":26.61856,"pressure":760.86353,"humidity":44.36566,"light":982.82999,"temperature2":6.62286,'
    b'"gyroscope":[9,-1826,-10],"accelerometer":[1549,1826,2104],"timestamp":"25000","random":"6b95e9e7a4bcd119"},'
    b'"signature":{"r":"8bec9b753ae7743f7c6ac9cb51baa5c70f12e9f511c96216975657002b809768",'
    b'"s":"4dccd4be89388ba70ef3b498a8c56e1acfad859f73526591b8988a8536d8d70e"}}',
)
"""Readings in the vendor's description of its simulator."""

PUBLISHED_KEY = bytes.fromhex("03d9a6e06b3c63cbc3450037056720c38c98d1ff2502102a0c73ab101e0accaffb")
"""The one key that all three verify with. It is of secp256k1, which the simulator had before secp256r1."""

TRACKER = Tracker.of(b"json")


@pytest.mark.parametrize("line", PUBLISHED, ids=range(len(PUBLISHED)))
def test_the_signed_bytes_are_those_that_the_vendors_readings_verify_with(line: bytes) -> None:
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), PUBLISHED_KEY)
    found = read_line(line)
    r, s = int.from_bytes(found.signature[:32], "big"), int.from_bytes(found.signature[32:], "big")
    signature = utils.encode_dss_signature(r, s)
    key.verify(signature, found.signed, ec.ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        key.verify(signature, found.signed + b"\n", ec.ECDSA(SHA256()))


def test_a_published_reading_is_read_as_it_is_written() -> None:
    found = read_line(PUBLISHED[0]).reading
    assert (found.snr, found.vbat, found.gas_resistance) == (Decimal(3), Decimal("0.96024"), Decimal(3451))
    assert (found.temperature, found.temperature2) == (Decimal("39.17099"), Decimal("19.17529"))
    assert found.light == Decimal("1306.92780")
    assert found.gyroscope == (11, -2638, -13)
    assert (found.timestamp, found.random.hex()) == (5000, "3f7e6c358150c30c")


def test_degrees_and_minutes_are_the_examples_of_the_specification() -> None:
    line = PUBLISHED[0].replace(b"1608.27036", b"3050.69225").replace(b"15147.14661", b"11448.65815")
    found = read_line(line).reading
    assert found.latitude == Decimal("30.8448708")
    assert found.longitude == Decimal("114.8109692")  # 114.810969 in the specification


def test_what_a_tracker_writes_reads_back_and_verifies() -> None:
    verify = verifier(TRACKER.key)
    for reading in TRACKER.readings(20):
        line = write_line(reading, TRACKER.sign)
        found = read_line(line)
        assert found.signed == signed_text(reading)
        assert verify(found.signed, found.signature)
        assert abs(found.reading.latitude - reading.latitude) < Decimal("0.0000002")
        assert found.reading.temperature == reading.temperature


def test_the_field_order_is_the_simulators() -> None:
    names = re.findall(rb'"(\w+)":', signed_text(TRACKER.readings(1)[0]))
    assert names == re.findall(rb'"(\w+)":', PUBLISHED[0])[:15]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"snr":3', b'"snr":"3"'),
        (b'"snr":3', b'"snr":NaN'),
        (b'"snr":3', b'"snr":3e9'),
        (b'"snr":3', b'"snr":3333333333333'),
        (b'"snr":3', b'"SNR":3'),
        (b'"snr":3', b'"snr":3,"snr":4'),
        (b'"snr":3,', b""),
        (b'"snr":3', b'"snr":3,"who":"Alice"'),
        (b"[11,-2638,-13]", b"[11,-2638]"),
        (b"[11,-2638,-13]", b"[11,-2638,-13.5]"),
        (b"[11,-2638,-13]", b"[11,-2638,-40000]"),
        (b"[11,-2638,-13]", b'"no"'),
        (b'"5000"', b"5000"),
        (b'"5000"', b'"4294967296"'),
        (b'"3f7e6c358150c30c"', b'"3f7e6c358150c3"'),
        (b'"r":"5d', b'"r":"5'),
        (b'"signature"', b'"Signature"'),
        (b'{"message":', b'{ "message":'),
        (b'{"message":{', b'{"message":' + b"[" * 4000 + b"{"),
        (b'"snr":3', b'"snr":' + b" " * 5000 + b"3"),
        (b'"snr"', b'"s\xffnr"'),
    ],
)
def test_what_is_no_reading_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(ReadingError):
        read_line(PUBLISHED[0].replace(old, new, 1))


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: b'{"message":' + text.encode()))
def test_noise_is_refused_and_nothing_else_happens(line: bytes) -> None:
    with pytest.raises(ReadingError):
        read_line(line)


@given(st.integers(0, len(PUBLISHED[0]) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_changes_what_is_signed(place: int, change: int) -> None:
    changed = bytearray(PUBLISHED[0])
    changed[place] ^= change
    original = read_line(PUBLISHED[0])
    try:
        found = read_line(bytes(changed))
    except ReadingError:
        return
    same = (found.signed, found.signature) == (original.signed, original.signature)
    assert not same or bytes(changed).lower() == PUBLISHED[0].lower()  # hexadecimal digits of either case
