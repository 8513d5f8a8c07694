"""Who votes on finality, round after round (Stewart and Kokoris-Kogia 2020, section 4).

A round: prevote for the best chain on the estimate of the round before; precommit the ghost of the prevotes; begin
the next round once this one is completable. No vote goes beyond the block with which the voters end. Simplified
against finality_grandpa: there is no primary, and votes have no rules besides (Substrate keeps two blocks behind the
best one).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Final, Protocol

from chain.crypto.keys import KeyPair
from chain.network.authority_change import handover_after
from chain.network.justification import Justification, JustificationRefused, justification_of
from chain.network.messages import Votes
from chain.network.tally import Equivocation, Outcome, Tally
from chain.network.tree import HeaderTree
from chain.network.vote import SignedVote, Stage, VoterSet, signed_vote
from chain.node.timer import Cancel, Timer
from chain.primitives import BlockNumber, Hash

ROUNDS_KEPT: Final = 4
"""Rounds before the current one whose votes are still counted."""

ROUNDS_AHEAD: Final = 1000
"""Votes of rounds further ahead are not counted."""


class FinalChain(Protocol):
    """What a voter needs of its node."""

    @property
    def best_hash(self) -> Hash:
        """The best block."""
        ...

    def finalize(self, justification: Justification) -> None:
        """Settle on the justification's block, which is known."""
        ...


