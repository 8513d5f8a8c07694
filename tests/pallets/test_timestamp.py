"""The time is set once a block, by its author, and grows."""

from __future__ import annotations

import pytest

from chain.primitives import Moment
from chain.validity import InvalidBlock
from pallets import timestamp
from pallets.frame.call import call_of
from pallets.frame.error import BadOrigin
from pallets.frame.inherent import InherentError
from pallets.frame.origin import NO_ORIGIN, ROOT, Origin, Signed
from pallets.frame.testing import MockRuntime, assert_noop, assert_ok
from pallets.frame.weight import DispatchClass, Weight
from pallets.timestamp import INHERENT_IDENTIFIER, MAX_DRIFT_MS, Timestamp
from tests.pallets.template_runtime import ALICE

PERIOD = 3000


class Witness:
    """Remembers what it was told; refuses what Aura would."""

    def __init__(self) -> None:
        self.told: list[Moment] = []

    def on_timestamp_set(self, now: Moment) -> None:
        if now == 666:
            raise InvalidBlock("timestamp is in the slot")
        self.told.append(now)


class Clock(MockRuntime):
    """A runtime with nothing but the time."""

    def __init__(self) -> None:
        super().__init__()
        self.witness = Witness()
        self.timestamp = Timestamp(self, timestamp.Config(minimum_period=PERIOD, listener=self.witness), index=1)


def set_time(clock: Clock, now: Moment) -> None:
    clock.dispatch(call_of(clock.timestamp.set, now=now), NO_ORIGIN)


def test_the_first_time_may_be_any() -> None:
    clock = Clock()
    assert_ok(clock, NO_ORIGIN, call_of(clock.timestamp.set, now=1))
    assert (clock.timestamp.moment(), clock.timestamp.did_update.get(), clock.witness.told) == (1, True, [1])


@pytest.mark.parametrize("origin", [ROOT, Signed(ALICE)])
def test_only_an_inherent_sets_the_time(origin: Origin) -> None:
    clock = Clock()
    assert_noop(clock, origin, call_of(clock.timestamp.set, now=1), BadOrigin)


def test_a_second_time_in_a_block_makes_it_invalid() -> None:
    clock = Clock()
    set_time(clock, 1)
    with pytest.raises(InvalidBlock, match="invalid block: timestamp is set once a block"):
        set_time(clock, 1 + PERIOD)


def test_a_time_before_the_minimum_period_makes_the_block_invalid() -> None:
    clock = Clock()
    clock.timestamp.now.put(50_000)
    with pytest.raises(InvalidBlock, match="grows by the minimum period: expected at least 53000, got 52999"):
        set_time(clock, 50_000 + PERIOD - 1)
    set_time(clock, 50_000 + PERIOD)


def test_what_a_listener_refuses_makes_the_block_invalid_and_leaves_no_time() -> None:
    clock = Clock()
    with pytest.raises(InvalidBlock, match="in the slot"):
        set_time(clock, 666)
    assert clock.timestamp.moment() == 0


def test_a_block_without_a_time_is_invalid() -> None:
    clock = Clock()
    with pytest.raises(InvalidBlock, match="timestamp is set in every block"):
        clock.timestamp.on_finalize(1)
    set_time(clock, 1)
    clock.timestamp.on_finalize(1)
    assert not clock.timestamp.did_update.exists()


def test_the_inherent_takes_the_nodes_time_or_the_earliest_allowed() -> None:
    clock = Clock()
    data = {INHERENT_IDENTIFIER: (40_000).to_bytes(8, "little")}
    assert clock.timestamp.create_inherent(data) == call_of(clock.timestamp.set, now=40_000)
    clock.timestamp.now.put(39_000)
    assert clock.timestamp.create_inherent(data) == call_of(clock.timestamp.set, now=42_000)
    assert clock.timestamp.create_inherent({}) is None


def test_inherent_data_that_is_no_time_is_refused() -> None:
    with pytest.raises(InvalidBlock, match="inherent data timstap0 is a time"):
        Clock().timestamp.create_inherent({INHERENT_IDENTIFIER: b"soon"})


def test_a_time_far_ahead_of_the_importing_node_is_refused() -> None:
    clock = Clock()
    clock.timestamp.now.put(39_000)
    data = {INHERENT_IDENTIFIER: (50_000).to_bytes(8, "little")}
    set_to = clock.timestamp.set
    clock.timestamp.check_inherent(call_of(set_to, now=50_000 + MAX_DRIFT_MS), data)
    clock.timestamp.check_inherent(call_of(set_to, now=10**9), {})
    with pytest.raises(InherentError, match="80001 is later than 80000") as late:
        clock.timestamp.check_inherent(call_of(set_to, now=50_001 + MAX_DRIFT_MS), data)
    with pytest.raises(InherentError, match="41999 is earlier than 42000") as early:
        clock.timestamp.check_inherent(call_of(set_to, now=41_999), data)
    assert (late.value.encoded, early.value.encoded) == (b"\1", b"\0")
    assert late.value.is_fatal
    assert early.value.is_fatal


def test_the_call_is_mandatory_and_the_hooks_are_paid_for() -> None:
    clock = Clock()
    info = call_of(clock.timestamp.set, now=1).info()
    assert (info.call_weight, info.dispatch_class) == (Weight(153_816_000, 1493), DispatchClass.MANDATORY)
    assert clock.on_initialize(1) == Weight(3_246_000)
