"""Where disputes keep what they know, and the questions that need no more than a look at it."""

from __future__ import annotations

from enum import IntEnum

from chain.primitives import U32, BlockNumber
from pallets.disputes.config import Config
from pallets.disputes.errors import NotComputable, NotDisputed, UnknownClaim
from pallets.disputes.steps import ComputationRefused, Steps
from pallets.disputes.trace import MAX_DEPTH
from pallets.disputes.types import LEVELS_A_MOVE, Claim, ClaimId, Computation, Dispute
from pallets.frame.pallet import Pallet
from pallets.frame.storage import StorageMap, StorageValue, Twox64
from pallets.frame.traits import RuntimeHoldReason, hold_reason
from pallets.frame.view import view_function


class HoldReason(IntEnum):
    """Why funds are held."""

    BOND = 0


class DisputeStorage(Pallet[Config]):
    """The pallet's storage."""

    claims: StorageMap[Twox64[ClaimId], Claim | None]
    """Claims that are not concluded."""

    claim_count: StorageValue[ClaimId]
    """The id of the next claim."""

    computations: StorageMap[Twox64[ClaimId], Computation | None]
    """What each claim is about; apart, because it is larger than what every move rewrites."""

    disputes: StorageMap[Twox64[ClaimId], Dispute | None]
    """The disputes under way, at most one of each claim."""

    # Questions

    def claim_of(self, claim: ClaimId) -> Claim:
        """The claim; raises UnknownClaim."""
        found = self.claims.get(claim)
        if found is None:
            raise UnknownClaim
        return found

    def dispute_of(self, claim: ClaimId) -> Dispute:
        """The dispute about a claim; raises UnknownClaim or NotDisputed."""
        found = self.disputes.get(claim)
        if found is None:
            self.claim_of(claim)
            raise NotDisputed
        return found

    def steps_of(self, claim: ClaimId) -> Steps:
        """The steps of what a claim is about; raises UnknownClaim or NotComputable."""
        computation = self.computations.get(claim)
        if computation is None:
            raise UnknownClaim
        return self.computed(computation)

    def computed(self, computation: Computation) -> Steps:
        """The steps of a computation; raises NotComputable."""
        try:
            return self.config.kinds.steps_of(computation)
        except ComputationRefused:
            raise NotComputable from None

    @view_function
    def stands_until(self, claim: U32) -> BlockNumber | None:
        """The first block in which what is asked of a claim, or of its dispute, is too late; None once concluded."""
        found, dispute = self.claims.get(claim), self.disputes.get(claim)
        if found is None:
            return None
        return found.deadline if dispute is None else dispute.deadline

    @view_function
    def longest(self, window: BlockNumber) -> BlockNumber:
        """Blocks for which a claim of one level can be undecided: every window and every move taken to its end."""
        dispute = moves_of((MAX_DEPTH,)) * self.config.patience + self.config.max_extra
        return self.config.max_disputes * (window + dispute)

    @view_function
    def is_disputed(self, claim: U32) -> bool:
        """Whether somebody challenges the claim now."""
        return self.disputes.contains_key(claim)

    @property
    def reason(self) -> RuntimeHoldReason:
        """Why bonds are on hold, as the runtime names it."""
        return hold_reason(self, HoldReason.BOND)


def moves_of(depths: tuple[int, ...]) -> int:
    """Moves, each within the chain's patience, that a dispute takes at most: commits, descents, and the step."""
    return sum(1 + -(-depth // LEVELS_A_MOVE) for depth in depths) + 1