class Voter:
    """Counts the votes of one set of voters, and votes where it has the key of one.

    gossip_ms: within which time a vote usually reaches everybody
    base: the block, final already, above which they vote; the tree's first one by default
    since: the block above which others may be announced to follow them, `base` by default
    """

    def __init__(
        self,
        key: KeyPair | None,
        voters: VoterSet,
        tree: HeaderTree,
        chain: FinalChain,
        timer: Timer,
        broadcast: Callable[[Votes], None],
        gossip_ms: int = 500,
        base: Hash | None = None,
        since: Hash | None = None,
    ) -> None:
        self.round = 0
        self.base = self.final = tree.root if base is None else base
        self.since = self.base if since is None else since
        """The newest block that is final."""
        self.justification: Justification | None = None
        """What proves that."""
        self.equivocations: dict[tuple[int, Stage, bytes], Equivocation] = {}
        """Who voted twice, by round, stage and voter."""
        self.voters = voters
        self._key, self._tree, self._chain = key, tree, chain
        self._timer, self._broadcast, self._gossip_ms = timer, broadcast, gossip_ms
        self._tallies: dict[int, Tally] = {}
        self._cast: set[tuple[int, Stage]] = set()  # never forgotten: a second vote would be an equivocation
        self._due: set[Stage] = set()
        self._final_in: list[tuple[int, BlockNumber]] = [(0, tree.number(self.base))]
        self._promised: Justification | None = None  # for a block that is not known yet
        self._round_timers: list[Cancel] = []
        self._gossip_timer: Cancel | None = None
        self._is_running = False

    # Life

    def start(self) -> None:
        """Begin, or go on where it stopped; votes that were cast stay cast."""
        self._is_running = True
        self._begin(self.round or 1)
        self._gossip()
        self._go_on()

    def stop(self) -> None:
        """Do nothing any more until it is started."""
        self._is_running = False
        self._forget_round_timers()
        if self._gossip_timer is not None:
            self._gossip_timer()

    def _gossip(self) -> None:
        self._broadcast(Votes(tuple(self._newest()), self.justification, self.voters.number))
        self._gossip_timer = self._timer.call_later(4 * self._gossip_ms, self._gossip)

    def _newest(self) -> Iterable[SignedVote]:
        """The votes of this round and of the one before, by which those who are behind find here."""
        for number in (self.round - 1, self.round):
            if number in self._tallies:
                for ballot in self._tallies[number].ballots.values():
                    yield from ballot

    def _begin(self, number: int) -> None:
        self.round = number
        self._forget_round_timers()
        self._due.clear()
        for stage, gossips in ((Stage.PREVOTE, 2), (Stage.PRECOMMIT, 4)):
            cancel = self._timer.call_later(gossips * self._gossip_ms, partial(self._on_due, stage))
            self._round_timers.append(cancel)
        for old in [each for each in self._tallies if each < number - ROUNDS_KEPT]:
            del self._tallies[old]
        self._tally(number)

    def _on_due(self, stage: Stage) -> None:
        self._due.add(stage)
        self._go_on()

    # Hearing

    def hear(self, votes: Iterable[SignedVote]) -> list[Hash]:
        """Take in votes, but for bad ones; the unknown blocks that votes so far are for."""
        is_new = False
        for vote in votes:
            if not self.round - ROUNDS_KEPT <= vote.round <= self.round + ROUNDS_AHEAD or vote.round < 1:
                continue
            if not self._is_counted(vote) and vote.is_good(self.voters):
                is_new |= self._count(vote)
        if is_new:
            self._go_on()
        return list(dict.fromkeys(each for tally in self._tallies.values() for each in tally.missing()))

    def hear_justification(self, justification: Justification) -> Hash | None:
        """Take in what proves that a block is final; the block where it is unknown. Raises JustificationRefused."""
        target, number = justification.commit.target_hash, justification.commit.target_number
        if number <= self._tree.number(self.final):
            return None
        if target not in self._tree:
            justification.verify(self.voters)
            self._promised = justification
            return target
        if number == self._tree.number(target):
            justification.verify(self.voters)
            if self._within_term(target) != target:
                raise JustificationRefused(f"the voters end before block {number}")
            self._settle(justification)
        return None

    def on_block(self) -> None:
        """The tree has grown: votes may count that waited for that."""
        for tally in self._tallies.values():
            tally.on_block()
        promised = self._promised
        if promised is not None and promised.commit.target_hash in self._tree:
            self._promised = None
            with suppress(JustificationRefused):  # good votes, for a block beyond the voters' last one
                self.hear_justification(promised)
        self._go_on()

    def _is_counted(self, vote: SignedVote) -> bool:
        tally = self._tallies.get(vote.round)
        if tally is None:
            return False
        ballot = tally.ballots[vote.stage]
        return vote == ballot.first.get(vote.voter) or vote.voter in ballot.second

    def _count(self, vote: SignedVote) -> bool:
        tally = self._tally(vote.round)
        if not tally.add(vote):
            return False
        for each in tally.equivocations():
            self.equivocations.setdefault((each.first.round, each.first.stage, each.first.voter), each)
        return True

    def _tally(self, number: int) -> Tally:
        found = self._tallies.get(number)
        if found is None:
            floor = max(final for round_number, final in self._final_in if round_number < number)
            found = self._tallies[number] = Tally(self.voters, self._tree, floor)
        return found

    # Voting

    def _go_on(self) -> None:
        """Do what the votes allow: settle, vote, begin another round."""
        while self._is_running:
            self._settle_rounds()
            if not self._is_running:  # the voters have ended with a block that is final now
                return
            completable = max((each for each in self._tallies if self._is_over(each)), default=0)
            if completable < self.round:
                self._vote()
                if not self._is_over(self.round):
                    return
                completable = self.round
            self._begin(completable + 1)

    def _is_over(self, number: int) -> bool:
        """Whether the round after it may begin; the current one only when this voter has voted."""
        if number < self.round or not self._outcome(number).is_completable:
            return False
        has_voted = self._key is None or all((number, stage) in self._cast for stage in Stage)
        return number > self.round or has_voted

    def _outcome(self, number: int) -> Outcome:
        tally = self._tallies.get(number)
        return Outcome() if tally is None else tally.outcome

    def _estimate(self) -> Hash:
        """What the round before may have finalized."""
        return self._outcome(self.round - 1).estimate or self.final

    def _vote(self) -> None:
        if self._key is None:
            return
        estimate, outcome = self._estimate(), self._outcome(self.round)
        if self._may(Stage.PREVOTE, outcome):
            best = self._chain.best_hash
            target = best if self._is_on(best, estimate) else self._tree.highest_on(estimate)
            self._cast_vote(Stage.PREVOTE, self._within_term(target))
            outcome = self._outcome(self.round)
        ghost = outcome.ghost
        has_prevoted = (self.round, Stage.PREVOTE) in self._cast
        if has_prevoted and ghost is not None and self._may(Stage.PRECOMMIT, outcome) and self._is_on(ghost, estimate):
            self._cast_vote(Stage.PRECOMMIT, ghost)

    def _may(self, stage: Stage, outcome: Outcome) -> bool:
        return (self.round, stage) not in self._cast and (stage in self._due or outcome.is_completable)

    def _is_on(self, block: Hash, ancestor: Hash) -> bool:
        return block in self._tree and self._tree.is_on(block, ancestor)

    def _within_term(self, block: Hash) -> Hash:
        """The block, or the one below it with which the voters end."""
        handover = handover_after(self._tree, self.since, block, self.voters)
        return block if handover is None else self._tree.at(block, handover.last)

    def _cast_vote(self, stage: Stage, target: Hash) -> None:
        assert self._key is not None, "only who has a key votes"
        number = self._tree.number(target)
        vote = signed_vote(self._key, stage, self.round, target, number, self.voters.number)
        self._cast.add((self.round, stage))
        self._count(vote)
        self._broadcast(Votes((vote,), set_number=self.voters.number))

    # Settling

    def _settle_rounds(self) -> None:
        for number in sorted(self._tallies):
            final = self._tallies[number].outcome.finalized
            if self._is_running and final is not None and self._tree.number(final) > self._tree.number(self.final):
                precommits = self._tallies[number].ballots[Stage.PRECOMMIT]
                self._settle(justification_of(self._tree, number, final, precommits))

    def _settle(self, justification: Justification) -> None:
        self.final, self.justification = justification.commit.target_hash, justification
        self._final_in.append((justification.round, justification.commit.target_number))
        self._chain.finalize(justification)

    def _forget_round_timers(self) -> None:
        for cancel in self._round_timers:
            cancel()
        self._round_timers.clear()
