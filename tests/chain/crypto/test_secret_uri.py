"""chain.crypto.secret_uri: the shape of secret URIs and their junctions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.crypto.hashing import blake2_256
from chain.crypto.keys import KeyPair
from chain.crypto.mnemonic import DEVELOPMENT_PHRASE
from chain.crypto.secret_uri import Junction, SecretUri, SecretUriError, junction, parse
from chain.crypto.signatures import Scheme

SHAPE = "the path of a secret URI is /soft and //hard junctions, none empty, then perhaps ///password"


def padded(encoded: bytes) -> bytes:
    return encoded.ljust(32, b"\0")


def test_a_uri_is_taken_apart_into_phrase_junctions_and_password() -> None:
    assert parse("some words//hard/soft//42///pass///word") == SecretUri(
        "some words",
        (
            Junction(padded(b"\x10hard"), is_hard=True),
            Junction(padded(b"\x10soft"), is_hard=False),
            Junction(padded(bytes([42])), is_hard=True),
        ),
        "pass///word",
    )


@pytest.mark.parametrize("uri", ["", "///", "//Alice", "///pass"])
def test_a_missing_phrase_is_the_development_phrase(uri: str) -> None:
    assert parse(uri).phrase == DEVELOPMENT_PHRASE


@pytest.mark.parametrize(
    ("code", "chain_code"),
    [
        ("0", bytes(32)),
        ("1", padded(b"\x01")),
        ("007", padded(b"\x07")),
        ("0" * 5000 + "7", padded(b"\x07")),
        ("+7", padded(b"\x07")),
        ("-7", padded(b"\x08-7")),
        ("٧", padded(b"\x08\xd9\xa7")),  # a digit, but not of Rust's u64
        (str(2**64 - 1), padded(b"\xff" * 8)),
        (str(2**64), padded(b"\x50" + str(2**64).encode())),
        ("x" * 31, b"\x7c" + b"x" * 31),
        ("x" * 32, blake2_256(b"\x80" + b"x" * 32)),
        ("x" * 64, blake2_256(b"\x01\x01" + b"x" * 64)),
        ("1" * 5000, blake2_256(b"\x21\x4e" + b"1" * 5000)),
    ],
    ids=lambda part: part[:8] if isinstance(part, str) else "",
)
def test_a_junction_is_a_number_or_a_string_of_32_bytes(code: str, chain_code: bytes) -> None:
    assert junction(code, is_hard=True) == Junction(chain_code, is_hard=True)


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("//", SHAPE),
        ("//Alice/", SHAPE),
        ("//Alice//", SHAPE),
        ("some-words//Alice", "the phrase of a secret URI has letters, digits and spaces only"),
        ("//\ud800", "a secret URI is Unicode text; this one has half of a surrogate pair"),
        ("///\ud800", "a secret URI is Unicode text; this one has half of a surrogate pair"),
        ("Alice", "a phrase has 12, 15, 18, 21 or 24 words, not 1"),
        ("0x1234", "a seed in a secret URI is 0x and 64 hex digits"),
        ("0x" + "1 " * 32, "a seed in a secret URI is 0x and 64 hex digits"),
        ("secret " * 12, "the checksum of the phrase does not fit: a word is wrong or out of order"),
    ],
)
def test_a_refusal_says_what_is_wrong(uri: str, message: str) -> None:
    with pytest.raises(SecretUriError) as refusal:
        KeyPair.from_uri(uri)
    assert str(refusal.value) == message


@given(st.text(max_size=40) | st.text(alphabet="/a0x \n", max_size=12), st.sampled_from(Scheme))
def test_a_text_names_a_key_or_is_a_secret_uri_error(uri: str, scheme: Scheme) -> None:
    try:
        pair = KeyPair.from_uri(uri, scheme)
    except SecretUriError:
        return
    assert pair == KeyPair.from_uri(uri, scheme)
