"""What rounds of other shapes leave on chain beside a synchronous one: groups, and updates that wait for a buffer."""

from __future__ import annotations

from typing import Annotated, Final

from chain.primitives import U32, AccountId, Hash, MaxLen
from chain.record import record
from pallets.federated_round.types import MAX_DUTIES, Clients, DataCommitment, DutyHolders

ANY_ROUND: Final = 2**32 - 1
"""Stands in the seal of an update where others have a round: its round is not known yet."""

MAX_TURNS: Final = 512
"""Turns of one cycle; where there are more clients, the next begins before all of them had one."""

MAX_WAITING: Final = 64
"""Updates that wait for a task's next buffer."""


@record
class Tier:
    """One group of a hierarchical round: whose updates are joined by whom. Clients in the order of their accounts."""

    clients: Clients
    aggregators: DutyHolders


Tiers = Annotated[tuple[Tier, ...], MaxLen(MAX_DUTIES)]
"""The groups of a round; each has an aggregator at least."""


@record
class Delivery:
    """An update, sealed, that waits for the next buffer.

    base: the version that the client began from, None before the first
    """

    account: AccountId
    data: DataCommitment
    base: Hash | None
    seal: Hash


Waiting = Annotated[tuple[Delivery, ...], MaxLen(MAX_WAITING)]
"""In the order in which they came."""


@record
class Taken:
    """From where an update in a buffer began. staleness: versions that came out since"""

    base: Hash | None
    staleness: U32


@record
class Turns:
    """Whose turns there were in the cycle of a task, in the order of their accounts. cycle: counted from 0"""

    cycle: U32
    had: Annotated[tuple[AccountId, ...], MaxLen(MAX_TURNS)]
