"""A test asks what was told, and a failure shows everything that was."""

from __future__ import annotations

import pytest

from chain.primitives import AccountId
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import (
    assert_event,
    assert_last_event,
    assert_ok,
    events_of,
    events_since,
    last_event,
    mount,
    run_to_block,
)
from tests.pallets.frame.tally import Added, Config, Tally

ALICE = AccountId(b"\x01" * 32)


def added(*values: int) -> Tally:
    made = mount(Tally, Config())
    for value in values:
        assert_ok(made.host, Signed(ALICE), call_of(made.add, value=value))
    return made


def test_events_are_found_by_value_and_by_class() -> None:
    runtime = added(1, 2).host
    assert_event(runtime, Added(ALICE, 1))
    assert_last_event(runtime, Added(ALICE, 3))
    assert events_of(runtime, Added) == [Added(ALICE, 1), Added(ALICE, 3)]
    assert last_event(runtime) == Added(ALICE, 3)


def test_a_missing_event_is_told_with_those_that_there_are() -> None:
    runtime, missing = added(1, 2).host, Added(ALICE, 7)
    shown = f"the block's events:\n  0: {Added(ALICE, 1)!r}\n  1: {Added(ALICE, 3)!r}"
    with pytest.raises(AssertionError) as caught:
        assert_event(runtime, missing)
    assert str(caught.value) == f"there is no {missing!r}; {shown}"
    with pytest.raises(AssertionError) as caught:
        assert_last_event(runtime, Added(ALICE, 1))
    assert str(caught.value) == f"the last event is not {Added(ALICE, 1)!r}; {shown}"


def test_a_silent_block_says_so() -> None:
    runtime = added().host
    for ask in (last_event, lambda runtime: assert_last_event(runtime, Added(ALICE, 1))):
        with pytest.raises(AssertionError, match=r"the block's events:\n  none$"):
            ask(runtime)


def test_events_since_a_moment_are_collected() -> None:
    tally = added(1)
    with events_since(tally.host) as told:
        assert_ok(tally.host, Signed(ALICE), call_of(tally.add, value=5))
    assert told == [Added(ALICE, 6)]
    with events_since(tally.host) as told:
        run_to_block(tally.host, 2)
        assert_ok(tally.host, Signed(ALICE), call_of(tally.add, value=1))
    assert told == [Added(ALICE, 7)]
