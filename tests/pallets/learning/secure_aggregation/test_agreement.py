from __future__ import annotations

import pytest

from pallets.learning.secure_aggregation.agreement import (
    CHANNEL_PURPOSE,
    MASK_PURPOSE,
    agree,
    derive,
    new_pair,
    pair_of,
    seed_commitment,
)
from pallets.learning.secure_aggregation.refusals import MalformedMessage
from tests.pallets.learning.secure_aggregation.rounds import seeded

# RFC 7748, section 6.1: Alice's and Bob's private and public keys, and what they share
ALICE = (
    "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
    "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
)
BOB = (
    "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
    "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
)
SHARED = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
ROSTER = bytes(32)


def clamped(secret: bytes) -> int:
    scalar = bytearray(secret)
    scalar[0] &= 248
    scalar[31] = scalar[31] & 127 | 64
    return int.from_bytes(scalar, "little")


def test_both_sides_agree_and_each_purpose_and_roster_has_its_own_key() -> None:
    one, other = new_pair(seeded(1)), new_pair(seeded(2))
    keys = set()
    for roster in (ROSTER, b"\x01" * 32):
        for purpose in (MASK_PURPOSE, CHANNEL_PURPOSE):
            key = agree(one, other.public, roster, purpose)
            assert key == agree(other, one.public, roster, purpose)
            assert len(key) == 32
            keys.add(key)
    assert len(keys) == 4


def test_keys_follow_from_the_agreement_of_the_rfc() -> None:
    alice, bob = (pair_of(clamped(bytes.fromhex(secret))) for secret, _ in (ALICE, BOB))
    assert (alice.public.hex(), bob.public.hex()) == (ALICE[1], BOB[1])
    expected = derive(bytes.fromhex(SHARED + ALICE[1] + BOB[1]), ROSTER, MASK_PURPOSE)
    assert agree(alice, bob.public, ROSTER, MASK_PURPOSE) == expected


def test_a_pair_comes_back_from_its_secret() -> None:
    pair = new_pair(seeded(3))
    assert pair_of(pair.secret) == pair
    assert str(pair.secret) not in repr(pair)


def test_scalars_outside_the_field_are_drawn_again() -> None:
    drawn = iter([b"\xff" * 32, b"\x08" + bytes(31)])
    assert new_pair(lambda _: next(drawn)).secret == 8 + (64 << 248)


def test_a_public_key_of_another_size_is_refused() -> None:
    with pytest.raises(MalformedMessage, match="a public key of 31 bytes"):
        agree(new_pair(seeded(1)), bytes(31), ROSTER, MASK_PURPOSE)


def test_commitments_and_keys_depend_on_every_argument() -> None:
    assert len({seed_commitment(1, 1), seed_commitment(2, 1), seed_commitment(1, 2)}) == 3
    assert len({derive(b"a", ROSTER, MASK_PURPOSE), derive(b"b", ROSTER, MASK_PURPOSE)}) == 2
