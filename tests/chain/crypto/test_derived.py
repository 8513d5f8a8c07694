"""chain.crypto.derived against accounts that others derived."""

from __future__ import annotations

from typing import Any

import pytest

from chain.crypto import derived, development, ss58
from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId
from tests.vectors import load, unhex


def account_of(vector: dict[str, Any]) -> AccountId:
    if vector["op"] == "multisig":
        signatories = [AccountId(unhex(signatory)) for signatory in vector["signatories"]]
        return derived.multisig(signatories[::-1], vector["threshold"])
    if vector["op"] == "derivative":
        return derived.derivative(AccountId(unhex(vector["account_of"])), vector["index"])
    assert vector["op"] == "evm_to_account"
    return derived.evm_account(unhex(vector["evm"]))


@pytest.mark.parametrize("vector", load("ss58/derived_accounts.json")["vectors"], ids=lambda vector: vector["op"])
def test_every_derived_account_equals_the_known_one(vector: dict[str, Any]) -> None:
    assert account_of(vector) == unhex(vector["account"])


def test_the_treasury_account_has_its_known_address() -> None:
    treasury = derived.pallet_account(b"py/trsry")
    assert ss58.encode(treasury, 2) == "F3opxRbN5ZbjJNU511Kj2TLuzFcDq9BGduA9TgiECafpg29"


def test_accounts_of_one_pallet_differ_by_what_tells_them_apart() -> None:
    assert derived.pallet_account(b"py/trsry", b"\x01") == b"modlpy/trsry\x01".ljust(32, b"\0")
    assert len(derived.pallet_account(b"py/trsry", bytes(range(50)))) == 32


def test_what_cannot_be_derived_from_is_refused() -> None:
    alice = development.account("Alice")
    with pytest.raises(ValueError, match="65536 does not fit 16 bits"):
        derived.derivative(alice, 65536)
    with pytest.raises(ValueError, match="-1 does not fit 16 bits"):
        derived.multisig([alice], -1)
    with pytest.raises(ValueError, match="a pallet id has 8 bytes, not 5"):
        derived.pallet_account(b"trsry")
    with pytest.raises(ValueError, match="an Ethereum address has 20 bytes, not 32"):
        derived.evm_account(alice)


def test_a_pure_proxy_s_account_is_the_hash_of_who_made_it_when_and_as_what() -> None:
    alice = development.account("Alice")
    # domain ‖ account ‖ u32 block ‖ u32 extrinsic ‖ kind ‖ u16 index (pallet_proxy::pure_account)
    parts = b"modlpy/proxy____" + alice + bytes.fromhex("07000000 0b000000 02 0100")
    made = derived.pure_proxy(alice, 7, 11, b"\2", 1)
    assert made == blake2_256(parts)
    others = [(8, 11, b"\2", 1), (7, 12, b"\2", 1), (7, 11, b"\0", 1), (7, 11, b"\2", 0)]
    assert made not in {derived.pure_proxy(alice, *other) for other in others}
    with pytest.raises(ValueError, match="65536 does not fit 16 bits"):
        derived.pure_proxy(alice, 7, 11, b"\2", 65536)
