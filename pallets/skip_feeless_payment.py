"""SkipFeelessPayment: tells whose transactions paid no fee (pallet_skip_feeless_payment).

A call says by `@call(…, feeless_if=…)` when it is feeless. The extension `SkipCheckIfFeeless` looks at that; this
pallet has the event.
"""

from __future__ import annotations

from pallets.frame.event import PalletEvent
from pallets.frame.origin import Origin
from pallets.frame.pallet import Pallet, config


@config
class Config:
    """Nothing that a runtime would choose."""


class Event(PalletEvent):
    """What happened."""


class FeeSkipped(Event):
    """A transaction fee was skipped."""

    origin: Origin


class SkipFeelessPayment(Pallet[Config]):
    def tell_skipped(self, origin: Origin) -> None:
        """A transaction of this origin paid no fee."""
        self.deposit_event(FeeSkipped(origin))
