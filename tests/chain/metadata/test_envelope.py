"""Metadata of real runtimes, to records and back."""

from __future__ import annotations

import pytest

from chain.metadata import decode_metadata, encode_metadata, version_of
from chain.scale import DecodeError
from tests.chain.metadata.samples import SAMPLES


@pytest.mark.parametrize("name", SAMPLES)
def test_metadata_of_a_real_runtime_encodes_to_the_bytes_that_it_was_decoded_from(name: str) -> None:
    data = SAMPLES[name]

    metadata = decode_metadata(data)

    assert version_of(metadata) == data[4]
    assert encode_metadata(metadata) == data


@pytest.mark.parametrize("name", SAMPLES)
def test_every_type_stands_at_its_own_number(name: str) -> None:
    types = decode_metadata(SAMPLES[name]).types

    assert [each.type_id for each in types] == list(range(len(types)))


def test_bytes_that_are_no_metadata_are_refused_with_their_beginning() -> None:
    with pytest.raises(DecodeError, match="Metadata at byte 0: it begins with 0x6d657400, not with the word `meta`"):
        decode_metadata(b"met\x00\x0e")
    with pytest.raises(DecodeError, match="Metadata at byte 0: it begins with 0x, not"):
        decode_metadata(b"")


@pytest.mark.parametrize(("data", "version"), [(b"meta", "None"), (b"meta\x0d", "13"), (b"meta\x11", "17")])
def test_other_versions_are_refused_by_number(data: bytes, version: str) -> None:
    with pytest.raises(DecodeError, match=f"its version is {version}; 14, 15 and 16 can be read"):
        decode_metadata(data)


@pytest.mark.parametrize("name", list(SAMPLES)[:1])
def test_left_over_bytes_are_refused(name: str) -> None:
    data = SAMPLES[name]
    with pytest.raises(DecodeError, match=f"Metadata at byte {len(data)}: 1 bytes are left over"):
        decode_metadata(data + b"\x00")
