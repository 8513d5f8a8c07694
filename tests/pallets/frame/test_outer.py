"""Origins have the bytes of FRAME's OriginCaller, and carry the instance that they come from."""

from __future__ import annotations

import pytest

from chain.primitives import AccountId
from chain.scale import Codec, DecodeError
from pallets.frame.call import call, call_of
from pallets.frame.collective_origin import (
    CollectiveOrigin,
    EnsureProportionAtLeast,
    Member,
    Members,
)
from pallets.frame.declaration import DeclarationMistakes
from pallets.frame.ensure_origin import EnsureOrigin
from pallets.frame.error import BadOrigin
from pallets.frame.event import RuntimeEvent
from pallets.frame.origin import AUTHORIZED, NO_ORIGIN, ROOT, FromPallet, Origin, PalletOrigin, Signed
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue
from pallets.frame.testing import MockRuntime, assert_noop, assert_ok
from pallets.frame.weight import Weight

ALICE = AccountId(b"\1" * 32)


@config
class Config:
    """Who may do it."""

    enact_origin: EnsureOrigin[object]


class Council(Pallet[Config]):
    """Keeps an origin, and knows a call for a majority."""

    kept: StorageValue[Origin | None]

    @call(0, weight=Weight())
    def enact(self, origin: Origin) -> None:
        """For those who may."""
        self.config.enact_origin.ensure_origin(origin)
        self.kept.put(origin)


class Mock(MockRuntime):
    def __init__(self) -> None:
        super().__init__()
        majority = EnsureProportionAtLeast(7, 2, 3)
        self.council = Council(self, Config(enact_origin=majority), index=7)
        self.technical = Council(self, Config(enact_origin=majority), index=8, name="Technical")

    @property
    def codec(self) -> Codec[Origin]:
        found: Codec[Origin] = type(self).compiled.types[Origin]
        return found


# pallet index ‖ variant ‖ fields; RawOrigin is Root, Signed, None, Authorized (frame_support::dispatch)
@pytest.mark.parametrize(
    ("origin", "encoded"),
    [
        (ROOT, "0000"),
        (Signed(ALICE), "0001" + "01" * 32),
        (NO_ORIGIN, "0002"),
        (AUTHORIZED, "0003"),
        (FromPallet(7, Members(2, 3)), "07000200000003000000"),
        (FromPallet(8, Member(ALICE)), "0801" + "01" * 32),
    ],
)
def test_an_origin_has_the_bytes_of_origin_caller(origin: Origin, encoded: str) -> None:
    codec = Mock().codec
    assert codec.encode(origin).hex() == encoded
    assert codec.decode(bytes.fromhex(encoded)) == origin


@pytest.mark.parametrize("encoded", ["", "00", "0004", "0001" + "01" * 31, "0900", "0702", "000000"])
def test_bytes_that_are_no_origin_are_refused(encoded: str) -> None:
    with pytest.raises(DecodeError):
        Mock().codec.decode(bytes.fromhex(encoded))


def test_a_pallets_own_origin_opens_its_call_and_that_of_another_instance_does_not() -> None:
    runtime = Mock()
    enact = call_of(runtime.council.enact)
    assert_ok(runtime, runtime.council.origin_of(Members(2, 3)), enact)
    assert runtime.council.kept.get() == FromPallet(7, Members(2, 3))
    for origin in (runtime.technical.origin_of(Members(3, 3)), runtime.council.origin_of(Members(1, 3)), ROOT):
        assert_noop(runtime, origin, enact, BadOrigin)


def test_a_pallet_declares_its_enum_by_having_it_in_its_module() -> None:
    assert Council.declaration.origin is CollectiveOrigin


def test_two_enums_of_origins_are_a_mistake() -> None:
    class Second(PalletOrigin):
        """One too many."""

    globals()["Second"] = Second
    try:
        with pytest.raises(DeclarationMistakes, match="a pallet has one enum of origins"):
            type("Torn", (Pallet,), {"__module__": __name__})
    finally:
        del globals()["Second"]


def test_an_event_of_an_unknown_pallet_is_refused() -> None:
    codec: Codec[RuntimeEvent] = Mock.compiled.types[RuntimeEvent]
    with pytest.raises(DecodeError, match="no pallet of this index has a RuntimeEvent"):
        codec.decode(b"\x63\0")
