"""A pallet with planted mistakes; importing it must name them all. The lines are asserted in test_declaration.py."""

from __future__ import annotations

from chain.primitives import U32, AccountId
from pallets.frame.call import call
from pallets.frame.event import PalletEvent
from pallets.frame.origin import Origin
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageMap, StorageValue, item
from pallets.frame.weight import Weight, db


@config
class Config:
    """Nothing."""


class Event(PalletEvent):
    """What happened."""


class Measured(Event):
    """A float is not a chain's number."""

    value: float


def weight_of_length(length: U32) -> Weight:
    return db(reads=length)


class Mistaken(Pallet[Config]):
    count: StorageValue[U32]
    other: StorageMap[AccountId, Missing]  # noqa: F821 -- the mistake
    twice: StorageValue[U32] = item(name="Count")
    ratio: StorageValue[float]

    @call(0, weight=db(reads=1))
    def first(self, origin: Origin, value) -> None:  # type: ignore[no-untyped-def]  # the mistake
        """No type for value."""

    @call(0, weight=db(reads=1))
    def second(self, origin: Origin) -> None:
        """The index is first's."""

    @call(1)
    def third(self, origin: Origin) -> None:
        """No weight."""

    @call(2, weight=weight_of_length)
    def fourth(self, origin: Origin, value: U32) -> None:
        """The weight asks for another parameter."""

    @call(3, weight=db(reads=1))
    def fifth(self, who: AccountId) -> None:
        """No origin."""
