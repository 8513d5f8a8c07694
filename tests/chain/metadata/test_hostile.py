"""Metadata and data that were tampered with: one typed error, or what they now say; never a hang or another error."""

from __future__ import annotations

import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.metadata import Metadata, MetadataError, NotInMetadata, decode_metadata, metadata_digest
from chain.metadata.envelope import encode_metadata
from chain.scale import DecodeError, EncodeError
from tests.chain.metadata.samples import SAMPLES, sample

SMALL = min((name for name in SAMPLES if "custom" not in name), key=lambda name: len(SAMPLES[name]), default="")

pytestmark = pytest.mark.skipif(not SMALL, reason="vector files are not beside this checkout")

REFUSALS = (DecodeError, MetadataError)


@cache
def types_end() -> int:
    """Where the types of the small sample end and the pallets begin."""
    return SAMPLES[SMALL].index(b"\x18System\x01\x18System")


def tampered(data: bytes, changes: list[tuple[int, int]]) -> bytes:
    """The bytes, with some of them others."""
    changed = bytearray(data)
    for place, byte in changes:
        changed[place % len(data)] = byte
    return bytes(changed)


def use(metadata: Metadata) -> None:
    """Ask all that metadata can be asked."""
    for pallet in metadata.view.pallets:
        for constant in pallet.constants:
            attempt(metadata, constant.type_id, constant.value)
        for item in pallet.storage:
            attempt(metadata, item.value_type, item.default)
    for type_id in (metadata.view.extrinsic.call, metadata.view.extrinsic.address):
        attempt(metadata, type_id, bytes(40))
    try:
        metadata.extrinsics.decode(b"\x84" + bytes(200))
    except (*REFUSALS, NotInMetadata):
        pass


def attempt(metadata: Metadata, type_id: int, data: bytes) -> None:
    """Decode, and encode what came of it."""
    codec = metadata.codecs[type_id]
    try:
        value = codec.decode(data)
    except REFUSALS:
        return
    assert codec.encode(value) == data


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 2**24), st.integers(0, 255)), min_size=1, max_size=4))
def test_tampered_metadata_is_refused_or_read_as_what_it_says(changes: list[tuple[int, int]]) -> None:
    data = tampered(SAMPLES[SMALL], changes)
    try:
        records = decode_metadata(data)
        metadata = Metadata(records)
    except DecodeError as refused:
        told = 0 <= refused.offset <= len(data)
    except MetadataError as refused:
        told = bool(refused.what and refused.reason)
    else:
        use(metadata)
        told = encode_metadata(records) == data
    assert told


def test_types_that_refer_to_others_at_random_are_refused_or_bounded() -> None:
    """Flips the low bits of bytes among the types, where the numbers of types are."""
    data, chance = SAMPLES[SMALL], random.Random(1)
    for _ in range(40):
        changed = bytearray(data)
        for _ in range(20):
            place = chance.randrange(8, types_end())
            changed[place] ^= 1 << chance.randrange(2, 8)
        try:
            metadata = Metadata.decode(bytes(changed))
        except REFUSALS:
            continue
        use(metadata)


@pytest.mark.parametrize("end", [0, 3, 4, 5, 6, 100, 1000, -1])
def test_metadata_that_ends_too_early_is_refused(end: int) -> None:
    with pytest.raises(DecodeError):
        Metadata.decode(SAMPLES[SMALL][:end])


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_random_extrinsics_are_refused_or_come_back(data: bytes) -> None:
    metadata = sample(SMALL)
    for form in (b"", b"\x84\x00" + bytes(32) + b"\x01" + bytes(64), b"\x04", b"\x45\x00"):
        try:
            extrinsic = metadata.extrinsics.decode(form + data)
        except DecodeError:
            continue
        assert metadata.extrinsics.encode(extrinsic) == form + data


@settings(max_examples=200)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.binary(max_size=4) | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["System", "remark", "x"]), inner, max_size=2)
        ),
    )
)
def test_values_of_any_form_encode_or_are_told_what_is_wrong(value: object) -> None:
    metadata = sample(SMALL)
    for type_id in (metadata.view.extrinsic.call, metadata.view.extrinsic.address, metadata.view.extrinsic.signature):
        codec = metadata.codecs[type_id]
        try:
            data = codec.encode(value)
        except EncodeError as refused:
            told = bool(refused.reason)
        else:
            told = codec.encode(codec.decode(data)) == data
        assert told


def test_a_value_that_contains_itself_is_refused() -> None:
    loop: dict[str, object] = {}
    loop["batch"] = loop
    metadata = sample(SMALL)

    with pytest.raises(EncodeError):
        metadata.codecs[metadata.view.extrinsic.call].encode(loop)


def test_a_digest_of_tampered_metadata_is_another_or_refused() -> None:
    metadata = sample(SMALL)
    digest = metadata_digest(metadata, 1, "name", 42, 12, "UNIT")
    call = b"\x18remark\x04\x01\x18remark"  # the name, one field, its name

    changed = Metadata.decode(SAMPLES[SMALL].replace(call, call.replace(b"rem", b"Rem")))

    assert metadata_digest(changed, 1, "name", 42, 12, "UNIT") != digest
