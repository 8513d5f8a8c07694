"""A type of a pallet's configuration stands where the pallet's annotations name it."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated

import pytest

from chain.primitives import U32
from chain.scale import DeclarationError, Scope, codec_of
from pallets.frame.call import call, call_of
from pallets.frame.event import PalletEvent
from pallets.frame.origin import ROOT, Origin
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue
from pallets.frame.testing import MockRuntime, assert_ok, events_of
from pallets.frame.weight import Weight


class Colour(IntEnum):
    """What a runtime chooses members for."""


class Warm(Colour):
    RED = 0
    ORANGE = 1


class Cold(Colour):
    BLUE = 3


@config
class Config:
    colour: type[Colour]


AnyColour = Annotated[Colour, Config.colour]


class Event(PalletEvent):
    """What happened."""


class Painted(Event):
    """A colour was chosen."""

    colour: AnyColour
    layers: U32


class Paint(Pallet[Config]):
    last: StorageValue[AnyColour | None]

    @call(0, weight=Weight())
    def paint(self, origin: Origin, colours: list[AnyColour]) -> None:
        """Keep the last."""
        self.last.put(colours[-1])
        self.deposit_event(Painted(colours[-1], len(colours)))


class Studio(MockRuntime):
    def __init__(self) -> None:
        super().__init__()
        self.warm = Paint(self, Config(colour=Warm), index=1, name="Warm")
        self.cold = Paint(self, Config(colour=Cold), index=2, name="Cold")


def test_two_instances_have_types_of_their_own() -> None:
    studio = Studio()
    call = call_of(studio.warm.paint, colours=[Warm.RED, Warm.ORANGE])
    assert call.encode() == bytes((1, 0, 8, 0, 1))
    assert studio.decode_call(call.encode()) == call
    assert_ok(studio, ROOT, call)
    assert_ok(studio, ROOT, call_of(studio.cold.paint, colours=[Cold.BLUE]))
    assert (studio.warm.last.get(), studio.cold.last.get()) == (Warm.ORANGE, Cold.BLUE)
    assert events_of(studio, Event) == [Painted(Warm.ORANGE, 2), Painted(Cold.BLUE, 1)]
    with pytest.raises(ValueError, match="Cold"):
        studio.decode_call(bytes((2, 0, 4, 0)))


def test_a_type_that_no_configuration_gives_is_said() -> None:
    with pytest.raises(DeclarationError, match="gives no type colour"):
        codec_of(AnyColour, Scope())
    assert codec_of(AnyColour, Scope(associated={"colour": Cold})).encode(Cold.BLUE) == b"\3"
