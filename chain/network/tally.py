"""What the votes of one round amount to (finality_grandpa::round).

    ghost        the highest block for which two thirds prevoted, or for what stands on it
    estimate     the highest block, up to the ghost, that two thirds may yet precommit
    completable  nothing above the estimate can be precommitted any more: the next round may begin
    finalized    the highest block, up to the ghost, that two thirds have precommitted

Who votes for two blocks counts for every block; as long as less than a third do, no two blocks on different forks are
ever finalized (Stewart and Kokoris-Kogia 2020).
"""

from __future__ import annotations

from collections.abc import Iterator

from chain.network.tree import HeaderTree
from chain.network.vote import SignedVote, Stage, VoterSet
from chain.primitives import BlockNumber, Hash
from chain.record import record


@record
class Equivocation:
    """Two votes of one voter in one stage of a round."""

    first: SignedVote
    second: SignedVote


class Ballot:
    """The votes of one stage.

    A vote for a block that is not in the tree counts once it is, or at once where its voter voted twice.
    """

    def __init__(self, tree: HeaderTree) -> None:
        self._tree = tree
        self.first: dict[bytes, SignedVote] = {}
        """Each voter's first vote."""
        self.second: dict[bytes, SignedVote] = {}
        """The other vote of those who voted twice."""

    def __len__(self) -> int:
        """How many votes count."""
        return sum(voter in self.second or vote.target_hash in self._tree for voter, vote in self.first.items())

    def __iter__(self) -> Iterator[SignedVote]:
        """All votes, second ones after first ones."""
        yield from self.first.values()
        yield from self.second.values()

    def add(self, vote: SignedVote) -> bool:
        """Count a vote; whether that changes anything."""
        known = self.first.get(vote.voter)
        if known is None:
            self.first[vote.voter] = vote
            return True
        if known.target_hash == vote.target_hash or vote.voter in self.second:
            return False
        self.second[vote.voter] = vote
        return True

    def weights(self, floor: BlockNumber) -> dict[Hash, int]:
        """How many voted once, for each block from the number `floor` on or for what stands on it."""
        targets: dict[Hash, int] = {}
        for voter, vote in self.first.items():
            if voter not in self.second and vote.target_hash in self._tree:
                targets[vote.target_hash] = targets.get(vote.target_hash, 0) + 1
        weights: dict[Hash, int] = {}
        for target, count in targets.items():
            for header in self._tree.up_to_root(target, floor):
                weights[header.hash] = weights.get(header.hash, 0) + count
        return weights


@record
class Outcome:
    """What the votes amount to; see the module."""

    ghost: Hash | None = None
    estimate: Hash | None = None
    is_completable: bool = False
    finalized: Hash | None = None


class Tally:
    """The votes of one round.

    floor: the number of a block that was final before the round, below which nothing is counted
    """

    def __init__(self, voters: VoterSet, tree: HeaderTree, floor: BlockNumber) -> None:
        self.ballots = {stage: Ballot(tree) for stage in Stage}
        self._voters = voters
        self._tree = tree
        self._floor = floor
        self._outcome: Outcome | None = None

    def add(self, vote: SignedVote) -> bool:
        """Count a vote of a voter; whether that changes anything."""
        is_new = self.ballots[vote.stage].add(vote)
        if is_new:
            self._outcome = None
        return is_new

    def on_block(self) -> None:
        """The tree has grown."""
        self._outcome = None

    def missing(self) -> list[Hash]:
        """Blocks that were voted for and are not in the tree."""
        votes = (vote for ballot in self.ballots.values() for vote in ballot)
        return [vote.target_hash for vote in votes if vote.target_hash not in self._tree]

    def equivocations(self) -> list[Equivocation]:
        """Who voted twice, prevotes first."""
        return [
            Equivocation(ballot.first[voter], second)
            for ballot in self.ballots.values()
            for voter, second in ballot.second.items()
        ]

    @property
    def outcome(self) -> Outcome:
        """What the votes amount to now."""
        if self._outcome is None:
            self._outcome = self._worked_out()
        return self._outcome

    def _worked_out(self) -> Outcome:
        prevotes, precommits = self.ballots[Stage.PREVOTE], self.ballots[Stage.PRECOMMIT]
        ghost = self._ghost(prevotes)
        if ghost is None:
            return Outcome()
        weights = precommits.weights(self._floor)
        below = [header.hash for header in self._tree.up_to_root(ghost, self._floor)]
        double, threshold = len(precommits.second), self._voters.threshold
        finalized = next((each for each in below if weights.get(each, 0) + double >= threshold), None)
        if len(precommits) < threshold:  # anything may still be precommitted
            return Outcome(ghost, ghost, False, finalized)
        estimate = next((each for each in below if self._is_possible(weights.get(each, 0), precommits)), None)
        if estimate is None:
            return Outcome(ghost, None, False, finalized)
        is_completable = estimate != ghost or not any(
            self._is_possible(weight, precommits)
            for block, weight in weights.items()
            if block != self._tree.root and self._tree[block].parent_hash == ghost
        )
        return Outcome(ghost, estimate, is_completable, finalized)

    def _ghost(self, prevotes: Ballot) -> Hash | None:
        if len(prevotes) < self._voters.threshold:
            return None
        needed = self._voters.threshold - len(prevotes.second)
        enough = [block for block, weight in prevotes.weights(self._floor).items() if weight >= needed]
        return min(enough, key=lambda block: (-self._tree.number(block), block), default=None)

    def _is_possible(self, weight: int, precommits: Ballot) -> bool:
        """Whether a supermajority may yet precommit a block that so many, who voted once, have precommitted."""
        in_favour = weight + len(precommits.second)
        against = len(precommits) - in_favour
        to_come = len(self._voters.voters) - len(precommits)
        may_vote_again = min(against, max(0, self._voters.faulty - len(precommits.second)))
        return in_favour + to_come + may_vote_again >= self._voters.threshold
