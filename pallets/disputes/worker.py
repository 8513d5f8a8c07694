"""The offchain side of disputes: watches claims, challenges those that are wrong, and plays its account's moves.

Each block, for each claim, the worker looks at what its account has to do with it. Everything follows from the chain
and from the content store, so it can be stopped and started in any block. That it agrees with a claim it notes in its
node's storage. What it has computed it keeps for a while, because a dispute asks for the same states again and again;
what it computes from it reads all the same, for a run asks its node the same questions in whatever process it is.
"""

from __future__ import annotations

from collections import OrderedDict
from logging import getLogger
from typing import Final

from chain.content.cid import CidError
from chain.content.store import ContentError
from chain.crypto.hashing import blake2_128
from chain.primitives import BlockNumber
from chain.record import record
from chain.runtime_api import CapabilityDenied, OffchainNode, SubmissionRefused
from pallets.disputes.calls import DisputeCalls
from pallets.disputes.computations.replays import Answer, answer_to, files_of
from pallets.disputes.course import is_due
from pallets.disputes.operator import Disputant, disputant_of
from pallets.disputes.replay import Bent, Replay, next_move, side_of
from pallets.disputes.steps import ComputationRefused
from pallets.disputes.trace import leaf_of
from pallets.disputes.types import Claim, ClaimId, Computation, Dispute, Side
from pallets.frame.call import RuntimeCall, call_of
from pallets.ml_registry.artifact import Artifact, ArtifactMismatch, artifact_of, fetch

log = getLogger(__name__)

DOMAIN: Final = b"disputes"

REMEMBERED: Final = 4
"""Computations that a process keeps the states of."""

HINDRANCES = (ArtifactMismatch, CapabilityDenied, CidError, ComputationRefused, ContentError, SubmissionRefused)
"""What may keep a worker from arguing without being a bug: others' artifacts, the pool, the node's own limits."""

_answers: OrderedDict[Computation, Answer] = OrderedDict()
"""The newest answers of this process; they depend on the computations alone."""


def work(disputes: DisputeCalls, now: BlockNumber, node: OffchainNode) -> None:
    """Do what the node's account wants of every claim."""
    disputant = disputant_of(node.data)
    for number in sorted(disputes.claims.iter_keys()):
        try:
            _Concern(disputes, now, node, disputant, number).run()
        except HINDRANCES as problem:
            log.warning("claim %d: %s", number, problem)


@record
class _Concern:
    """One claim, as the worker of one account finds it."""

    disputes: DisputeCalls
    now: BlockNumber
    node: OffchainNode
    disputant: Disputant
    number: ClaimId

    def run(self) -> None:
        """Conclude, challenge, or move, whichever it is time for."""
        claim, dispute = self.disputes.claim_of(self.number), self.disputes.disputes.get(self.number)
        if is_due(self.disputes, self.number):
            if not claim.awaited and self._is_concerned(claim, dispute):
                self._submit(b"conclude", call_of(self.disputes.conclude, claim=self.number))
        elif dispute is None:
            self._watch(claim)
        else:
            self._argue(claim, dispute)

    def _is_concerned(self, claim: Claim, dispute: Dispute | None) -> bool:
        who = self.node.account
        return who == claim.holder or (dispute is not None and side_of(claim, dispute, who) is not None)

    def _watch(self, claim: Claim) -> None:
        """Challenge a result that is another one than the node's own, and publish its own."""
        who = self.node.account
        if not self.disputant.challenges or who in (claim.holder, *claim.defenders, *claim.losers):
            return
        if self.disputes.config.stakes.active(who) < self.disputes.config.minimum_stake:
            return
        agreed = DOMAIN + self.number.to_bytes(4, "little") + b"agreed"
        about = self._computation()
        told = blake2_128(bytes((about.kind,)) + about.inputs) + (claim.result.root if claim.result else b"")
        if self.node.local_get(agreed) == told:
            return
        answer = self._answer()
        own = None if answer.output is None else artifact_of(answer.output)
        if same_result(own, claim.result):
            self.node.local_set(agreed, told)
            return
        if answer.output is not None:
            self.node.content_put(answer.output)
        if self._submit(b"challenge", call_of(self.disputes.challenge, claim=self.number, result=own)):
            log.info("claim %d: its result is not what this node computes; challenged", self.number)

    def _argue(self, claim: Claim, dispute: Dispute) -> None:
        side = side_of(claim, dispute, self.node.account) if self._may_argue(dispute) else None
        replay = None if side is None else self._replay(claim, dispute, side)
        if replay is None:
            return
        move = next_move(self.disputes, self.number, self.node.account, replay)
        if move is not None:
            self._submit(b"move", move)

    def _may_argue(self, dispute: Dispute) -> bool:
        """Whether the operator lets the account stand up, where it has not put a bond on anything yet."""
        return self.disputant.defends or self.node.account in (dispute.challenger, dispute.defender)

    def _replay(self, claim: Claim, dispute: Dispute, side: Side) -> Replay | None:
        """What the account argues with: the truth, or a lie where its operator wants one; None for no argument."""
        answer = self._answer()
        said = dispute.result if side is Side.CHALLENGER else claim.result
        own = None if answer.output is None else artifact_of(answer.output)
        if same_result(own, said):
            return answer.replay
        if self.disputant.bends is None:
            log.warning("claim %d: this account said what its node does not compute; it does not argue", self.number)
            return None
        end = leaf_of(self.disputes.steps_of(self.number).end(said))
        return Bent(answer.replay, end, self.disputant.bends)

    def _computation(self) -> Computation:
        found = self.disputes.computations.get(self.number)
        if found is None:
            raise ComputationRefused("the claim is about nothing")
        return found

    def _answer(self) -> Answer:
        computation = self._computation()
        files = [fetch(self.node, file) for file in files_of(computation)]
        found = _answers.get(computation)
        if found is None:
            found = answer_to(computation, files)
            _answers[computation] = found
            if len(_answers) > REMEMBERED:
                _answers.popitem(last=False)
        return found

    def _submit(self, act: bytes, call: RuntimeCall) -> bool:
        """Submit a call, again only after a while: what the chain shows now is older than what was sent. Whether now"""
        key = DOMAIN + self.number.to_bytes(4, "little") + act
        told, before = blake2_128(call.encode()), self.node.local_get(key)
        if before is not None and before[:-4] == told:
            last = int.from_bytes(before[-4:], "little")
            if last <= self.now < last + self.disputes.config.retry_after:
                return False
        self.node.local_set(key, told + self.now.to_bytes(4, "little"))
        try:
            self.node.submit_signed(call)
        except SubmissionRefused:
            self.node.local_clear(key)
            raise
        return True


def same_result(one: Artifact | None, other: Artifact | None) -> bool:
    """Whether two results are the same bytes, wherever they are kept."""
    if one is None or other is None:
        return one is other
    return (one.root, one.size) == (other.root, other.size)
