"""Keys are found by type and public key, and made where the runtime asks."""

from __future__ import annotations

import pytest

from chain.crypto import development
from chain.crypto.keys import KeyPair
from chain.crypto.secret_uri import SecretUriError, parse
from chain.crypto.signatures import Scheme
from chain.offchain.keystore import KeystoreError, MemoryKeystore
from chain.runtime_api import KeyKind

AURA = KeyKind(b"aura", Scheme.SR25519)
GRANDPA = KeyKind(b"gran", Scheme.ED25519)


def test_the_seed_of_a_key_that_is_made_is_a_secret() -> None:
    keystore = MemoryKeystore(lambda: bytes(range(100, 132)))
    keystore.generate(KeyKind(b"test", Scheme.SR25519, 32), None)
    assert keystore.secrets.scrubbed(f"made from {bytes(range(100, 132)).hex()}") == "made from (redacted)"


def test_a_key_is_made_of_a_secret_uri_or_of_randomness() -> None:
    store = MemoryKeystore(new_seed=lambda: bytes(32))
    alice = store.generate(GRANDPA, "//Alice")
    assert alice == development.pair("Alice", Scheme.ED25519).public
    assert store.get(b"gran", alice) == development.pair("Alice", Scheme.ED25519)
    made = store.generate(AURA, None)
    assert (store.has(b"aura", made), store.has(b"gran", made), len(store)) == (True, False, 2)
    with pytest.raises(SecretUriError):
        store.generate(AURA, "no such words")


def test_the_scheme_of_a_key_is_that_of_its_public_key() -> None:
    store = MemoryKeystore()
    for scheme in Scheme:
        public = development.pair("Bob", scheme).public
        store.insert(b"test", "//Bob", public)
        assert store.get(b"test", public) == development.pair("Bob", scheme)


def test_a_secret_of_another_key_is_refused_without_being_shown() -> None:
    store, public = MemoryKeystore(), development.pair("Bob").public
    with pytest.raises(KeystoreError, match=f"the secret is not that of the public key 0x{public.hex()}"):
        store.insert(b"test", "//Alice", public)
    with pytest.raises(KeystoreError):
        store.insert(b"test", "no such words", public)
    assert len(store) == 0


def test_keys_are_told_by_purpose_and_scheme_in_order() -> None:
    store = MemoryKeystore()
    pairs = [KeyPair.from_uri(f"//{name}", Scheme.SR25519) for name in ("Alice", "Bob", "Charlie")]
    for pair in pairs:
        store.keep(b"demo", pair)
    store.keep(b"demo", KeyPair.from_uri("//Alice", Scheme.ED25519))
    store.keep(b"else", pairs[0])
    assert store.public_keys(b"demo", Scheme.SR25519) == sorted(pair.public for pair in pairs)
    assert store.public_keys(b"demo", Scheme.ECDSA) == []
    assert store.get(b"demo", pairs[1].public) == pairs[1]


def test_what_was_inserted_is_known_as_a_secret_and_a_name_of_development_is_not() -> None:
    store = MemoryKeystore()
    phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
    store.insert(b"demo", f"{phrase}//hard", KeyPair.from_uri(f"{phrase}//hard").public)
    store.insert(b"demo", "//Alice", KeyPair.from_uri("//Alice").public)
    assert store.secrets.scrubbed(f"{phrase}//hard, {phrase} and //Alice") == "(redacted), (redacted) and //Alice"
    pair, seed = KeyPair.from_uri(f"{phrase}//hard"), parse(phrase).seed()
    assert store.secrets.scrubbed(f"{pair.secret.hex()} of {seed.hex()}") == "(redacted) of (redacted)"
    store.insert(b"demo", f"0x{seed.hex()}///opensesame", KeyPair.from_uri(f"0x{seed.hex()}///opensesame").public)
    assert store.secrets.scrubbed("it is opensesame") == "it is (redacted)"
    assert repr(store) == "MemoryKeystore(3 keys)"
