"""The calls of the Disputes pallet: claims, challenges, and the moves of a dispute."""

from __future__ import annotations

from typing import Annotated

from chain.primitives import AccountId, BlockNumber, Hash, MaxLen
from pallets.disputes.bonds import hold_bond
from pallets.disputes.course import (
    advance,
    commit_trace,
    decide,
    is_due,
    open_claim,
    open_dispute,
    show_nodes,
    stand_up,
)
from pallets.disputes.errors import (
    AlreadyDisputed,
    AlreadyLost,
    Awaited,
    NotComputable,
    NotParty,
    OwnClaim,
    PathBroken,
    SameResult,
    StakeTooSmall,
    TooEarly,
    TooLate,
    WrongStage,
    WrongStep,
)
from pallets.disputes.events import Challenged, Executed
from pallets.disputes.steps import ComputationRefused, StepRefused, Steps
from pallets.disputes.storage import DisputeStorage
from pallets.disputes.trace import leaf_of, root_from
from pallets.disputes.types import (
    MAX_STATE,
    MAX_WITNESS,
    ClaimId,
    Computation,
    Dispute,
    Nodes,
    Pair,
    Path,
    Reason,
    Side,
    Stage,
)
from pallets.frame.call import call
from pallets.frame.error import ensure
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.weight import REF_TIME_PER_SECOND, db
from pallets.ml_registry.artifact import Artifact

HASHES = REF_TIME_PER_SECOND // 10_000
"""A tenth of a millisecond: sixty hashes of 64 bytes, and some."""

STEP = REF_TIME_PER_SECOND // 200
"""Five milliseconds: what a step of any kind of computation must stay below; `computations` says what each does."""


class DisputeCalls(DisputeStorage):
    """The pallet's calls over its storage."""

    @call(0, weight=db(reads=4, writes=5))
    def claim(self, origin: Origin, computation: Computation, result: Artifact | None, window: BlockNumber) -> None:
        """Say what a computation results in; it stands unless it is challenged within so many blocks.

        The bond is on hold until the claim is concluded.
        """
        who = ensure_signed(origin)
        _end_of(self.computed(computation), result)
        hold_bond(self, who, self.config.bond)
        open_claim(self, computation, result, window, holder=who)

    @call(1, weight=db(reads=8, writes=5, ref_time=HASHES))
    def challenge(self, origin: Origin, claim: ClaimId, result: Artifact | None) -> None:
        """Say that a claim's result is another one; the bond is on hold until the dispute, or the claim, is over."""
        who, found = ensure_signed(origin), self.claim_of(claim)
        ensure(not self.disputes.contains_key(claim), AlreadyDisputed)
        ensure(not is_due(self, claim), TooLate)
        ensure(who != found.holder and who not in found.defenders, OwnClaim)
        ensure(who not in found.losers, AlreadyLost)
        ensure(self.config.stakes.active(who) >= self.config.minimum_stake, StakeTooSmall)
        steps = self.steps_of(claim)
        ends = Pair(_end_of(steps, result), _end_of(steps, found.result))
        ensure(ends.challenger != ends.defender, SameResult)
        hold_bond(self, who, found.bond)
        self.deposit_event(Challenged(claim, who, result))
        open_dispute(self, claim, who, result, ends)

    @call(2, weight=db(reads=6, writes=5, ref_time=HASHES))
    def commit(self, origin: Origin, claim: ClaimId, root: Hash, path: Path) -> None:
        """Commit the trace of the level that is argued about.

        path: of its last leaf, which is what the caller's side says that this part of the computation ends in
        """
        who = ensure_signed(origin)
        dispute = self._running(claim)
        if dispute.defender is None and who != dispute.challenger:
            found = self.claim_of(claim)
            ensure(who in found.defenders, NotParty)
            ensure(dispute.stage is Stage.COMMIT, WrongStage)
            dispute = stand_up(self, claim, found, dispute, who)
        commit_trace(self, claim, dispute, _side_of(dispute, who), root, path)

    @call(3, weight=db(reads=3, writes=2, ref_time=HASHES))
    def descend(self, origin: Origin, claim: ClaimId, nodes: Nodes) -> None:
        """Show the nodes below the one that the sides disagree about."""
        who = ensure_signed(origin)
        dispute = self._running(claim)
        show_nodes(self, claim, dispute, _side_of(dispute, who), nodes)

    @call(4, weight=db(reads=12, writes=10, ref_time=HASHES + STEP))
    def prove(
        self,
        origin: Origin,
        claim: ClaimId,
        state: Annotated[bytes, MaxLen(MAX_STATE)],
        path: Path,
        witness: Annotated[bytes, MaxLen(MAX_WITNESS)],
    ) -> None:
        """Have the chain execute the one step that is left; anybody may.

        state: before the step, as both sides agree; path: of its leaf below the node that they agree about
        witness: what the step reads
        """
        ensure_signed(origin)
        dispute = self._running(claim)
        ensure(dispute.stage is Stage.PROVE, WrongStage)
        ensure(len(path) == dispute.anchor_height, PathBroken)
        before = root_from(leaf_of(state), (1 << dispute.anchor_height) - 1, path)
        ensure(before == dispute.anchor, PathBroken)
        try:
            after = leaf_of(self.steps_of(claim).step(state, witness, (*dispute.above, dispute.place)))
        except StepRefused:
            raise WrongStep from None
        self.deposit_event(Executed(claim, after))
        winner = next((side for side in Side if dispute.nodes.of(side) == after), None)
        decide(self, claim, dispute, winner, Reason.NEITHER if winner is None else Reason.PROVED)

    @call(5, weight=db(reads=12, writes=12))
    def conclude(self, origin: Origin, claim: ClaimId) -> None:
        """End what is past its deadline: a dispute in which a side is silent, or the claim; anybody may."""
        ensure_signed(origin)
        ensure(not self.claim_of(claim).awaited, Awaited)
        ensure(is_due(self, claim), TooEarly)
        advance(self, claim)

    # Parts

    def _running(self, claim: ClaimId) -> Dispute:
        dispute = self.dispute_of(claim)
        ensure(self.block_number() < dispute.deadline, TooLate)
        return dispute


def _end_of(steps: Steps, result: Artifact | None) -> Hash:
    try:
        return leaf_of(steps.end(result))
    except ComputationRefused:
        raise NotComputable from None


def _side_of(dispute: Dispute, who: AccountId) -> Side:
    if who == dispute.challenger:
        return Side.CHALLENGER
    ensure(who == dispute.defender, NotParty)
    return Side.DEFENDER
