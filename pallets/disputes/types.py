"""What claims and disputes are on chain: small records, a few hundred bytes each; never what is computed with."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Final

from chain.primitives import U8, U16, U32, U64, AccountId, Balance, BlockNumber, Hash, MaxLen
from chain.record import record
from pallets.disputes.trace import MAX_DEPTH
from pallets.ml_registry.artifact import Artifact

ClaimId = U32

MAX_INPUTS: Final = 2**14
"""Bytes that name what is computed with: CID, root and size of each of 98 artifacts take two thirds of them."""

MAX_DEFENDERS: Final = 15
"""Accounts that may stand up for a claim: the aggregators of a round."""

MAX_LOSERS: Final = 2 * 16
"""Two in each of the most disputes that a claim can have."""

MAX_LEVELS: Final = 4
"""Of a computation: trees, nodes, features, rows."""

LEVELS_A_MOVE: Final = 4
"""Levels of a trace's tree that one move goes down: sixteen hashes, 512 bytes."""

MAX_STATE: Final = 2**15
"""Bytes of a state that a step begins from."""

MAX_WITNESS: Final = 2**13
"""Bytes that a step reads: a block of a file, or some rows and cells with their paths."""

Inputs = Annotated[bytes, MaxLen(MAX_INPUTS)]
Defenders = Annotated[tuple[AccountId, ...], MaxLen(MAX_DEFENDERS)]
Path = Annotated[tuple[Hash, ...], MaxLen(MAX_DEPTH)]
Nodes = Annotated[tuple[Hash, ...], MaxLen(1 << LEVELS_A_MOVE)]
Depths = Annotated[tuple[U8, ...], MaxLen(MAX_LEVELS)]


class Side(IntEnum):
    """Who argues."""

    CHALLENGER = 0
    DEFENDER = 1

    @property
    def other(self) -> Side:
        """The opponent."""
        return Side(1 - self)


class Stage(IntEnum):
    """What a dispute waits for."""

    COMMIT = 0
    """The root of each side's trace."""
    DESCEND = 1
    """The nodes below the one that the sides disagree about."""
    PROVE = 2
    """The one step that they disagree about."""


class Reason(IntEnum):
    """Why a dispute ended as it did."""

    PROVED = 0
    """The chain executed the step, and it led where the winner said."""
    SILENT = 1
    """The loser did not move in time."""
    NEITHER = 2
    """The step led where nobody said, or nobody moved."""


@record
class Computation:
    """What is computed: its kind, and the SCALE encoding of what that kind needs to know."""

    kind: U8
    inputs: Inputs


@record
class Pair:
    """What each side says; None before it does."""

    challenger: Hash | None = None
    defender: Hash | None = None

    def of(self, side: Side) -> Hash | None:
        """What a side says."""
        return self.challenger if side is Side.CHALLENGER else self.defender

    def with_(self, side: Side, said: Hash) -> Pair:
        """With what a side says now."""
        return Pair(said, self.defender) if side is Side.CHALLENGER else Pair(self.challenger, said)


@record
class Claim:
    """A result that stands unless somebody shows otherwise.

    result: what was computed; None says that nothing can be computed of these inputs
    holder: whose bond answers for it; None while nobody of the defenders had to stand up for it
    defenders: who may, besides the holder; bond: of each side of a dispute
    deadline: the first block in which it can be challenged no more; runs anew after each dispute
    awaited: whether a pallet concludes it, which waits for the verdict
    disputes: how many it had; losers: who lost one, and can neither challenge nor defend again
    """

    result: Artifact | None
    holder: AccountId | None
    defenders: Defenders
    bond: Balance
    window: BlockNumber
    deadline: BlockNumber
    awaited: bool = False
    disputes: U8 = 0
    losers: Annotated[tuple[AccountId, ...], MaxLen(MAX_LOSERS)] = ()


@record
class Dispute:
    """A challenge of a claim, as it stands.

    defender: None until one of the claim's defenders stands up; result: what the challenger says
    depths: of the trace of each level; level: the one that is argued about
    above: places of the differing steps in the traces of the levels above
    ends: the state after what is argued about, as each side says
    anchor: a node that both sides agree about, or the start; its last leaf is the state before
    place, height: the node that the sides disagree about, counted from the left and from the leaves
    nodes: that node, or the root, as each side says; shown: the nodes below it, as the side says that moved first
    """

    challenger: AccountId
    defender: AccountId | None
    result: Artifact | None
    stage: Stage
    deadline: BlockNumber
    depths: Depths
    level: U8
    above: Annotated[tuple[U64, ...], MaxLen(MAX_LEVELS)]
    ends: Pair
    anchor: Hash
    anchor_height: U8
    place: U64
    height: U8
    nodes: Pair
    shown: Nodes
    shown_by: Side | None

    @property
    def is_last_level(self) -> bool:
        """Whether the chain can execute one of the steps that are argued about."""
        return self.level == len(self.depths) - 1


@record
class Verdict:
    """How a claim ended.

    stands: whether `result` is agreed; holder: who answered for it last; disputes: how many there were
    """

    stands: bool
    result: Artifact | None
    holder: AccountId | None
    disputes: U16
