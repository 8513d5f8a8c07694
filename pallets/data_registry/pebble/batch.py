"""A data set of readings: all of one device, each with a signature that verifies, or no data set at all.

In JSON a batch is one line a reading, each ended by a line break; in protocol buffers each package has its length
before it, as a varint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pallets.data_registry.pebble.json_form import read_line, write_line
from pallets.data_registry.pebble.protobuf_form import read_package, read_varint, write_package
from pallets.data_registry.pebble.reading import Reading, ReadingError, SignedReading
from pallets.data_registry.pebble.signature import Sign, verifier
from pallets.data_registry.types import Format


class BatchRefused(ValueError):
    """A reading of a batch is malformed, or is not signed by the device; the whole batch counts for nothing."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(position, reason)
        self.position = position
        self.reason = reason

    def __str__(self) -> str:
        return f"reading {self.position}: {self.reason}"


def write_batch(form: Format, readings: Sequence[Reading], sign: Sign) -> bytes:
    """The bytes of a batch; raises ReadingError where a number does not fit its field."""
    if form is Format.PEBBLE_JSON:
        return b"".join(write_line(reading, sign) + b"\n" for reading in readings)
    packages = (write_package(reading, sign) for reading in readings)
    return b"".join(_varint_of(len(package)) + package for package in packages)


def verified(form: Format, data: bytes, key: bytes) -> tuple[Reading, ...]:
    """The readings of a batch, if the device of `key` signed every one; raises BatchRefused, KeyInvalid."""
    verify = verifier(key)
    readings: list[Reading] = []
    entries = _signed_readings(form, data)
    while True:
        try:
            entry = next(entries, None)
        except ReadingError as problem:
            raise BatchRefused(len(readings), str(problem)) from None
        if entry is None:
            break
        if not verify(entry.signed, entry.signature):
            raise BatchRefused(len(readings), "the signature is not the device's")
        readings.append(entry.reading)
    if not readings:
        raise BatchRefused(0, "there is none")
    return tuple(readings)


def _signed_readings(form: Format, data: bytes) -> Iterator[SignedReading]:
    if form is Format.PEBBLE_JSON:
        if not data.endswith(b"\n"):
            raise ReadingError("the batch does not end with a line break")
        for line in data[:-1].split(b"\n"):
            yield read_line(line)
    elif form is Format.PEBBLE_PROTOBUF:
        offset = 0
        while offset < len(data):
            size, offset = read_varint(data, offset)
            if size > len(data) - offset:
                raise ReadingError(f"at byte {offset}: a package of {size} bytes beyond the end")
            yield read_package(data[offset : offset + size])
            offset += size
    else:
        raise ReadingError("the format has no readings")


def _varint_of(size: int) -> bytes:
    groups = bytearray()
    while size >= 0x80:
        groups.append(size & 0x7F | 0x80)
        size >>= 7
    groups.append(size)
    return bytes(groups)
