"""Composite enums: reasons that several pallets declare and the runtime numbers by pallet.

A pallet declares them as an IntEnum of that name in its module, as `class HoldReason(IntEnum)`.
"""

from __future__ import annotations

import sys
from enum import Enum
from typing import Any, Final

COMPOSITES: Final = ("HoldReason", "FreezeReason", "SlashReason", "LockId")


def reasons_of(pallet: type[Any], name: str) -> type[Enum] | None:
    """The pallet's own reasons of that kind; None where it has none."""
    found = vars(sys.modules[pallet.__module__]).get(name)
    return found if isinstance(found, type) and issubclass(found, Enum) and len(found) else None
