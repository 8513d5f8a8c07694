"""What travels in a round of secure aggregation, and the roster that everything is bound to. Pure Python.

Clients bear the numbers of their places in the roster: ascending order of identities, whatever order they came in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b

from pallets.learning.secure_aggregation.refusals import (
    EquivocatingServer,
    ForgedAnnouncement,
    MalformedMessage,
    ReplayedKey,
    TooFewSurvivors,
    WeakKey,
)
from pallets.learning.secure_aggregation.shamir import PRIME, share_bytes
from pallets.learning.secure_aggregation.threshold import check_threshold

DIGEST_BYTES = 32

_CURVE_MASK = 2**255 - 1
_SMALL_ORDER = frozenset(
    {
        0,
        1,
        PRIME - 1,
        0x00B8495F16056286FDB1329CEB8D09DA6AC49FF1FAE35616AEB8413B7C7AEBE0,
        0x57119FD0DD4E22D8868E1C58C45C44045BEF839C55B1D0B1248C50A3BC959C5F,
    }
)
"""Coordinates of the points of order 1, 2, 4 and 8 on Curve25519 and its twist."""

Verify = Callable[[bytes, bytes, bytes], bool]
"""Whether an identity has signed a message: identity, message, signature."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """The public keys of a client for one round, signed by its account."""

    identity: bytes
    mask_public: bytes
    channel_public: bytes
    signature: bytes

    def signed_message(self, round_id: bytes) -> bytes:
        """What the signature is of."""
        return announcement_message(round_id, self.identity, self.mask_public, self.channel_public)


def announcement_message(round_id: bytes, identity: bytes, mask_public: bytes, channel_public: bytes) -> bytes:
    """What a client signs: one round and both keys, so that an announcement counts nowhere else."""
    return b"palletlab secure aggregation keys" + digest_of(round_id, identity, mask_public, channel_public)


@dataclass(frozen=True, slots=True)
class Roster:
    """Who takes part in a round, with which keys, and how many must survive.

    digest: what a block fixes; it covers all the rest
    """

    round_id: bytes
    threshold: int
    announcements: tuple[Announcement, ...]
    digest: bytes

    def __len__(self) -> int:
        return len(self.announcements)

    def number_of(self, identity: bytes) -> int:
        """The place of a client; raises MalformedMessage where it has none."""
        for number, announcement in enumerate(self.announcements):
            if announcement.identity == identity:
                return number
        raise MalformedMessage(f"{identity.hex()} is not in the round")


def roster_of(
    round_id: bytes,
    announcements: Iterable[Announcement],
    threshold: int,
    verify: Verify,
    used_keys: Collection[bytes] = (),
    adversaries: int = 0,
) -> Roster:
    """The roster of announcements in any order.

    used_keys: public keys of earlier rounds
    Raises TermsRefused, ForgedAnnouncement, ReplayedKey, WeakKey, or MalformedMessage for keys of a wrong size.
    """
    ordered = tuple(sorted(announcements, key=lambda announcement: announcement.identity))
    check_threshold(len(ordered), threshold, adversaries)
    seen = set(used_keys)
    for announcement in ordered:
        who = announcement.identity.hex()
        if not verify(announcement.identity, announcement.signed_message(round_id), announcement.signature):
            raise ForgedAnnouncement(f"{who} has not signed these keys for this round")
        for key in (announcement.mask_public, announcement.channel_public):
            if len(key) != DIGEST_BYTES:
                raise MalformedMessage(f"{who} announces a key of {len(key)} bytes")
            # one such key would stop every other client from dealing
            if is_weak_key(key):
                raise WeakKey(f"{who} announces key {key.hex()}, which gives everybody the same secret")
            if key in seen:
                raise ReplayedKey(f"{who} announces key {key.hex()}, which was used before")
            seen.add(key)
    if len({announcement.identity for announcement in ordered}) != len(ordered):
        raise MalformedMessage("an identity announces twice")
    return Roster(round_id, threshold, ordered, _roster_digest(round_id, threshold, ordered))


def is_weak_key(key: bytes) -> bool:
    """Whether a public key of 32 bytes gives everybody the same secret."""
    return (int.from_bytes(key, "little") & _CURVE_MASK) % PRIME in _SMALL_ORDER


def check_roster(roster: Roster, fixed: bytes) -> None:
    """Refuse a roster that is not the one whose digest the block fixed; raises EquivocatingServer."""
    if _roster_digest(roster.round_id, roster.threshold, roster.announcements) != fixed or roster.digest != fixed:
        raise EquivocatingServer("the roster is not the one that the block fixed")


def _roster_digest(round_id: bytes, threshold: int, announcements: Sequence[Announcement]) -> bytes:
    keys = (part for one in announcements for part in (one.identity, one.mask_public, one.channel_public))
    return digest_of(round_id, threshold.to_bytes(4, "little"), *keys)


@dataclass(frozen=True, slots=True)
class Dealing:
    """What a client deals: for each holder a sealed pair of shares, and for everybody what they must be.

    sealed: in order of holders, empty for the dealer itself
    key_commitments, seed_commitments: of the shares, in order of holders
    seed: commitment to the seed of the dealer's own mask
    """

    dealer: int
    sealed: tuple[bytes, ...]
    key_commitments: tuple[bytes, ...]
    seed_commitments: tuple[bytes, ...]
    seed: bytes


def share_commitment(share: int, dealer: int, holder: int, roster: bytes) -> bytes:
    """What a dealer publishes of a share; a share is a random field element, so this hides it."""
    place = dealer.to_bytes(4, "little") + holder.to_bytes(4, "little")
    return blake2b(place + share_bytes(share), key=roster, digest_size=DIGEST_BYTES, person=b"palletlab.share").digest()


class Stage(Enum):
    """What a list of members means."""

    DEALERS = b"dealers"
    """Whose shares arrived: they mask with each other."""

    SURVIVORS = b"survivors"
    """Whose masked updates arrived: they are in the sum."""


@dataclass(frozen=True, slots=True)
class Members:
    """Clients who got as far as a stage, ascending; a block fixes the digest before anybody goes on."""

    stage: Stage
    numbers: tuple[int, ...]

    def digest(self, roster: Roster) -> bytes:
        """What the block fixes."""
        return digest_of(roster.digest, self.stage.value, *(number.to_bytes(4, "little") for number in self.numbers))

    def check(self, roster: Roster, fixed: bytes, stage: Stage) -> None:
        """Refuse a list that the block has not fixed, or that is too short.

        Raises EquivocatingServer, MalformedMessage or TooFewSurvivors.
        """
        if list(self.numbers) != sorted(set(self.numbers)) or not all(0 <= one < len(roster) for one in self.numbers):
            raise MalformedMessage(f"{stage.name.lower()} {self.numbers} are not ascending numbers below {len(roster)}")
        if self.stage is not stage or self.digest(roster) != fixed:
            raise EquivocatingServer(f"the {stage.name.lower()} are not those that the block fixed")
        if len(self.numbers) < roster.threshold:
            raise TooFewSurvivors(f"{len(self.numbers)} {stage.name.lower()}, {roster.threshold} are needed")


@dataclass(frozen=True, slots=True)
class Revealed:
    """A survivor's shares: of the seed of each survivor, of the mask key of each that dropped. By dealer."""

    holder: int
    seeds: dict[int, int]
    keys: dict[int, int]


def digest_of(*parts: bytes) -> bytes:
    """BLAKE2b-256 over u32 little endian length ‖ content of each part."""
    state = blake2b(digest_size=DIGEST_BYTES, person=b"palletlab.secagg")
    for part in parts:
        state.update(len(part).to_bytes(4, "little") + part)
    return state.digest()
