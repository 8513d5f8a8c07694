"""chain.crypto.hashing against the hashes and storage keys that others computed."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.crypto import hashing
from chain.crypto.hashing import Hasher, twox_128
from tests.vectors import files_of, load, unhex

FUNCTIONS = {
    "blake2_128": hashing.blake2_128,
    "blake2_256": hashing.blake2_256,
    "blake2_512": hashing.blake2_512,
    "blake2_128_concat": hashing.blake2_128_concat,
    "twox64": hashing.twox_64,
    "twox64_concat": hashing.twox_64_concat,
    "twox128": hashing.twox_128,
    "twox256": hashing.twox_256,
    "keccak256": hashing.keccak_256,
    "sha2_256": hashing.sha2_256,
    "identity": hashing.identity,
}

HASHERS = {
    "Blake2_128": Hasher.BLAKE2_128,
    "Blake2_256": Hasher.BLAKE2_256,
    "Blake2_128Concat": Hasher.BLAKE2_128_CONCAT,
    "Twox128": Hasher.TWOX_128,
    "Twox256": Hasher.TWOX_256,
    "Twox64Concat": Hasher.TWOX_64_CONCAT,
    "Identity": Hasher.IDENTITY,
}


@pytest.mark.parametrize("name", files_of("hashing"))
def test_every_hash_equals_the_known_digest(name: str) -> None:
    for vector in load(name)["vectors"]:
        assert FUNCTIONS[vector["alg"]](unhex(vector["input"])) == unhex(vector["output"]), vector


@pytest.mark.parametrize("name", files_of("storage_keys"))
def test_every_storage_key_equals_the_known_key(name: str) -> None:
    for vector in load(name)["vectors"]:
        assert storage_key(vector) == unhex(vector["key"]), vector


def storage_key(vector: dict[str, Any]) -> bytes:
    """twox128(prefix) ‖ twox128(item) ‖ hasher(key)…, or a raw well-known key."""
    if "raw" in vector:
        return str(vector["raw"]).encode()
    parts = [twox_128(vector["prefix"].encode()), twox_128(vector["item"].encode())]
    for hasher, key in zip(vector["hashers"], vector["keys"], strict=True):
        parts.append(HASHERS[hasher].hash(unhex(key)))
    return b"".join(parts)


def test_hashers_are_numbered_as_in_metadata() -> None:
    assert [hasher.name for hasher in sorted(Hasher)] == [
        "BLAKE2_128",
        "BLAKE2_256",
        "BLAKE2_128_CONCAT",
        "TWOX_128",
        "TWOX_256",
        "TWOX_64_CONCAT",
        "IDENTITY",
    ]


@given(st.binary(max_size=300), st.sampled_from(Hasher))
def test_a_reversible_hasher_ends_in_the_key_and_others_have_their_length(key: bytes, hasher: Hasher) -> None:
    hashed = hasher.hash(key)
    if hasher.reversible:
        assert hashed[hasher.digest_length :] == key
    else:
        assert len(hashed) == hasher.digest_length


def test_importing_hashing_loads_no_signature_library_and_no_keccak() -> None:
    program = (
        "import sys, chain.crypto.hashing;"
        "print([m for m in ('sr25519', 'ed25519_zebra', 'coincurve', 'mnemonic', 'Crypto') if m in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
