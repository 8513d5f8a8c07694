"""Disputes: results that were computed elsewhere, and stand unless somebody shows the one step that is wrong.

A claim says what a computation of deterministic steps results in. Within its window a staked account may challenge it
with another result and a bond. Both sides commit the states that their computations went through; the chain has them
show, level by level, where these part, and executes the one step that is left from a state that both agree about. The
loser pays. Who is late loses, too. What a step is, each kind of computation says for itself.

On chain, in reading order: `trace` (states under one hash), `types` (records), `steps` (what a computation must be),
`config` (what the runtime supplies), `errors`, `events`, `storage`, `bonds`, `course` (what moves lead to), `calls`,
`pallet` (hooks). The kinds of computation that there are: `computations`.
Off chain: `replay` (the states of a computation, made again), `operator` (what an operator asks of its node),
`worker` (plays the moves of the node's account).

    self.disputes = Disputes(self, disputes.Config(currency=…, stakes=…, kinds=LearningKinds(), …), index=32)
    claim = self.config.disputes.open(computation, result, defenders, window)     another pallet's result
    verdict = self.config.disputes.advance(claim)                                 each block, until there is one
"""

from pallets.disputes.operator import Disputant
from pallets.disputes.pallet import Config, Disputes, Error, Event
from pallets.disputes.storage import HoldReason
from pallets.disputes.types import (
    Claim,
    ClaimId,
    Computation,
    Dispute,
    Pair,
    Reason,
    Side,
    Stage,
    Verdict,
)

__all__ = [
    "Claim",
    "ClaimId",
    "Computation",
    "Config",
    "Disputant",
    "Dispute",
    "Disputes",
    "Error",
    "Event",
    "HoldReason",
    "Pair",
    "Reason",
    "Side",
    "Stage",
    "Verdict",
]
