"""Utility: calls of calls (pallet_utility).

Batches that stop at a failure, are undone by it or go on; calls in the name of a derived account or, by root, of any
origin; a call with a fallback. What a call inside used is charged, not what it declared.

`events` (with the one error), `weights`, `pallet` (the calls).
"""

from pallets.utility.events import (
    BatchCompleted,
    BatchCompletedWithErrors,
    BatchInterrupted,
    DispatchedAs,
    Error,
    Event,
    IfElseFallbackCalled,
    IfElseMainSuccess,
    ItemCompleted,
    ItemFailed,
    TooManyCalls,
)
from pallets.utility.pallet import Config, Utility
from pallets.utility.weights import WEIGHTS

__all__ = [
    "WEIGHTS",
    "BatchCompleted",
    "BatchCompletedWithErrors",
    "BatchInterrupted",
    "Config",
    "DispatchedAs",
    "Error",
    "Event",
    "IfElseFallbackCalled",
    "IfElseMainSuccess",
    "ItemCompleted",
    "ItemFailed",
    "TooManyCalls",
    "Utility",
]
