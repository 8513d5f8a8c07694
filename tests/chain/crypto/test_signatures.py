"""chain.crypto.signatures: known verdicts, ZIP-215 acceptance, refusal of everything malformed."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.crypto import development
from chain.crypto.hashing import blake2_256
from chain.crypto.signatures import (
    Ecdsa,
    Ed25519,
    MultiSignature,
    Scheme,
    Sr25519,
    account_of,
    verify,
    verify_signature,
)
from chain.primitives import AccountId
from tests.vectors import load, unhex

VARIANTS = {Scheme.ED25519: Ed25519, Scheme.SR25519: Sr25519, Scheme.ECDSA: Ecdsa}
FIELD_PRIME = 2**255 - 19


@pytest.mark.parametrize("vector", load("signatures/known.json")["vectors"], ids=lambda vector: vector["why"])
def test_every_verdict_equals_the_known_one(vector: dict[str, Any]) -> None:
    scheme, public = Scheme(vector["scheme"]), unhex(vector["public"])
    signature, message = unhex(vector["signature"]), unhex(vector["message"])
    account = account_of(scheme, public)
    assert account == unhex(vector.get("account_id", "0x" + account.hex()))
    assert verify(scheme, signature, message, public) is vector["valid"]
    assert verify_signature(VARIANTS[scheme](signature), message, account) is vector["valid"]


def test_variants_have_the_indices_of_sp_runtime() -> None:
    assert MultiSignature.variants == {0: Ed25519, 1: Sr25519, 2: Ecdsa}


def low_order_points() -> list[bytes]:
    """All 14 encodings of the 8 points of low order, the 6 non-canonical ones included (ZIP-215's test set)."""
    y_of_order_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
    ys = [0, 1, FIELD_PRIME - 1, y_of_order_8, FIELD_PRIME - y_of_order_8, FIELD_PRIME, FIELD_PRIME + 1]
    return [(y | sign << 255).to_bytes(32, "little") for y, sign in product(ys, (0, 1))]


@pytest.mark.parametrize("message", [b"Zcash", b""])
def test_ed25519_accepts_every_signature_that_zip_215_accepts(message: bytes) -> None:
    for public, commitment in product(low_order_points(), repeat=2):
        assert verify(Scheme.ED25519, commitment + bytes(32), message, public)


def test_ed25519_refuses_a_scalar_that_is_not_reduced() -> None:
    pair = development.pair("Alice", Scheme.ED25519)
    signature = pair.sign(b"message")
    order = 2**252 + 27742317777372353535851937790883648493
    raised = int.from_bytes(signature[32:], "little") + order
    assert not verify(Scheme.ED25519, signature[:32] + raised.to_bytes(32, "little"), b"message", pair.public)


@pytest.mark.parametrize("scheme", list(Scheme))
def test_wrong_lengths_are_a_refusal_not_an_error(scheme: Scheme) -> None:
    pair = development.pair("Alice", scheme)
    signature = pair.sign(b"message")
    for broken in (b"", signature[:-1], signature + b"\0"):
        assert not verify(scheme, broken, b"message", pair.public)
        assert not verify_signature(VARIANTS[scheme](broken), b"message", pair.account)
    for broken in (b"", pair.public[:-1], pair.public + b"\0"):
        assert not verify(scheme, signature, b"message", broken)
    for broken in (b"", pair.account[:-1], pair.account + b"\0"):
        assert not verify_signature(VARIANTS[scheme](signature), b"message", AccountId(broken))


@given(st.binary(max_size=70), st.binary(max_size=8), st.binary(max_size=40), st.sampled_from(Scheme))
def test_random_bytes_are_a_refusal_not_an_error(
    signature: bytes, message: bytes, public: bytes, scheme: Scheme
) -> None:
    assert not verify(scheme, signature, message, public)
    assert not verify_signature(VARIANTS[scheme](signature), message, AccountId(public))


@given(st.binary(min_size=65, max_size=65), st.integers(0, 255))
def test_any_65_bytes_name_at_most_one_ecdsa_key(signature: bytes, recovery_id: int) -> None:
    damaged = signature[:64] + bytes([recovery_id])
    assert not verify(Scheme.ECDSA, damaged, b"message", development.pair("Alice", Scheme.ECDSA).public)
    assert not verify_signature(Ecdsa(damaged), b"message", development.account("Alice", Scheme.ECDSA))


def test_ethereum_recovery_ids_count_in_accounts_but_not_in_bare_verification() -> None:
    pair = development.pair("Alice", Scheme.ECDSA)
    signature = pair.sign(b"message")
    ethereum = signature[:64] + bytes([signature[64] + 27])
    assert verify_signature(Ecdsa(ethereum), b"message", pair.account)
    assert not verify(Scheme.ECDSA, ethereum, b"message", pair.public)


def test_an_ecdsa_account_is_the_hash_of_its_key() -> None:
    pair = development.pair("Alice", Scheme.ECDSA)
    assert len(pair.public) == 33
    assert pair.account == blake2_256(pair.public)
