"""The events of a play, by kind."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

from node_cli.scenario.chronicle import chronicle_of
from node_cli.scenario.stage import Stage
from node_cli.scenario.telling import Run
from pallets.frame.event import PalletEvent

E = TypeVar("E", bound=PalletEvent)


def events_of(run: Run, kind: type[E]) -> list[E]:
    """All of a kind, in order."""
    return [event for event in _all_of(run.stage) if isinstance(event, kind)]


@cache
def _all_of(stage: Stage) -> tuple[PalletEvent, ...]:
    return tuple(event for block in chronicle_of(stage.node) for event in block.events)
