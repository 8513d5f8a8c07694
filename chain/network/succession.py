"""Who votes now: the first voters, until a final block hands over to others, and so on (sp_consensus_grandpa).

A block announces the next voters and after how many blocks they follow. Those of now finalize up to that block, and
no further; its justification is kept, for it proves to whoever is behind who the next ones are. Where the voters have
stopped, a change may be forced: the next ones begin with a block that is the best one, final or not, and no proof of
it is needed. As in Substrate, that is safe only if those before have really stopped and no fork is left of that age.
Simplified against it: every voter weighs the same.
"""

from __future__ import annotations

from collections.abc import Callable

from chain.crypto.keys import KeyPair
from chain.network.authority_change import Handover, handover_after, takeover_after
from chain.network.justification import Justification, JustificationRefused
from chain.network.messages import Votes
from chain.network.tally import Equivocation
from chain.network.tree import HeaderTree
from chain.network.vote import VoterSet
from chain.network.voter import FinalChain, Voter
from chain.node.timer import Timer
from chain.primitives import Hash


class Succession:
    """The voters of a chain one set after the other; votes with those to whom its key belongs.

    voters: the first ones; the others are as for `Voter`
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
    ) -> None:
        self._key, self._tree, self._chain = key, tree, chain
        self._timer, self._broadcast, self._gossip_ms = timer, broadcast, gossip_ms
        self._first_number = voters.number
        self._handovers: list[Justification | None] = []  # None where the next voters took over by force
        self._past_equivocations: list[Equivocation] = []
        self.voter = self._voter_of(voters, tree.root, tree.root)

    def start(self) -> None:
        """Begin, or go on where it stopped."""
        self.voter.start()

    def stop(self) -> None:
        """Do nothing any more until it is started."""
        self.voter.stop()

    @property
    def equivocations(self) -> list[Equivocation]:
        """Who voted twice, in the sets that were and the one that is."""
        return [*self._past_equivocations, *self.voter.equivocations.values()]

    def on_block(self) -> None:
        """The tree has grown."""
        self.voter.on_block()
        while True:
            best, ended = self._chain.best_hash, self.voter
            takeover = takeover_after(self._tree, ended.since, best, ended.voters)
            if takeover is None:
                return
            self._hand_over(takeover, None, ended.final, self._tree.at(best, takeover.last))

    def hear(self, message: Votes) -> tuple[list[Hash], Votes | None]:
        """Take in what somebody says: the unknown blocks that it is about, and what to answer.

        Who is behind is answered with the proof that its voters have ended; who is ahead is heard later.
        """
        if message.set_number != self.voter.voters.number:
            return [], self._handover_of(message.set_number)
        missing = self.voter.hear(message.votes)
        is_same = message.set_number == self.voter.voters.number  # the votes may have ended this set
        if message.justification is not None and is_same:
            try:
                promised = self.voter.hear_justification(message.justification)
            except JustificationRefused:
                promised = None
            if promised is not None:
                missing.append(promised)
        return missing, None

    def _handover_of(self, set_number: int) -> Votes | None:
        place = set_number - self._first_number
        proof = self._handovers[place] if 0 <= place < len(self._handovers) else None
        return None if proof is None else Votes((), proof, set_number)

    def _voter_of(self, voters: VoterSet, base: Hash, since: Hash) -> Voter:
        key = self._key if self._key is not None and self._key.public in voters.voters else None
        return Voter(key, voters, self._tree, self, self._timer, self._broadcast, self._gossip_ms, base, since)

    def _hand_over(self, handover: Handover, proof: Justification | None, base: Hash, since: Hash) -> None:
        self.voter.stop()
        self._handovers.append(proof)
        self._past_equivocations += self.voter.equivocations.values()
        self.voter = self._voter_of(handover.successors, base, since)
        self.voter.start()

    # What the voters ask for

    @property
    def best_hash(self) -> Hash:
        """The best block."""
        return self._chain.best_hash

    def finalize(self, justification: Justification) -> None:
        """Settle on the justification's block, and hand over where the present voters end with it."""
        self._chain.finalize(justification)
        final = justification.commit.target_hash
        handover = handover_after(self._tree, self.voter.since, final, self.voter.voters)
        if handover is not None and handover.last == justification.commit.target_number:
            self._hand_over(handover, justification, final, final)
