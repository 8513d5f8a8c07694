"""What happens to limits; charges are told by the rounds that make them."""

from __future__ import annotations

from pallets.frame.event import PalletEvent
from pallets.privacy_budget.types import Rho, Subject


class Event(PalletEvent):
    """What happened."""


class LimitSet(Event):
    """A subject has a limit of its own from now on, or the default again."""

    subject: Subject
    limit: Rho | None


class DefaultLimitChanged(Event):
    """Whoever has set no limit has another from now on; None: none."""

    before: Rho | None
    after: Rho | None
