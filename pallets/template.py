"""Template: the pallet that every Substrate chain starts from (solochain template, pallet_template)."""

from __future__ import annotations

from chain.primitives import U32, AccountId
from pallets.frame.arithmetic import ensure_add
from pallets.frame.call import call
from pallets.frame.error import ArithmeticProblem, PalletError
from pallets.frame.event import PalletEvent
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue
from pallets.frame.weight import db


@config
class Config:
    """The pallet needs nothing of its runtime."""


class Event(PalletEvent):
    """What happened."""


class SomethingStored(Event):
    """A user stored a number."""

    something: U32
    who: AccountId


class Error(PalletError):
    """Why a call failed."""


class NoneValue(Error):
    """Nothing is stored."""


class StorageOverflow(Error):
    """The stored number cannot grow."""


class Template(Pallet[Config]):
    something: StorageValue[U32 | None]
    """The number that was stored last."""

    @call(0, weight=db(writes=1, ref_time=9_000_000))
    def do_something(self, origin: Origin, something: U32) -> None:
        """Store a number."""
        who = ensure_signed(origin)
        self.something.put(something)
        self.deposit_event(SomethingStored(something, who))

    @call(1, weight=db(reads=1, writes=1, ref_time=6_000_000, proof_size=1489))
    def cause_error(self, origin: Origin) -> None:
        """Add one to the stored number, which there must be."""
        ensure_signed(origin)
        old = self.something.get()
        if old is None:
            raise NoneValue
        try:
            self.something.put(ensure_add(U32, old, 1))
        except ArithmeticProblem as overflow:
            raise StorageOverflow from overflow
