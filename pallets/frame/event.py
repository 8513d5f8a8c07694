"""Events: what a pallet tells the world, and the record that stands in `System.Events`.

    class Event(PalletEvent):
        "What happened."

    class Submitted(Event):
        "A forecast was accepted."
        who: AccountId
        value: U32

Variants are numbered in order of definition, which is wire format; `index=` pins one.
"""

from __future__ import annotations

from chain.primitives import U32, Enumeration, Hash
from chain.record import record


class PalletEvent(Enumeration, family=True):
    """Base of the event enums that pallets declare."""


class Phase(Enumeration):
    """When in a block an event was deposited."""


class ApplyExtrinsic(Phase, index=0):
    """While the extrinsic of this position was applied."""

    extrinsic: U32


class Finalization(Phase, index=1):
    """While the block was finalized."""


class Initialization(Phase, index=2):
    """While the block was initialized."""


@record
class RuntimeEvent:
    """An event and the name and index of the pallet that deposited it."""

    pallet: str
    pallet_index: int
    event: PalletEvent

    def __str__(self) -> str:
        return f"{self.pallet}.{self.event!r}"


@record
class EventRecord:
    """One entry of `System.Events`."""

    phase: Phase
    event: RuntimeEvent
    topics: tuple[Hash, ...] = ()
