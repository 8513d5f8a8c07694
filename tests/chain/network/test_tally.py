"""What votes amount to, by example; four voters, of whom one may be faulty."""

import pytest

from chain.block import Header
from chain.network.tally import Outcome, Tally
from chain.network.tree import HeaderTree
from chain.network.vote import SignedVote, Stage, VoterSet
from chain.primitives import Hash
from tests.chain.network.headers import grown, root

VOTERS = VoterSet(tuple(bytes((index,)) for index in range(4)))


class Round:
    """A tally over two forks: main has blocks 1 to 4, side stands on block 1."""

    def __init__(self) -> None:
        self.tree = HeaderTree(root())
        self.main = grown(self.tree, root(), 4)
        self.side = grown(self.tree, self.main[0], 2, b"side")
        self.tally = Tally(VOTERS, self.tree, 0)

    def vote(self, stage: Stage, *targets: Header | None) -> None:
        """Let the voters vote in order, those with None not."""
        for index, target in enumerate(targets):
            if target is not None:
                self.tally.add(SignedVote(stage, 1, target.hash, target.number, bytes((index,)), b""))

    def prevote(self, *targets: Header | None) -> None:
        self.vote(Stage.PREVOTE, *targets)

    def precommit(self, *targets: Header | None) -> None:
        self.vote(Stage.PRECOMMIT, *targets)

    @property
    def outcome(self) -> Outcome:
        return self.tally.outcome


@pytest.fixture
def votes() -> Round:
    return Round()


def number(votes: Round, block: Hash | None) -> int | None:
    return None if block is None else votes.tree.number(block)


def test_the_ghost_is_what_two_thirds_prevoted_or_stand_on(votes: Round) -> None:
    votes.prevote(votes.main[3], votes.main[2])
    assert votes.outcome.ghost is None
    votes.prevote(None, None, votes.main[1])
    assert votes.outcome.ghost == votes.main[1].hash
    votes.prevote(None, None, None, votes.main[3])
    assert votes.outcome.ghost == votes.main[2].hash


def test_votes_for_two_forks_meet_where_these_part(votes: Round) -> None:
    votes.prevote(votes.main[3], votes.main[3], votes.side[1], votes.side[0])
    assert votes.outcome.ghost == votes.main[0].hash


def test_a_round_is_over_when_all_that_matter_have_precommitted_the_ghost(votes: Round) -> None:
    votes.prevote(*[votes.main[3]] * 3)
    votes.precommit(*[votes.main[3]] * 2)
    assert votes.outcome == Outcome(votes.main[3].hash, votes.main[3].hash, False, None)
    votes.precommit(None, None, votes.main[3])
    assert votes.outcome == Outcome(votes.main[3].hash, votes.main[3].hash, True, votes.main[3].hash)


def test_what_cannot_be_precommitted_any_more_lowers_the_estimate(votes: Round) -> None:
    votes.prevote(*[votes.main[3]] * 4)
    votes.precommit(votes.main[3], votes.main[1], votes.main[1])
    # block 4 may yet have three: the fourth voter, and one who votes twice; nothing above it may
    assert (number(votes, votes.outcome.estimate), votes.outcome.is_completable) == (4, True)
    assert number(votes, votes.outcome.finalized) == 2
    votes.precommit(None, None, None, votes.main[1])
    assert (number(votes, votes.outcome.estimate), votes.outcome.is_completable) == (2, True)


def test_a_round_goes_on_while_something_above_the_ghost_may_be_precommitted(votes: Round) -> None:
    votes.prevote(*[votes.main[1]] * 3)
    votes.precommit(votes.main[1], votes.main[2], votes.main[2])
    assert (number(votes, votes.outcome.estimate), votes.outcome.is_completable) == (2, False)
    votes.precommit(None, None, None, votes.main[1])
    assert votes.outcome.is_completable is False  # one of those below may yet be found to vote twice
    votes.tally.add(SignedVote(Stage.PRECOMMIT, 1, votes.side[0].hash, 2, b"\3", b""))
    assert votes.outcome.is_completable is False  # it counts for block 3, too: that has its two thirds


def test_who_votes_twice_counts_for_both_forks_once_and_is_known(votes: Round) -> None:
    votes.prevote(votes.main[3], votes.main[3], None, votes.side[1])
    assert votes.outcome.ghost == votes.main[0].hash
    votes.prevote(None, None, None, votes.main[3])
    assert votes.outcome.ghost == votes.main[3].hash
    votes.prevote(None, None, None, votes.main[2])  # a third vote adds nothing
    assert len(votes.tally.ballots[Stage.PREVOTE]) == 3
    (found,) = votes.tally.equivocations()
    assert (found.first.target_hash, found.second.target_hash) == (votes.side[1].hash, votes.main[3].hash)


def test_a_vote_for_an_unknown_block_counts_once_that_is_known_or_its_voter_votes_again(votes: Round) -> None:
    other = HeaderTree(root())
    unknown = grown(other, root(), 2, b"unknown")
    votes.prevote(votes.main[3], votes.main[3], unknown[1])
    assert (votes.outcome.ghost, votes.tally.missing()) == (None, [unknown[1].hash])
    votes.prevote(None, None, votes.side[0])
    assert votes.outcome.ghost == votes.main[3].hash
    votes.prevote(None, None, None, unknown[0])
    assert len(votes.tally.ballots[Stage.PREVOTE]) == 3
    votes.tree.add(unknown[0])
    votes.tally.on_block()
    assert (len(votes.tally.ballots[Stage.PREVOTE]), votes.tally.missing()) == (4, [unknown[1].hash])


def test_a_vote_counts_once(votes: Round) -> None:
    vote = SignedVote(Stage.PREVOTE, 1, votes.main[0].hash, 1, b"\0", b"")
    assert votes.tally.add(vote)
    assert not votes.tally.add(vote)
    assert votes.tally.equivocations() == []
