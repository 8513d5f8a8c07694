"""Blobs open with their key alone, and shredded custodies never again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.content.memory import MemoryStore
from chain.content.store import ContentUnreachable
from chain.crypto.hashing import blake2_256
from chain.offchain.secrecy import SECRET_STORAGE
from chain.primitives import AccountId, Hash
from chain.scale import codec_of
from pallets.data_registry import Format
from pallets.data_registry.custody import (
    BlobRefused,
    Custody,
    Keeper,
    OpenCustody,
    commitment_to,
    custody_in,
    decrypt,
    encrypt,
)
from pallets.data_registry.operator import NAMES_KEY, Offer, Steward, steward_of
from pallets.ml_registry.artifact import publish
from tests.pallets.federated_round.fake_node import FakeNode

KEY, NONCE, COMMITMENT = b"k" * 32, b"n" * 12, Hash(b"c" * 32)
OFFER = Offer(b"ward 3", b"age 34, pulse 61", COMMITMENT, b"CC0-1.0", b"SE")


def node() -> FakeNode:
    return FakeNode(AccountId(b"\x01" * 32), None, MemoryStore())


def test_the_blob_is_chacha20_poly1305_as_its_standard_has_it() -> None:
    # RFC 8439, section 2.8.2
    key = bytes(range(0x80, 0xA0))
    nonce = bytes.fromhex("070000004041424344454647")
    associated = Hash(bytes.fromhex("50515253c0c1c2c3c4c5c6c7"))
    text = (
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
        b"sunscreen would be it."
    )
    blob = encrypt(text, key, nonce, associated)
    assert blob[:12] == nonce
    assert blob[12:28] == bytes.fromhex("d31a8d34648e60db7b86afbc53ef7ec2")
    assert blob[-16:] == bytes.fromhex("1ae10b594f09e26a7e902ecbd0600691")


@given(st.binary(max_size=300))
def test_a_blob_opens_to_its_data(data: bytes) -> None:
    assert decrypt(encrypt(data, KEY, NONCE, COMMITMENT), KEY, COMMITMENT) == data


@given(st.integers(0, 43), st.integers(1, 255))
def test_a_changed_blob_does_not_open(place: int, change: int) -> None:
    blob = bytearray(encrypt(b"age 34, pulse 61", KEY, NONCE, COMMITMENT))
    blob[place] ^= change
    with pytest.raises(BlobRefused):
        decrypt(bytes(blob), KEY, COMMITMENT)


def test_a_blob_opens_neither_with_another_key_nor_for_another_commitment() -> None:
    blob = encrypt(b"age 34", KEY, NONCE, COMMITMENT)
    for key, commitment in ((b"x" * 32, COMMITMENT), (KEY, Hash(b"x" * 32))):
        with pytest.raises(BlobRefused):
            decrypt(blob, key, commitment)
    with pytest.raises(BlobRefused):
        decrypt(b"", KEY, COMMITMENT)


def test_what_is_taken_in_is_encrypted_committed_to_and_found_again() -> None:
    lent = node()
    custody, salt = Keeper(lent).take_in(OFFER), Keeper(lent).salt(b"ward 3")
    assert salt is not None
    assert custody.commitment == commitment_to(OFFER.data, salt) == blake2_256(salt + OFFER.data)
    assert Keeper(lent).find(b"ward 3") == custody
    assert Keeper(lent).data_of(b"ward 3") == OFFER.data
    assert OFFER.data not in lent.content.get(custody.artifact.cid.decode())
    assert Keeper(lent).names() == (b"ward 3",)


def test_two_takings_share_neither_key_nor_salt() -> None:
    lent = node()
    keeper = Keeper(lent)
    first, second = (keeper.take_in(offer) for offer in (OFFER, Offer(b"ward 4", *_rest())))
    secrets = [read(name) for name in (b"ward 3", b"ward 4") for read in (keeper.key, keeper.salt)]
    assert len(set(secrets)) == 4
    assert None not in secrets
    assert first.artifact != second.artifact


def _rest() -> tuple[bytes, Hash, bytes, bytes]:
    return OFFER.data, OFFER.schema, OFFER.licence, OFFER.jurisdiction


def test_readings_that_checkers_must_see_are_not_encrypted() -> None:
    lent = node()
    offer = Offer(b"air", *_rest(), format=Format.PEBBLE_JSON, device=Hash(bytes(32)))
    custody = Keeper(lent).take_in(offer)
    assert not custody.is_encrypted
    assert Keeper(lent).key(b"air") is None
    assert lent.content.get(custody.artifact.cid.decode()) == offer.data
    assert Keeper(lent).data_of(b"air") == offer.data


def test_a_shredded_custody_leaves_no_key_no_salt_and_no_blob() -> None:
    lent = node()
    keeper = Keeper(lent)
    custody, key, salt = keeper.take_in(OFFER), keeper.key(b"ward 3"), keeper.salt(b"ward 3")
    assert key is not None
    assert salt is not None
    assert all(place.startswith(SECRET_STORAGE) for place, value in lent.local.items() if key in value or salt in value)
    keeper.shred(b"ward 3", [lent.content])
    assert (keeper.find(b"ward 3"), keeper.key(b"ward 3"), keeper.salt(b"ward 3")) == (None, None, None)
    assert keeper.is_shredded(b"ward 3")
    assert not any(secret in value for value in lent.local.values() for secret in (key, salt))
    assert not lent.content.has(custody.artifact.cid.decode())
    keeper.shred(b"ward 3", [lent.content])  # again: nothing


@pytest.mark.parametrize("key", [KEY, None], ids=["encrypted", "open"])
def test_key_and_salt_of_a_custody_that_had_them_within_get_their_own_entries(key: bytes | None) -> None:
    lent, salt = node(), b"s" * 32
    artifact = publish(lent, b"blob")
    before = OpenCustody(artifact, COMMITMENT, key, salt, 7)
    lent.local_set(b"data_registry/custody/ward 3", codec_of(OpenCustody).encode(before))
    lent.local_set(NAMES_KEY, codec_of(tuple[bytes, ...]).encode((b"ward 3",)))
    keeper = Keeper(lent)
    expected = Custody(artifact, COMMITMENT, key is not None, 7)
    assert list(keeper.all()) == [(b"ward 3", expected)]
    assert keeper.find(b"ward 3") == custody_in(lent.local_get, b"ward 3") == expected
    assert (keeper.key(b"ward 3"), keeper.salt(b"ward 3")) == (key, salt)
    assert all(place.startswith(SECRET_STORAGE) for place, value in lent.local.items() if salt in value)


def test_nothing_is_shredded_while_a_store_cannot_delete() -> None:
    class Away:
        def delete(self, cid: str) -> bool:
            raise ContentUnreachable(cid, "away")

    lent = node()
    keeper = Keeper(lent)
    keeper.take_in(OFFER)
    with pytest.raises(ContentUnreachable):
        keeper.shred(b"ward 3", [Away()])
    assert keeper.data_of(b"ward 3") == OFFER.data


def test_instructions_are_found_alone_or_among_others() -> None:
    steward = Steward(checks=True)
    assert steward_of(steward) is steward
    assert steward_of((object(), steward)) is steward
    assert steward_of(None) is None
    assert OFFER.data.decode() not in repr(Steward(offers=(OFFER,)))
