"""Market: a pallet that declares one of everything."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from chain.primitives import U8, U32, AccountId, Balance, BlockNumber, Compact, MaxLen
from chain.record import record
from pallets.frame.call import RuntimeCall, call
from pallets.frame.constants import ConstantName, DeprecatedConstant
from pallets.frame.error import PalletError
from pallets.frame.event import PalletEvent
from pallets.frame.origin import Origin
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import CountedStorageMap, Identity, StorageMap, StorageNMap, StorageValue, Twox64, item
from pallets.frame.view import view_function
from pallets.frame.weight import Weight


class HoldReason(IntEnum):
    """Why funds are on hold."""

    OPEN_OFFER = 0
    """An offer stands."""


class SlashReason(IntEnum):
    """Why funds are slashed."""

    FRAUD = 3


@config
class Config:
    """What the runtime supplies."""

    fee: Balance = 7  # planck for each offer
    most: U32 = 4
    """Offers of one account."""
    hidden: Annotated[U32, ConstantName(None)] = 1
    label: Annotated[str, ConstantName("URLLabel"), DeprecatedConstant()] = "a"


class Event(PalletEvent):
    """What happened."""


class Offered(Event):
    """An offer stands."""

    from_: AccountId
    """Who offers."""
    price: Compact[Balance]


class Expired(Event, index=4):
    """No longer told."""

    __deprecated__ = ""


class Error(PalletError):
    """Why a call failed."""


class NoOffer(Error, index=2):
    """There is none."""


@record
class Offer:
    """What is offered."""

    price: Balance
    call: RuntimeCall


class Market(Pallet[Config]):
    """Offers, by account."""

    associated_types = {"Price": Balance}  # noqa: RUF012 # read, and never written

    offers: StorageMap[Twox64[AccountId], Annotated[list[Offer], MaxLen(Config.most)]]
    """All that stand."""

    best: StorageValue[U32] = item(name="TheBest", default=7, missing=None, deprecated="ask for all offers")

    owners: StorageMap[AccountId, U8] = item(missing=NoOffer)
    """Reading an absent one is an error."""

    seen: CountedStorageMap[U32, bool]
    """Counted."""

    path: StorageNMap[tuple[U8, Identity[BlockNumber], AccountId], U32 | None]
    """By three keys."""

    @call(3, weight=Weight())
    def offer(self, origin: Origin, from_: AccountId, price: Compact[Balance], call: RuntimeCall) -> None:
        """Offer something.

        For ever.
        """

    @call(1, weight=Weight())
    def withdraw(self, origin: Origin) -> None:
        """Withdraw all offers."""

    withdraw.__dict__["__deprecated__"] = "offers expire"  # as PEP 702's decorator does

    @view_function
    def price_of(self, who: AccountId) -> Balance | None:
        """What the account asks."""
        return None
