"""What happens to models on chain, and what they say."""

from __future__ import annotations

from typing import Annotated

from chain.primitives import U32, AccountId, Balance, BlockNumber, Hash, MaxLen
from pallets.frame.event import PalletEvent
from pallets.inference.config import Config
from pallets.inference.types import Answer
from pallets.ml_registry.types import ModelId

Answers = Annotated[list[Answer], MaxLen(Config.max_rows)]
"""One for each row, in the rows' order."""


class Event(PalletEvent):
    """What happened."""


class UploadBegun(Event):
    """An account brings a version on chain; until `expires` nobody else clears it away."""

    version: Hash
    who: AccountId
    size: U32
    expires: BlockNumber


class UploadAbandoned(Event):
    """The bytes that were there are gone, and the deposit is free."""

    version: Hash
    who: AccountId


class Placed(Event):
    """A version is on chain: it can be asked."""

    version: Hash
    placer: AccountId
    depths: U32
    proof_root: Hash


class Unplaced(Event):
    """A version is not on chain any more, and the deposit is free."""

    version: Hash


class FeeSet(Event):
    """What the owner of a model takes for each row."""

    model: ModelId
    fee: Balance


class Predicted(Event):
    """What a version says about the rows that an account asked about."""

    version: Hash
    who: AccountId
    answers: Answers
    fee: Balance


class RootNamed(Event):
    """The owner says which root proofs of a version lead to."""

    version: Hash
    root: Hash
    is_verified: bool


class RootVerified(Event):
    """The chain has all bytes, and the root is the one that the owner said."""

    version: Hash


class RootRefuted(Event):
    """The chain has all bytes, and the owner has named another root: the deposit goes to who brought them."""

    version: Hash
    named: Hash
    found: Hash


class RootDropped(Event):
    """Nobody vouches for a root of the version any more."""

    version: Hash


class PredictionProven(Event):
    """A proof shows what a version says about rows. is_verified: whether the chain itself found the version's root"""

    version: Hash
    who: AccountId
    answers: Answers
    is_verified: bool
