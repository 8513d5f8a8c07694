"""Records of the Grandpa pallet."""

from __future__ import annotations

from typing import Annotated

from chain.primitives import U64, WEAKLY, BlockNumber, Bytes32, Enumeration, RustType
from chain.record import record

AuthorityId = Annotated[Bytes32, RustType("sp_consensus_grandpa::app::Public")]
"""An ed25519 public key that signs votes."""

AuthorityWeight = U64

GrandpaAuthority = tuple[AuthorityId, AuthorityWeight]
"""Who votes, and for how many."""

AuthorityList = Annotated[tuple[GrandpaAuthority, ...], WEAKLY]
"""All who vote."""

SetId = U64
"""Changes of the authorities since genesis."""


@record
class StoredPendingChange:
    """Authorities that are to follow.

    scheduled_at: the block that decided so; delay: blocks after it until they do
    forced: a block that was final when the present authorities had stopped, None where they have not
    """

    scheduled_at: BlockNumber
    delay: BlockNumber
    next_authorities: AuthorityList
    forced: BlockNumber | None


class StoredState(Enumeration):
    """Whether the authorities vote."""


class Live(StoredState):
    """They do."""


class PendingPause(StoredState):
    """They will stop."""

    scheduled_at: BlockNumber
    delay: BlockNumber


class Paused(StoredState):
    """They do not."""


class PendingResume(StoredState):
    """They will go on."""

    scheduled_at: BlockNumber
    delay: BlockNumber
