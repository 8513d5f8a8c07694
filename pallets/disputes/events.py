"""What happens in disputes; the order is wire format."""

from __future__ import annotations

from chain.primitives import U8, U64, AccountId, Balance, BlockNumber, Hash
from pallets.disputes.types import ClaimId, Reason, Side, Stage
from pallets.frame.event import PalletEvent
from pallets.ml_registry.artifact import Artifact


class Event(PalletEvent):
    """What happened."""


class Claimed(Event):
    """A result stands unless it is challenged before block `deadline`."""

    claim: ClaimId
    kind: U8
    result: Artifact | None
    deadline: BlockNumber


class Challenged(Event):
    """An account says that the result is another one."""

    claim: ClaimId
    challenger: AccountId
    result: Artifact | None


class Defended(Event):
    """An account stands up for the result of a claim that nobody had a bond on."""

    claim: ClaimId
    defender: AccountId


class TraceCommitted(Event):
    """A side committed the trace of a level."""

    claim: ClaimId
    side: Side
    level: U8
    root: Hash


class Narrowed(Event):
    """The sides disagree about one of 2^height steps of a level; `place` counts such parts from the left."""

    claim: ClaimId
    level: U8
    place: U64
    height: U8


class StageBegan(Event):
    """What is asked for now, and the first block in which it is too late."""

    claim: ClaimId
    stage: Stage
    deadline: BlockNumber


class Executed(Event):
    """The chain executed the step; `state` stands for what it led to."""

    claim: ClaimId
    state: Hash


class Decided(Event):
    """A dispute is over; where nobody won, both bonds are lost."""

    claim: ClaimId
    winner: AccountId | None
    reason: Reason


class BondLost(Event):
    """Who lost what; `paid` of it went to the winner."""

    claim: ClaimId
    who: AccountId
    amount: Balance
    paid: Balance


class Concluded(Event):
    """A claim is over; where it does not stand, nothing is agreed."""

    claim: ClaimId
    stands: bool
    result: Artifact | None
