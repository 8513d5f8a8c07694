"""A vote on finality, signed as GRANDPA signs it (finality_grandpa, sp_consensus_grandpa).

signed = stage u8 ‖ target hash ‖ target number u32 ‖ round u64 ‖ set u64         Ed25519
"""

from __future__ import annotations

from enum import IntEnum

from chain.crypto import ed25519
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.primitives import BlockNumber, Hash
from chain.record import record


class Stage(IntEnum):
    """Which votes of a round they are; the values are the variants of finality_grandpa::Message."""

    PREVOTE = 0
    PRECOMMIT = 1


@record
class VoterSet:
    """Who votes, each with a weight of one; the number counts the changes of the set."""

    voters: tuple[bytes, ...]
    number: int = 0

    @property
    def faulty(self) -> int:
        """How many may be faulty: less than a third."""
        return (len(self.voters) - 1) // 3

    @property
    def threshold(self) -> int:
        """How many make a supermajority."""
        return len(self.voters) - self.faulty


@record
class SignedVote:
    """For a block and what it stands on."""

    stage: Stage
    round: int
    target_hash: Hash
    target_number: BlockNumber
    voter: bytes
    signature: bytes

    def is_good(self, voters: VoterSet) -> bool:
        """Whether a voter of the set signed it."""
        if self.voter not in voters.voters:
            return False
        message = vote_payload(self.stage, self.target_hash, self.target_number, self.round, voters.number)
        return ed25519.verify(self.signature, message, self.voter)


def vote_payload(stage: Stage, target_hash: Hash, target_number: BlockNumber, round_number: int, set_id: int) -> bytes:
    """What a voter signs (sp_consensus_grandpa::localized_payload)."""
    vote = bytes((stage,)) + target_hash + target_number.to_bytes(4, "little")
    return vote + round_number.to_bytes(8, "little") + set_id.to_bytes(8, "little")


def signed_vote(
    key: KeyPair, stage: Stage, round_number: int, target_hash: Hash, target_number: BlockNumber, set_id: int
) -> SignedVote:
    """A vote by the key, which is an Ed25519 one; raises ValueError for another."""
    if key.scheme is not Scheme.ED25519:
        raise ValueError(f"votes are signed by Ed25519 keys, not {key.scheme}")
    signature = key.sign(vote_payload(stage, target_hash, target_number, round_number, set_id))
    return SignedVote(stage, round_number, target_hash, target_number, key.public, signature)
