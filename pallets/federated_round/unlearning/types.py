"""What the chain remembers of who learnt from what, and what is to be done again."""

from __future__ import annotations

from typing import Annotated

from chain.primitives import Hash, MaxLen
from chain.record import record
from pallets.federated_round.types import RoundNumber

MOST_TO_REDO = 1024
"""Rounds that one task can be asked to do again."""


@record
class Learnt:
    """The first round of a task that learnt from data, and the version that it published."""

    round: RoundNumber
    version: Hash


@record
class Redo:
    """What a task does again, the next round first; replaced: the version that it had before."""

    rounds: Annotated[tuple[RoundNumber, ...], MaxLen(MOST_TO_REDO)]
    replaced: Hash
