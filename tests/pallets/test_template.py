"""The template pallet stores a number and adds to it."""

from __future__ import annotations

from pallets.frame.call import call_of
from pallets.frame.error import BadOrigin
from pallets.frame.origin import ROOT, Signed
from pallets.frame.testing import assert_noop, assert_ok, events_of
from pallets.frame.weight import Weight
from pallets.template import Event, NoneValue, SomethingStored, StorageOverflow
from tests.pallets.template_runtime import ALICE, runtime_with


def test_a_stored_number_is_told_with_who_stored_it() -> None:
    runtime = runtime_with()
    call = call_of(runtime.template.do_something, something=42)
    assert_ok(runtime, Signed(ALICE), call)
    assert runtime.template.something.get() == 42
    assert events_of(runtime, Event) == [SomethingStored(42, ALICE)]
    assert_noop(runtime, ROOT, call, BadOrigin)


def test_cause_error_adds_one_to_the_number_that_there_must_be() -> None:
    runtime = runtime_with()
    call = call_of(runtime.template.cause_error)
    assert_noop(runtime, Signed(ALICE), call, NoneValue)
    runtime.template.something.put(7)
    assert_ok(runtime, Signed(ALICE), call)
    assert runtime.template.something.get() == 8


def test_cause_error_does_not_leave_the_number_type() -> None:
    runtime = runtime_with()
    runtime.template.something.put(2**32 - 1)
    assert_noop(runtime, Signed(ALICE), call_of(runtime.template.cause_error), StorageOverflow)


def test_weights_are_the_templates() -> None:
    pallet = runtime_with().template
    assert call_of(pallet.do_something, something=1).info().call_weight == Weight(109_000_000)
    assert call_of(pallet.cause_error).info().call_weight == Weight(131_000_000, 1489)
