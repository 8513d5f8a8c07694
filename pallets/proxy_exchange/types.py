"""What an exchange of proxies leaves on chain: its plan, who takes part, and which proxy was heard by whom."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Final

from chain.primitives import U8, U32, AccountId, Balance, BlockNumber, Hash, MaxLen
from chain.record import record
from pallets.federated_round.noise import Noise
from pallets.federated_round.types import DataCommitment
from pallets.ml_registry.artifact import Artifact

ExchangeId = U32

MAX_MEMBERS: Final = 32
"""On one ring; five rounds bring something of everybody to everybody."""

MAX_ROUNDS: Final = 64
"""Of one exchange, all of which its end forgets at once."""

PATIENCE: Final = 2
"""Rounds in a row in which a member may be silent before it is taken off the ring."""

DRAW_BLOCKS: Final = 10
"""How long an exchange waits for randomness; block hashes need one block."""

WHOLE_SHARE: Final = 1 << 16
"""Of what a model wants, all that the other says."""

Ring = Annotated[tuple[AccountId, ...], MaxLen(MAX_MEMBERS)]
"""Members in the order in which a seed puts them."""


class Phase(IntEnum):
    """Where an exchange stands."""

    JOIN = 0
    PUSH = 1
    ACKNOWLEDGE = 2
    ENDED = 3


class Outcome(IntEnum):
    """How an exchange ended."""

    COMPLETE = 0
    TOO_FEW_MEMBERS = 1
    NO_SEED = 2
    """The beacon gave no randomness in time."""
    DATA_ERASED = 3
    """Proxies in it have learnt from data that were erased."""


@record
class Plan:
    """What is fixed when an exchange is opened.

    settings: the canonical encoding of `federated_round.settings.LinearSettings`
    purpose: what data are used for, hashed; None: members learn from data that are registered as nobody else's
    noise: what a member adds to its proxy before it shows it
    share: of what a model wants that is what the other says, 16 fractional bits
    join, push, acknowledge: how many blocks each phase lasts at most
    """

    settings: Artifact
    purpose: Hash | None
    noise: Noise
    share: U32
    rounds: U32
    minimum_members: U32
    join: BlockNumber
    push: BlockNumber
    acknowledge: BlockNumber


@record
class Exchange:
    """The course of an exchange.

    deposit: on hold in the owner's account until it is closed
    number: of the round; deadline: the first block in which the phase is over
    acted, expected: how many have done what the phase asks, of how many
    seed: of the ring, None before the first round
    """

    owner: AccountId
    plan: Plan
    deposit: Balance
    phase: Phase
    number: U32
    deadline: BlockNumber
    acted: U32
    expected: U32
    members: U32
    seed: Hash | None
    outcome: Outcome | None


@record
class Member:
    """Who takes part with which rows; silent: rounds in a row without a proxy."""

    data: DataCommitment
    silent: U8


@record
class Heard:
    """Whose proxy a member has mixed with its own; root: None where it could not be read."""

    source: AccountId
    root: Hash | None
