"""Composite enums: reasons that several pallets declare and the runtime numbers by pallet.

A pallet declares them as an IntEnum of the name below in its module, as `class HoldReason(IntEnum)`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from pallets.frame.traits import RuntimeFreezeReason, RuntimeHoldReason, RuntimeLockId, RuntimeSlashReason

COMPOSITES: Final[Mapping[Any, str]] = {
    RuntimeHoldReason: "HoldReason",
    RuntimeFreezeReason: "FreezeReason",
    RuntimeSlashReason: "SlashReason",
    RuntimeLockId: "LockId",
}
"""The runtime's enums, and what their parts are called in pallets."""


def reasons_of(pallet: type[Any], name: str) -> type[Enum] | None:
    """The pallet's own reasons of that kind; None where it has none."""
    found = vars(sys.modules[pallet.__module__]).get(name)
    return found if isinstance(found, type) and issubclass(found, Enum) and len(found) else None
