"""The Disputes pallet: calls and storage from their own modules, what other pallets ask of it here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from chain.primitives import AccountId, BlockNumber
from chain.runtime_api import OffchainNode
from pallets.disputes.calls import DisputeCalls
from pallets.disputes.config import Config
from pallets.disputes.course import advance, open_claim
from pallets.disputes.errors import Error
from pallets.disputes.events import Event
from pallets.disputes.types import ClaimId, Computation, Verdict
from pallets.ml_registry.artifact import Artifact

__all__ = ["Config", "Disputes", "Error", "Event"]

PERCENT = 100


class Disputes(DisputeCalls):
    """Results that stand unless challenged; a challenge is narrowed down to one step, which the chain executes.

    Nothing happens by itself: whoever waits for a claim concludes it, so that a block without disputes costs nothing.
    """

    # For other pallets

    def open(
        self,
        computation: Computation,
        result: Artifact | None,
        defenders: tuple[AccountId, ...],
        window: BlockNumber,
    ) -> ClaimId:
        """Let a result stand for challenge that several accounts agree about; each may stand up for it with a bond.

        Raises WindowImpossible, and NotComputable where no kind of computation takes such inputs.
        """
        self.computed(computation)
        return open_claim(self, computation, result, window, holder=None, defenders=defenders, awaited=True)

    def advance(self, claim: ClaimId) -> Verdict | None:
        """Do what a passed deadline does; how the claim ended, None while it is open. Raises UnknownClaim."""
        return advance(self, claim)

    # Hooks

    def offchain_worker(self, now: BlockNumber, node: OffchainNode) -> None:
        """Watch claims, and argue, as the node's operator wants; see `worker`."""
        if not self._are_claims():
            return
        from pallets.disputes.worker import work  # a chain on which nothing is claimed never loads it

        work(self, now, node)

    def with_offchain_work(self, now: BlockNumber, operators: Sequence[Any]) -> Sequence[Any]:
        """All, where there is anything to argue about."""
        return operators if self._are_claims() else ()

    def _are_claims(self) -> bool:
        return self.claim_count.get() > 0 and any(True for _ in self.claims.iter_keys())

    def try_state(self) -> None:
        """Every bond is on hold, to the planck, and every dispute is about a claim."""
        due: Counter[AccountId] = Counter()
        for number, claim in self.claims.iter():
            assert claim is not None
            assert self.computations.contains_key(number), f"nobody knows what claim {number} is about"
            if claim.holder is not None:
                due[claim.holder] += claim.bond
        for number in self.computations.iter_keys():
            assert self.claims.contains_key(number), f"computation {number} is of no claim"
        for number, dispute in self.disputes.iter():
            assert dispute is not None
            found = self.claim_of(number)
            assert dispute.defender == found.holder, f"another account defends claim {number} than holds it"
            due[dispute.challenger] += found.bond
        for who, amount in due.items():
            held = self.config.currency.balance_on_hold(self.reason, who)
            assert held == amount, f"0x{who.hex()} has {held} on hold for bonds of {amount}"

    def integrity_test(self) -> None:
        """A lost bond is shared, and there is time for each move."""
        config = self.config
        assert config.winner_percent <= PERCENT, "the winner gets more than the bond"
        assert config.bond > 0, "a side has nothing to lose"
        assert config.patience > 0, "no move can be made in time"
        assert 0 < config.max_disputes <= 16, "the losers of all disputes do not fit"
