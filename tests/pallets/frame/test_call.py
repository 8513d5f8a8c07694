"""Calls have Substrate's bytes, carry their weight, and decode from nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.primitives import U32
from chain.scale import DecodeError
from chain.scale.depth import MAX_DEPTH
from pallets.frame.call import RuntimeCall, call, call_of
from pallets.frame.origin import Origin
from pallets.frame.pallet import Pallet, config
from pallets.frame.testing import MockRuntime
from pallets.frame.weight import DispatchClass, DispatchInfo, Pays, Weight


@config
class Config:
    """What weights may depend on."""

    each: U32 = 7


def lengthwise(items: list[U32], config: Config) -> Weight:
    return Weight(config.each * len(items))


def inner_weight(inner: RuntimeCall) -> Weight:
    return inner.info().call_weight + Weight(1)


def inner_class(inner: RuntimeCall) -> DispatchClass:
    return inner.info().dispatch_class


class Caller(Pallet[Config]):
    @call(0, weight=Weight(5, 6))
    def plain(self, origin: Origin, value: U32, text: str) -> None:
        """Two arguments."""

    @call(3, weight=lengthwise, dispatch_class=DispatchClass.OPERATIONAL, pays=Pays.NO)
    def many(self, origin: Origin, items: list[U32]) -> None:
        """Weight by length."""

    @call(9, weight=inner_weight, dispatch_class=inner_class)
    def wrap(self, origin: Origin, inner: RuntimeCall) -> None:
        """Weight and class of another call."""


class Mock(MockRuntime):
    def __init__(self) -> None:
        super().__init__()
        self.caller = Caller(self, Config(), index=8)


def caller() -> Caller:
    return Mock().caller


def decode(data: bytes) -> RuntimeCall:
    return Mock().decode_call(data)


def test_a_call_is_two_indices_and_its_arguments() -> None:
    pallet = caller()
    made = call_of(pallet.plain, value=258, text="ab")
    assert made.encode() == bytes.fromhex("080002010000086162")
    assert decode(made.encode()) == made
    assert made.named_arguments == {"value": 258, "text": "ab"}
    assert str(made) == "Caller.plain(value=258, text='ab')"


def test_weight_class_and_fee_come_from_the_declaration() -> None:
    pallet = caller()
    assert call_of(pallet.plain, 1, "").info() == DispatchInfo(Weight(5, 6), Weight(), DispatchClass.NORMAL, Pays.YES)
    assert call_of(pallet.many, [1, 2, 3]).info() == DispatchInfo(
        Weight(21), Weight(), DispatchClass.OPERATIONAL, Pays.NO
    )
    wrapped = call_of(pallet.wrap, call_of(pallet.many, [1]))
    assert wrapped.info() == DispatchInfo(Weight(8), Weight(), DispatchClass.OPERATIONAL, Pays.YES)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "RuntimeCall at byte 0: needs a pallet index and a call index"),
        ("08", "RuntimeCall at byte 0: needs a pallet index and a call index"),
        ("0801", "RuntimeCall at byte 0: no call 1 in pallet 8"),
        ("0903", "RuntimeCall at byte 0: no call 3 in pallet 9"),
        ("08030000", "RuntimeCall at byte 3: 1 bytes left over"),
    ],
)
def test_what_is_no_call_says_where(data: str, reason: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(bytes.fromhex(data))
    assert str(caught.value) == reason


def test_calls_nest_to_a_limit_and_the_next_decoding_starts_anew() -> None:
    wrap, innermost = b"\x08\x09", bytes.fromhex("080300")
    deepest = wrap * MAX_DEPTH + innermost
    assert decode(deepest).encode() == deepest
    for more in (1, 5000):
        with pytest.raises(DecodeError, match="RuntimeCall at byte 514: nested more than 256 levels deep"):
            decode(wrap * more + deepest)
    assert decode(deepest).encode() == deepest


@given(st.binary(max_size=40) | st.binary(max_size=40).map(lambda tail: b"\x08\x09" * 3 + b"\x08\x03" + tail))
def test_random_bytes_are_a_call_or_a_decode_error(data: bytes) -> None:
    try:
        decoded = decode(data)
    except DecodeError:
        return
    assert decoded.encode() == data
