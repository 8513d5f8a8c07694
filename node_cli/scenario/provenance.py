"""Where a party's rows come from, as the registry of data knows it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pallets.data_registry import Format
from pallets.data_registry.pebble.simulator import Tracker


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is registered of a party's rows.

    jurisdiction: whose law holds, ISO 3166; schema: the text that says what the columns mean
    tracker: that signed the readings, None where the rows themselves are registered, encrypted
    readings: as the tracker's memory card has them, a batch in JSON; nothing without a tracker
    """

    jurisdiction: str
    schema: str
    tracker: Tracker | None = None
    readings: bytes = field(default=b"", repr=False)

    @property
    def format(self) -> Format:
        """What checkers look into."""
        return Format.OPAQUE if self.tracker is None else Format.PEBBLE_JSON
