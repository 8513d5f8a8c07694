"""What a test asks of a block's events; a failure shows them all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from pallets.frame.event import PalletEvent
from pallets.frame.pallet import Host
from pallets.frame.testing.mock import system_of

E = TypeVar("E", bound=PalletEvent)


def events_of(runtime: Host, kind: type[E]) -> list[E]:
    """The block's events of one class, or of all variants of an enum, in order."""
    return [event for event in _events(runtime) if isinstance(event, kind)]


def last_event(runtime: Host) -> PalletEvent:
    """The newest event of the block; raises AssertionError where there is none."""
    events = _events(runtime)
    if not events:
        raise AssertionError(_with_events("there is no last event", events))
    return events[-1]


def assert_event(runtime: Host, event: PalletEvent) -> None:
    """The block has this event, whatever else it has."""
    events = _events(runtime)
    if event not in events:
        raise AssertionError(_with_events(f"there is no {event!r}", events))


def assert_last_event(runtime: Host, event: PalletEvent) -> None:
    """This is the newest event of the block."""
    events = _events(runtime)
    if events[-1:] != [event]:
        raise AssertionError(_with_events(f"the last event is not {event!r}", events))


@contextmanager
def events_since(runtime: Host) -> Iterator[list[PalletEvent]]:
    """A context that collects: when it has ended, the list holds the events of what ran inside.

    with events_since(runtime) as told:
        assert_ok(runtime, Signed(ALICE), call)
    assert told == [Submitted(ALICE, 3)]

    Where a new block began inside, those of the block before are gone, as they are from the state.
    """
    before = len(_events(runtime))
    number = system_of(runtime).number.get()
    told: list[PalletEvent] = []
    yield told
    is_same_block = system_of(runtime).number.get() == number
    told += _events(runtime)[before if is_same_block else 0 :]


def _events(runtime: Host) -> list[PalletEvent]:
    return [record.event.event for record in system_of(runtime).events.get()]


def _with_events(complaint: str, events: list[PalletEvent]) -> str:
    shown = [f"  {position}: {event!r}" for position, event in enumerate(events)]
    return "\n".join([f"{complaint}; the block's events:", *(shown or ["  none"])])
