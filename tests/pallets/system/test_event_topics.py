"""Events with topics: the record names them, and System tells where each topic's events stand."""

from __future__ import annotations

import pytest

from chain.crypto.hashing import blake2_128
from chain.primitives import U32, Hash
from pallets.frame.call import call, call_of
from pallets.frame.error import PalletError, ensure
from pallets.frame.event import PalletEvent
from pallets.frame.layout import storage_prefix
from pallets.frame.origin import ROOT, Origin, ensure_root
from pallets.frame.pallet import Pallet, config
from pallets.frame.testing import mount
from pallets.frame.testing.mock import composition_of, system_of
from pallets.frame.weight import db

RED, BLUE = Hash(b"\x11" * 32), Hash(b"\x22" * 32)


@config
class Config:
    """Nothing."""


class Event(PalletEvent):
    """What happened."""


class Painted(Event):
    """Something has colours."""

    value: U32


class Error(PalletError):
    """Why a call failed."""


class TooMuch(Error):
    """More than 9."""


class Paint(Pallet[Config]):
    @call(0, weight=db())
    def paint(self, origin: Origin, value: U32) -> None:
        """In both colours; it fails afterwards where the value is more than 9."""
        ensure_root(origin)
        self.deposit_event_indexed((RED, BLUE), Painted(value))
        ensure(value <= 9, TooMuch)

    @call(1, weight=db())
    def plain(self, origin: Origin) -> None:
        """In no colour."""
        ensure_root(origin)
        self.deposit_event(Painted(0))


def test_records_name_topics_and_topics_name_places() -> None:
    paint = mount(Paint, Config())
    runtime, system = composition_of(paint.host), system_of(paint.host)
    runtime.dispatch(call_of(paint.plain), ROOT)
    runtime.dispatch(call_of(paint.paint, value=7), ROOT)
    paint.deposit_event_indexed((BLUE,), Painted(8))
    assert [record.topics for record in system.events.get()] == [(), (RED, BLUE), (BLUE,)]
    assert system.event_topics.get(RED) == [(1, 1)]
    assert system.event_topics.get(BLUE) == [(1, 1), (1, 2)]
    # phase Initialization ‖ pallet 8, event 0 ‖ 7 ‖ two topics
    assert system.storage.get(system.events.storage_key()) == (
        b"\x0c"
        + b"\x02\x08\x00\0\0\0\0\0"
        + b"\x02\x08\x00\7\0\0\0\x08"
        + RED
        + BLUE
        + b"\x02\x08\x00\x08\0\0\0\4"
        + BLUE
    )
    key = storage_prefix("System", "EventTopics") + blake2_128(RED) + RED
    assert system.storage.get(key) == b"\4\1\0\0\0\1\0\0\0"


def test_a_call_that_fails_leaves_no_topic() -> None:
    paint = mount(Paint, Config())
    with pytest.raises(TooMuch):
        composition_of(paint.host).dispatch(call_of(paint.paint, value=10), ROOT)
    assert system_of(paint.host).event_topics.get(RED) == []
    assert system_of(paint.host).events.get() == []


def test_the_next_block_forgets_topics_with_the_events() -> None:
    paint = mount(Paint, Config())
    system = system_of(paint.host)
    composition_of(paint.host).dispatch(call_of(paint.paint, value=7), ROOT)
    system.reset_events()
    assert system.events.get() == []
    assert list(system.event_topics.iter()) == []


def test_no_topic_is_noted_at_genesis() -> None:
    paint = mount(Paint, Config())
    system = system_of(paint.host)
    system.number.put(0)
    paint.deposit_event_indexed((RED,), Painted(7))
    assert system.events.get() == []
    assert list(system.event_topics.iter()) == []
