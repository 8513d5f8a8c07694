"""What batches and other calls of calls tell; the order is wire format."""

from __future__ import annotations

from chain.primitives import U32
from pallets.frame.attempt import DispatchResult
from pallets.frame.error import DispatchFailure, PalletError
from pallets.frame.event import PalletEvent


class Event(PalletEvent):
    """What became of the calls inside a call."""


class BatchInterrupted(Event):
    """A batch ended at the call of this position, which failed; those before it stand."""

    index_: U32
    error: DispatchFailure


class BatchCompleted(Event):
    """All calls of a batch succeeded."""


class BatchCompletedWithErrors(Event):
    """All calls of a batch were made, and some failed."""


class ItemCompleted(Event):
    """One call of a batch succeeded."""


class ItemFailed(Event):
    """One call of a batch failed."""

    error: DispatchFailure


class DispatchedAs(Event):
    """Root made a call in the name of another origin."""

    result: DispatchResult


class IfElseMainSuccess(Event):
    """The main call succeeded; the fallback was not made."""


class IfElseFallbackCalled(Event):
    """The main call failed, and the fallback succeeded."""

    main_error: DispatchFailure


class Error(PalletError):
    """Why a call failed."""


class TooManyCalls(Error):
    """The batch is longer than it may be."""
