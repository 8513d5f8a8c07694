"""chain.extrinsic against extrinsics that polkadot-js built and signed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.crypto import development
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Ecdsa, Ed25519, MultiSignature, Scheme, Sr25519, verify_signature
from chain.era import Era, read_era
from chain.extrinsic import (
    Address20,
    Address32,
    BareExtrinsic,
    GeneralExtrinsic,
    Id,
    Index,
    MultiAddress,
    Raw,
    SignedExtrinsic,
    encode_bare,
    encode_general,
    encode_signed,
    extrinsic_hash,
    signing_payload,
    split,
    with_length_prefix,
    without_length_prefix,
)
from chain.primitives import AccountId
from chain.scale import DecodeError, decode
from chain.scale.compact import read_compact
from tests.vectors import load, unhex

SIGNED_FILES = ["v14-node-template", "v15-polkadot"]
BYTES_32 = st.binary(min_size=32, max_size=32)
BYTES_64 = st.binary(min_size=64, max_size=64)
ADDRESSES = (
    st.builds(Id, BYTES_32.map(AccountId))
    | st.builds(Index, st.integers(0, 2**32 - 1))
    | st.builds(Raw, st.binary(max_size=70))
    | st.builds(Address32, BYTES_32)
    | st.builds(Address20, st.binary(min_size=20, max_size=20))
)
SIGNATURES = (
    st.builds(Ed25519, BYTES_64) | st.builds(Sr25519, BYTES_64) | st.builds(Ecdsa, st.binary(min_size=65, max_size=65))
)


def signed_vectors() -> list[dict[str, Any]]:
    return [vector for name in SIGNED_FILES for vector in load(f"extrinsics/{name}.json")["vectors"]]


def test_every_known_payload_is_what_the_signer_signs() -> None:
    for vector in signed_vectors():
        call, extra, additional = (unhex(vector[name]) for name in ("call", "extra", "additional"))
        assert call + extra + additional == unhex(vector["payload"])
        assert signing_payload(call, extra, additional) == unhex(vector["signed_bytes"])


def test_every_known_signature_verifies_and_the_deterministic_ones_are_made_again() -> None:
    for vector in signed_vectors():
        signed_bytes, account = unhex(vector["signed_bytes"]), AccountId(unhex(vector["account"]))
        signature = decode(MultiSignature, unhex(vector["signature"]))
        assert verify_signature(signature, signed_bytes, account)
        assert not verify_signature(signature, signed_bytes + b"\0", account)
        pair = KeyPair.from_uri(vector["suri"], Scheme(vector["scheme"]))
        assert pair.account == account
        if vector["deterministic"]:
            assert pair.signature(signed_bytes) == signature


def test_every_known_extrinsic_is_built_hashed_and_split_as_known() -> None:
    for vector in signed_vectors():
        call, extra = unhex(vector["call"]), unhex(vector["extra"])
        address = Id(AccountId(unhex(vector["account"])))
        signature = decode(MultiSignature, unhex(vector["signature"]))
        extrinsic = encode_signed(address, signature, extra, call)
        assert with_length_prefix(extrinsic) == unhex(vector["extrinsic"])
        assert without_length_prefix(unhex(vector["extrinsic"])) == extrinsic
        assert extrinsic_hash(extrinsic) == unhex(vector["hash"])
        offset = len(extrinsic) - len(extra) - len(call)
        parts = split(extrinsic)
        assert isinstance(parts, SignedExtrinsic)
        assert parts == SignedExtrinsic(extrinsic, offset, 34, address.account)
        assert (parts.address, parts.signature) == (address, signature)


def test_the_known_kusama_extrinsic_is_taken_apart() -> None:
    vector, _ = load("extrinsics/known.json")["vectors"]
    extrinsic = without_length_prefix(unhex(vector["extrinsic"]))
    parts = split(extrinsic)
    assert isinstance(parts, SignedExtrinsic)
    assert extrinsic[0] == vector["version_byte"]
    assert parts.address == Id(AccountId(unhex(vector["address"]["Id"])))
    assert parts.signature == Ed25519(unhex(vector["signature"]["ed25519"]))
    era, offset = read_era(extrinsic, parts.offset)
    nonce, offset = read_compact(extrinsic, offset)
    tip, offset = read_compact(extrinsic, offset)
    assert era == Era(vector["era_period"], vector["era_phase"])
    assert (nonce, tip, extrinsic[offset:]) == (vector["nonce"], vector["tip"], unhex(vector["call"]))
    assert extrinsic_hash(extrinsic) == unhex(vector["hash"])


def test_the_known_payload_is_put_together() -> None:
    _, vector = load("extrinsics/known.json")["vectors"]
    extra = unhex(vector["era"]) + unhex("0xd148") + unhex("0xe2590100")  # nonce 4660 and tip 22136, compact
    additional = vector["spec_version"].to_bytes(4, "little")
    additional += unhex(vector["genesis_hash"]) + unhex(vector["block_hash"])
    assert signing_payload(unhex(vector["call"]), extra, additional) == unhex(vector["payload"])


@pytest.mark.parametrize(("length", "signed_length"), [(256, 256), (257, 32)])
def test_a_payload_is_hashed_from_257_bytes_on(length: int, signed_length: int) -> None:
    assert len(signing_payload(bytes(length - 2), b"\0", b"\0")) == signed_length


@given(ADDRESSES, SIGNATURES, st.binary(max_size=20), st.binary(max_size=20))
def test_split_undoes_encode_for_every_address_and_signature(
    address: MultiAddress, signature: MultiSignature, extra: bytes, call: bytes
) -> None:
    extrinsic = encode_signed(address, signature, extra, call)
    parts = split(extrinsic)
    signer = address.account if isinstance(address, Id) else None
    assert isinstance(parts, SignedExtrinsic)
    assert (parts.offset, parts.signer) == (len(extrinsic) - len(extra + call), signer)
    assert (parts.address, parts.signature) == (address, signature)
    assert extrinsic[parts.offset :] == extra + call


@given(ADDRESSES, SIGNATURES, st.data())
def test_a_signed_extrinsic_that_is_cut_off_is_a_decode_error(
    address: MultiAddress, signature: MultiSignature, data: st.DataObject
) -> None:
    extrinsic = encode_signed(address, signature, b"", b"")
    length = data.draw(st.integers(0, len(extrinsic) - 1))
    with pytest.raises(DecodeError):
        split(extrinsic[:length])


@given(st.binary(max_size=120) | st.binary(max_size=120).map(lambda data: b"\x84" + data))
def test_random_bytes_are_an_extrinsic_or_a_decode_error(data: bytes) -> None:
    for read in (split, without_length_prefix):
        try:
            read(data)
        except DecodeError:
            continue


@given(st.binary(max_size=200))
def test_lengths_come_off_as_they_went_on(data: bytes) -> None:
    assert without_length_prefix(with_length_prefix(data)) == data


def test_bare_and_general_extrinsics_say_where_their_call_begins() -> None:
    assert encode_bare(b"call") == b"\x04call"
    assert split(b"\x04call") == BareExtrinsic(b"\x04call", 1)
    assert split(b"\x05call") == BareExtrinsic(b"\x05call", 1)
    assert encode_general(b"extra", b"call") == b"\x45\x00extracall"
    assert split(b"\x45\x07extracall") == GeneralExtrinsic(b"\x45\x07extracall", 7, 2)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Extrinsic at byte 0: it is empty"),
        (b"\x45", "Extrinsic at byte 1: the extension version is missing"),
        (b"\x85call", "Extrinsic at byte 0: 0x85 is none of the known forms 0x04, 0x05, 0x45, 0x84"),
        (b"\x44call", "Extrinsic at byte 0: 0x44 is none of the known forms 0x04, 0x05, 0x45, 0x84"),
        (b"\xc4call", "Extrinsic at byte 0: 0xc4 is none of the known forms 0x04, 0x05, 0x45, 0x84"),
    ],
)
def test_a_refusal_says_what_and_where(data: bytes, message: str) -> None:
    with pytest.raises(DecodeError) as refusal:
        split(data)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Compact at byte 0: needs 1 bytes, 0 left"),
        (b"\x08a", "Extrinsic at byte 0: the length says 2 bytes, 1 follow"),
        (b"\x04ab", "Extrinsic at byte 0: the length says 1 bytes, 2 follow"),
        (b"\x01\x00", "Compact at byte 0: 0 is not in its shortest form"),
    ],
)
def test_a_length_that_is_not_that_of_the_rest_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(DecodeError) as refusal:
        without_length_prefix(data)
    assert str(refusal.value) == message


def test_an_extrinsic_of_a_development_account_verifies() -> None:
    alice = development.pair("Alice")
    payload = signing_payload(b"call", b"extra", b"additional")
    parts = split(encode_signed(Id(alice.account), alice.signature(payload), b"extra", b"call"))
    assert isinstance(parts, SignedExtrinsic)
    assert parts.data[parts.offset :] == b"extracall"
    assert verify_signature(parts.signature, payload, alice.account)
