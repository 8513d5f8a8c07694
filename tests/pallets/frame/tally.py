"""A pallet for the tests of the kit's testing part: it counts, tells, and can fail in every way."""

from __future__ import annotations

from chain.primitives import U32, AccountId
from pallets.frame.call import call
from pallets.frame.error import PalletError
from pallets.frame.event import PalletEvent
from pallets.frame.guard import TryStateError
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import CountedStorageMap, StorageValue
from pallets.frame.weight import db


@config
class Config:
    """Nothing."""


class Event(PalletEvent):
    """What happened."""


class Added(Event):
    """The tally grew."""

    who: AccountId
    tally: U32


class Error(PalletError):
    """Why a call failed."""


class Refused(Error):
    """Always."""


class Odd(Error):
    """Never."""


class Tally(Pallet[Config]):
    total: StorageValue[U32]
    """Of everyone."""

    by_account: CountedStorageMap[AccountId, U32]
    """Of each."""

    @call(0, weight=db(reads=2, writes=2))
    def add(self, origin: Origin, value: U32) -> None:
        """Add to the account's tally and to everyone's."""
        who = ensure_signed(origin)
        self.total.mutate(lambda total: total + value)
        self.deposit_event(Added(who, self.by_account.mutate(who, lambda own: own + value)))

    @call(1, weight=db())
    def refuse(self, origin: Origin) -> None:
        """Fail after a write, which is rolled back."""
        self.total.put(99)
        raise Refused

    def try_state(self) -> None:
        own = sum(self.by_account.iter_values())
        if own != self.total.get():
            raise TryStateError(f"accounts have {own}, the total is {self.total.get()}")
