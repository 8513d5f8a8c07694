"""What travels is bound to its round: digests cover all that they stand for, and parts cannot change places."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.secure_aggregation.messages import (
    DIGEST_BYTES,
    Announcement,
    Members,
    Roster,
    Stage,
    announcement_message,
    check_roster,
    digest_of,
    is_weak_key,
    roster_of,
    share_commitment,
)
from pallets.learning.secure_aggregation.refusals import EquivocatingServer, MalformedMessage
from pallets.learning.secure_aggregation.shamir import PRIME
from tests.pallets.learning.secure_aggregation.rounds import ROUND, announced, identity, verify

PARTS = st.lists(st.binary(max_size=6), max_size=4)


def roster(clients: int = 4, round_id: bytes = ROUND) -> Roster:
    return roster_of(round_id, [each for _, each in announced(clients, round_id=round_id)], 3, verify)


@given(PARTS, PARTS)
def test_other_parts_have_another_digest_however_they_are_cut(one: list[bytes], other: list[bytes]) -> None:
    assert (digest_of(*one) == digest_of(*other)) == (one == other)
    assert len(digest_of(*one)) == DIGEST_BYTES


@given(st.permutations(range(4)))
def test_a_roster_is_the_same_whatever_order_its_clients_came_in(order: list[int]) -> None:
    made = [each for _, each in announced(4)]
    found = roster_of(ROUND, [made[number] for number in order], 3, verify)
    assert found == roster()
    assert [each.identity for each in found.announcements] == sorted(identity(number) for number in range(1, 5))
    assert [found.number_of(each.identity) for each in found.announcements] == [0, 1, 2, 3]


def test_the_digest_of_a_roster_covers_its_round_its_threshold_and_every_key() -> None:
    fixed = roster()
    first, *others = fixed.announcements
    changed = (
        replace(fixed, round_id=b"another"),
        replace(fixed, threshold=4),
        replace(fixed, announcements=tuple(others)),
        replace(fixed, announcements=(replace(first, mask_public=first.channel_public), *others)),
        replace(fixed, announcements=(replace(first, channel_public=first.mask_public), *others)),
        replace(fixed, announcements=(replace(first, identity=identity(9)), *others)),
        replace(fixed, digest=bytes(32)),
    )
    check_roster(fixed, fixed.digest)
    for each in changed:
        with pytest.raises(EquivocatingServer):
            check_roster(each, fixed.digest)
    assert roster(round_id=b"another").digest != fixed.digest


def test_a_signature_is_of_both_keys_in_their_places_for_one_round() -> None:
    parts = (ROUND, identity(1), b"m" * 32, b"c" * 32)
    message = announcement_message(*parts)
    swapped = announcement_message(ROUND, identity(1), b"c" * 32, b"m" * 32)
    assert len({message, swapped, announcement_message(b"another", *parts[1:])}) == 3
    assert Announcement(*parts[1:], b"").signed_message(ROUND) == message


def test_who_is_not_in_the_round_has_no_number() -> None:
    with pytest.raises(MalformedMessage, match=f"^{identity(9).hex()} is not in the round$"):
        roster().number_of(identity(9))


@given(st.integers(0, PRIME - 1), st.integers(0, 9), st.integers(0, 9))
def test_a_commitment_is_to_a_share_its_dealer_its_holder_and_the_roster(share: int, dealer: int, holder: int) -> None:
    found = share_commitment(share, dealer, holder, b"r" * 32)
    others = {
        share_commitment((share + 1) % PRIME, dealer, holder, b"r" * 32),
        share_commitment(share, dealer + 1, holder, b"r" * 32),
        share_commitment(share, dealer, holder + 1, b"r" * 32),
        share_commitment(share, dealer, holder, b"s" * 32),
    }
    assert found not in others
    assert len(others) == 4


def test_lists_of_dealers_and_of_survivors_never_have_one_digest() -> None:
    fixed = roster()
    digests = {Members(stage, numbers).digest(fixed) for stage in Stage for numbers in ((0, 1, 2), (0, 1, 3), (0, 1))}
    assert len(digests) == 6


@pytest.mark.parametrize("twist", [0, PRIME, 2**255])
def test_a_point_of_small_order_is_weak_in_each_of_its_encodings(twist: int) -> None:
    """RFC 7748 takes a coordinate modulo the prime and drops the highest bit."""
    for coordinate in (0, 1):
        assert is_weak_key((coordinate + twist).to_bytes(32, "little"))
    assert not is_weak_key((9 + (twist if twist == 2**255 else 0)).to_bytes(32, "little"))
