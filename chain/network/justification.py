"""What proves to anybody who knows the voters that a block is final (sp_consensus_grandpa::GrandpaJustification)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from chain.block import Header
from chain.network.tree import HeaderTree
from chain.network.vote import SignedVote, Stage, VoterSet
from chain.primitives import U64, BlockNumber, Bytes32, Bytes64, Hash
from chain.record import record
from chain.scale import Codec, codec_of


class JustificationRefused(ValueError):
    """The votes do not prove that the block is final."""


@record
class SignedPrecommit:
    """A precommit and who signed it."""

    target_hash: Hash
    target_number: BlockNumber
    signature: Bytes64
    voter: Bytes32

    def vote(self, round_number: int) -> SignedVote:
        """The vote that it is, in a round."""
        return SignedVote(
            Stage.PRECOMMIT, round_number, self.target_hash, self.target_number, self.voter, self.signature
        )


@record
class Commit:
    """Precommits for a block and for others on it."""

    target_hash: Hash
    target_number: BlockNumber
    precommits: tuple[SignedPrecommit, ...]


@record
class Justification:
    """A commit, and the headers between its block and those that were voted for."""

    round: U64
    commit: Commit
    votes_ancestries: tuple[Header, ...]

    @classmethod
    def decode(cls, data: bytes) -> Justification:
        """The justification that the whole of `data` encodes; raises DecodeError."""
        return _codec().decode(data)

    @property
    def encoded(self) -> bytes:
        """The SCALE bytes."""
        return _codec().encode(self)

    def verify(self, voters: VoterSet) -> None:
        """Raises JustificationRefused: a vote is not a voter's, or fewer than a supermajority are for the block.

        Who voted twice counts for every block: at most as many as may be faulty do so.
        """
        parents = {header.hash: header.parent_hash for header in self.votes_ancestries}
        targets: dict[bytes, set[Hash]] = {}
        in_favour: set[bytes] = set()
        for precommit in self.commit.precommits:
            if not precommit.vote(self.round).is_good(voters):
                raise JustificationRefused(f"the precommit of 0x{precommit.voter.hex()} is not one of a voter")
            targets.setdefault(precommit.voter, set()).add(precommit.target_hash)
            if self._is_for_target(precommit.target_hash, parents):
                in_favour.add(precommit.voter)
        in_favour |= {voter for voter, voted in targets.items() if len(voted) > 1}
        if len(in_favour) < voters.threshold:
            raise JustificationRefused(
                f"{len(in_favour)} of {len(voters.voters)} voters are for block {self.commit.target_number}; "
                f"{voters.threshold} are needed"
            )

    def _is_for_target(self, voted: Hash, parents: dict[Hash, Hash]) -> bool:
        at: Hash | None = voted
        for _ in range(len(parents) + 1):
            if at == self.commit.target_hash:
                return True
            at = parents.get(at) if at is not None else None
        return False


def justification_of(
    tree: HeaderTree, round_number: int, target: Hash, precommits: Iterable[SignedVote]
) -> Justification:
    """The justification of a block by these votes, as far as they matter for it, in the order of the voters."""
    by_voter: dict[bytes, list[SignedVote]] = {}
    for vote in precommits:
        by_voter.setdefault(vote.voter, []).append(vote)
    chosen = list[SignedVote]()
    for voter in sorted(by_voter):
        votes = by_voter[voter]
        good = [vote for vote in votes if vote.target_hash in tree and tree.is_on(vote.target_hash, target)]
        chosen += good[:1] if good else votes if len(votes) > 1 else []
    number = tree.number(target)
    between = {
        header.hash: header
        for vote in chosen
        if vote.target_hash in tree and tree.is_on(vote.target_hash, target)
        for header in tree.up_to_root(vote.target_hash, number + 1)
    }
    signed = (SignedPrecommit(vote.target_hash, vote.target_number, vote.signature, vote.voter) for vote in chosen)
    ancestries = sorted(between.values(), key=lambda header: (header.number, header.hash))
    return Justification(round_number, Commit(target, number, tuple(signed)), tuple(ancestries))


@cache
def _codec() -> Codec[Justification]:
    return codec_of(Justification)
