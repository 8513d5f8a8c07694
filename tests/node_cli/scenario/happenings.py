"""The events of a play, by kind."""

from __future__ import annotations

from typing import TypeVar

from node_cli.scenario.chronicle import chronicle_of
from node_cli.scenario.telling import Run
from pallets.frame.event import PalletEvent

E = TypeVar("E", bound=PalletEvent)


def events_of(run: Run, kind: type[E]) -> list[E]:
    """All of a kind, in order."""
    return [event for block in chronicle_of(run.stage.node) for event in block.events if isinstance(event, kind)]
