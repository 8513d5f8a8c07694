"""One reading that the device did not sign refuses the whole batch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.data_registry.pebble.batch import BatchRefused, verified, write_batch
from pallets.data_registry.pebble.signature import KeyInvalid, signer, verifier
from pallets.data_registry.pebble.simulator import Course, Signal, Tracker
from pallets.data_registry.types import Format

TRACKER, OTHER = Tracker.of(b"tracker"), Tracker.of(b"other")
FORMS = (Format.PEBBLE_JSON, Format.PEBBLE_PROTOBUF)
BATCHES = {form: write_batch(form, TRACKER.readings(6), TRACKER.sign) for form in FORMS}


@pytest.mark.parametrize("form", FORMS)
def test_a_batch_of_simulated_readings_verifies(form: Format) -> None:
    readings = verified(form, write_batch(form, TRACKER.readings(), TRACKER.sign), TRACKER.key)
    assert len(readings) == 30
    assert [each.temperature for each in readings] == [each.temperature for each in TRACKER.readings()]


@pytest.mark.parametrize("form", FORMS)
def test_one_reading_of_another_device_refuses_the_batch(form: Format) -> None:
    readings = TRACKER.readings(4)
    honest = [write_batch(form, [each], TRACKER.sign) for each in readings]
    forged = b"".join([*honest[:2], write_batch(form, [readings[2]], OTHER.sign), honest[3]])
    assert len(verified(form, b"".join(honest), TRACKER.key)) == 4
    with pytest.raises(BatchRefused, match=r"^reading 2: the signature is not the device's$"):
        verified(form, forged, TRACKER.key)


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_no_batch(form: Format) -> None:
    for data in (b"", b"\n"):
        with pytest.raises(BatchRefused):
            verified(form, data, TRACKER.key)
    with pytest.raises(BatchRefused):
        verified(form, BATCHES[form][:-1], TRACKER.key)


@given(form=st.sampled_from(FORMS), data=st.data())
def test_a_changed_byte_refuses_the_batch(form: Format, data: st.DataObject) -> None:
    batch = bytearray(BATCHES[form])
    place = data.draw(st.integers(0, len(batch) - 1))
    before = bytes(batch).lower()
    batch[place] ^= data.draw(st.integers(1, 255))
    if form is Format.PEBBLE_JSON and bytes(batch).lower() == before:
        return  # a hexadecimal digit of r or s in the other case is the same digit, or a signed letter: see below
    with pytest.raises(BatchRefused):
        verified(form, bytes(batch), TRACKER.key)


def test_a_format_without_signatures_has_no_readings() -> None:
    with pytest.raises(BatchRefused, match="the format has no readings"):
        verified(Format.OPAQUE, b"x", TRACKER.key)


def test_keys_that_are_none_are_refused() -> None:
    with pytest.raises(KeyInvalid):
        verifier(b"\x02" + b"\xff" * 32)
    with pytest.raises(KeyInvalid):
        signer(0)
    assert not verifier(TRACKER.key)(b"message", bytes(63))
    assert not verifier(TRACKER.key)(b"message", bytes(64))


def test_a_seed_names_a_tracker_and_what_it_measures() -> None:
    again = Tracker.of(b"tracker")
    assert (again.imei, again.key, again.device) == (TRACKER.imei, TRACKER.key, TRACKER.device)
    assert again.readings() == TRACKER.readings()
    assert len(again.imei) == 15
    assert OTHER.key != TRACKER.key
    assert write_batch(Format.PEBBLE_JSON, again.readings(6), again.sign) == BATCHES[Format.PEBBLE_JSON]


def test_measures_are_fixed_random_or_linear() -> None:
    assert [Signal(Course.FIXED, 5, 9).at(place, 3, 77) for place in range(3)] == [5, 5, 5]
    assert [Signal(Course.LINEAR, 10, 0).at(place, 3, 77) for place in range(3)] == [10, 5, 0]
    assert {Signal(Course.RANDOM, -1, 1).at(0, 3, chance) for chance in range(9)} == {-1, 0, 1}
    assert Signal(Course.LINEAR, 4, 8).at(0, 1, 0) == 4
