"""Simulated time: a round lasts until its slowest client or its deadline, whichever comes first, and no longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pallets.learning.simulation.population import VirtualClient


@dataclass(slots=True)
class VirtualClock:
    """Milliseconds since the simulation began; nothing here looks at a real clock."""

    deadline_ms: int
    now_ms: int = 0

    def gather(self, drawn: Sequence[VirtualClient]) -> tuple[list[VirtualClient], list[VirtualClient]]:
        """Who delivers before the deadline and who is late; time goes on to when the round need wait no longer."""
        on_time = [client for client in drawn if client.duration_ms <= self.deadline_ms]
        late = [client for client in drawn if client.duration_ms > self.deadline_ms]
        lasts = self.deadline_ms if late else max((client.duration_ms for client in drawn), default=0)
        self.now_ms += lasts
        return on_time, late
