"""chain.crypto.keys against the keys that others derived from the same URIs, seeds and phrases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.crypto import development, sr25519
from chain.crypto.keys import KeyPair, SeedError
from chain.crypto.secret_uri import SecretUriError, junction, parse
from chain.crypto.signatures import Ecdsa, Ed25519, Scheme, Sr25519, verify, verify_signature
from tests.vectors import load, unhex

ALICE = "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"
SCHEMES = st.sampled_from(Scheme)
SEEDS = st.integers(1, 2**255).map(lambda number: number.to_bytes(32))  # each a seed of every scheme


def uri_vectors() -> list[dict[str, str]]:
    return [vector for vector in load("keys/suri.json")["vectors"] if vector["scheme"] in set(Scheme)]


@pytest.mark.parametrize("vector", uri_vectors(), ids=lambda vector: f"{vector['scheme']}-{vector['suri']}")
def test_a_secret_uri_names_the_known_key(vector: dict[str, str]) -> None:
    pair = KeyPair.from_uri(vector["suri"], Scheme(vector["scheme"]))
    assert pair.public == unhex(vector["public"])
    if "secret" in vector:
        assert pair.secret == unhex(vector["secret"])


@pytest.mark.parametrize("vector", load("keys/seed.json")["vectors"], ids=lambda vector: vector["scheme"])
def test_a_seed_has_the_known_key(vector: dict[str, str]) -> None:
    scheme = Scheme(vector["scheme"])
    assert KeyPair.from_seed(unhex(vector["seed"]), scheme).public == unhex(vector["public"])
    assert KeyPair.from_uri(vector["seed"], scheme).public == unhex(vector["public"])


@pytest.mark.parametrize("vector", load("keys/mnemonic.json")["vectors"], ids=lambda vector: vector["mnemonic"][:20])
def test_a_phrase_has_the_known_key(vector: dict[str, str]) -> None:
    pair = KeyPair.from_uri(f"{vector['mnemonic']}///{vector['password']}")
    assert pair == KeyPair.from_seed(unhex(vector["mini_secret"]))
    if "sr25519_public" in vector:
        assert pair.public == unhex(vector["sr25519_public"])


def test_the_development_accounts_are_the_known_ones() -> None:
    known = {vector["suri"]: vector["public"] for vector in uri_vectors() if vector["scheme"] == "sr25519"}
    for name in development.NAMES:
        assert development.account(name) == unhex(known[f"//{name}"])
        assert development.account(f"{name}//stash") == unhex(known[f"//{name}//stash"])
    assert development.pair("Alice") is development.pair("Alice")


def test_soft_children_can_be_found_from_the_public_key_alone() -> None:
    parent, step = development.pair("Alice"), junction("savings", is_hard=False)
    child = parent.derive([step])
    assert child == KeyPair.from_uri("//Alice/savings")
    assert sr25519.derive_soft_public(parent.public, step.chain_code) == child.public
    assert verify(Scheme.SR25519, child.sign(b"message"), b"message", child.public)


@pytest.mark.parametrize("scheme", [Scheme.ED25519, Scheme.ECDSA])
def test_soft_junctions_are_refused_where_the_scheme_has_none(scheme: Scheme) -> None:
    with pytest.raises(SecretUriError, match=r"a soft junction \(/\) in the path"):
        KeyPair.from_uri("//Alice/savings", scheme)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(SeedError, match=f"a seed has 32 bytes, not {length}"):
        KeyPair.from_seed(bytes(length))


@pytest.mark.parametrize("seed", [bytes(32), b"\xff" * 32], ids=["zero", "above the order"])
def test_a_seed_that_is_no_scalar_is_refused_for_ecdsa(seed: bytes) -> None:
    with pytest.raises(SeedError, match="a secp256k1 seed is a number above 0 and below the order"):
        KeyPair.from_seed(seed, Scheme.ECDSA)
    with pytest.raises(SecretUriError, match="a secp256k1 seed is a number above 0 and below the order"):
        KeyPair.from_uri("0x" + seed.hex(), Scheme.ECDSA)


@given(SEEDS, SCHEMES)
def test_nothing_printed_shows_the_secret(seed: bytes, scheme: Scheme) -> None:
    pair = KeyPair.from_seed(seed, scheme)
    for text in (repr(pair), str(pair), repr(parse("0x" + seed.hex() + "///open sesame"))):
        assert seed.hex() not in text
        assert repr(pair.secret) not in text
        assert "sesame" not in text


@given(SEEDS, SCHEMES, st.binary(max_size=300), st.integers(0, 63))
def test_what_a_pair_signs_verifies_and_nothing_else_does(
    seed: bytes, scheme: Scheme, message: bytes, flipped: int
) -> None:
    pair = KeyPair.from_seed(seed, scheme)
    signed = pair.sign(message)
    assert verify(scheme, signed, message, pair.public)
    assert not verify(scheme, signed, message + b"\0", pair.public)
    changed = bytes(byte ^ (index == flipped) for index, byte in enumerate(signed))
    assert not verify(scheme, changed, message, pair.public)
    multi = pair.signature(message)
    assert type(multi) is {"sr25519": Sr25519, "ed25519": Ed25519, "ecdsa": Ecdsa}[scheme]
    assert verify_signature(multi, message, pair.account)
    assert not verify_signature(multi, message, development.account("Alice"))


def test_alice_is_alice() -> None:
    assert development.account("Alice") == unhex(ALICE)
