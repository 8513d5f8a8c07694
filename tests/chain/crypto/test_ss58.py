"""chain.crypto.ss58 against addresses that others made, and against texts that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.crypto import ss58
from chain.crypto.ss58 import AddressError
from tests.vectors import load, unhex

ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
PREFIXES = st.integers(0, ss58.MAX_PREFIX).filter(lambda prefix: prefix not in ss58.RESERVED_PREFIXES)
PAYLOADS = st.sampled_from(sorted(ss58.PAYLOAD_LENGTHS)).flatmap(lambda n: st.binary(min_size=n, max_size=n))


def test_every_known_address_reads_and_writes_as_known() -> None:
    for vector in load("ss58/addresses.json")["vectors"]:
        payload = unhex(vector["payload"])
        assert ss58.decode(vector["address"]) == (vector["prefix"], payload), vector
        assert ss58.encode(payload, vector["prefix"]) == vector["address"], vector


@pytest.mark.parametrize("vector", load("ss58/invalid.json")["vectors"], ids=lambda vector: vector["why"])
def test_every_known_invalid_address_is_refused(vector: dict[str, str]) -> None:
    with pytest.raises(AddressError):
        ss58.decode(vector["address"])


def test_keys_of_the_other_vectors_have_the_known_addresses() -> None:
    for vector in load("keys/suri.json")["vectors"]:
        if vector["scheme"] in ("sr25519", "ed25519"):
            assert ss58.encode(unhex(vector["public"]), vector["ss58_prefix"]) == vector["address"]
            assert ss58.account_of(vector["address"]) == unhex(vector["public"])


@given(PREFIXES, PAYLOADS)
def test_decode_undoes_encode(prefix: int, payload: bytes) -> None:
    assert ss58.decode(ss58.encode(payload, prefix)) == (prefix, payload)


@given(st.text(alphabet=ss58._ALPHABET, max_size=55) | st.text(max_size=10))
def test_a_text_is_an_address_or_an_address_error(text: str) -> None:
    try:
        prefix, payload = ss58.decode(text)
    except AddressError:
        return
    assert ss58.encode(payload, prefix) == text


@given(st.integers(0, 47), st.sampled_from(ss58._ALPHABET))
def test_one_mistyped_character_is_noticed(position: int, character: str) -> None:
    mistyped = ALICE[:position] + character + ALICE[position + 1 :]
    if mistyped != ALICE:
        with pytest.raises(AddressError):
            ss58.decode(mistyped)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "an address has at least 3 bytes, this one 0"),
        ("5" * 52, "an address has at most 51 characters, this one 52"),
        ("5Grw0", "'0' at position 4 is not a base58 character"),
        (ALICE[:-1] + "Z", "the checksum does not fit: the address is mistyped"),
        (ss58._to_base58(b"\x80" + bytes(34)), "an address begins with a byte below 128, this one with 128"),
        (ss58._to_base58(b"\x40\x00" + bytes(34)), "the prefix 0 is written in two bytes, it has one"),
        (ss58._to_base58(b"\x2e" + bytes(34)), "the prefix 46 is reserved"),
        (ss58._to_base58(bytes(8)), "no payload fits an address of 8 bytes"),
    ],
)
def test_a_refusal_says_what_is_wrong(address: str, message: str) -> None:
    with pytest.raises(AddressError) as refusal:
        ss58.decode(address)
    assert str(refusal.value) == message


def test_payloads_and_prefixes_without_an_address_are_refused() -> None:
    with pytest.raises(AddressError, match="an address holds 1, 2, 4, 8, 32 or 33 bytes, not 20"):
        ss58.encode(bytes(20))
    for prefix in (-1, 46, 47, 2**14):
        with pytest.raises(AddressError, match=f"{prefix} is no address prefix"):
            ss58.encode(bytes(32), prefix)
    with pytest.raises(AddressError, match="the address holds 1 bytes, an account has 32"):
        ss58.account_of("F7NZ")
