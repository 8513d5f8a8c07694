"""Calls inside calls undo their own writes and say what they used."""

from __future__ import annotations

import pytest

from chain.primitives import Err, Ok
from pallets.frame.attempt import attempt, with_weight, without_weight
from pallets.frame.call import call_of
from pallets.frame.error import BadOrigin, ModuleFailure
from pallets.frame.origin import Signed
from pallets.frame.weight import Pays, PostDispatchInfo, Weight
from tests.pallets.nested_runtime import ALICE, BOB, Asked, NestedRuntime, endowed_runtime, free, transfer

DECLARED = Weight(1000, 10)


def made(runtime: NestedRuntime, used: Weight | None, fails: bool) -> tuple[object, Weight]:
    tried = attempt(runtime, call_of(runtime.probe.use, used=used, fails=fails), Signed(ALICE))
    assert (tried.error is None) is isinstance(tried.result, Ok)
    return tried.result, tried.weight


@pytest.mark.parametrize("fails", [False, True])
def test_the_weight_is_what_was_used_and_never_more_than_declared(fails: bool) -> None:
    runtime = endowed_runtime()
    result = Err(ModuleFailure(7, bytes(4))) if fails else Ok(None)
    assert made(runtime, None, fails) == (result, DECLARED)
    assert made(runtime, Weight(300, 4), fails) == (result, Weight(300, 4))
    assert made(runtime, Weight(3000, 4), fails) == (result, Weight(1000, 4))
    assert made(runtime, Weight(300, 40), fails) == (result, Weight(300, 10))


def test_a_failed_attempt_leaves_nothing_and_its_caller_goes_on() -> None:
    runtime = endowed_runtime()
    tried = attempt(runtime, transfer(runtime, BOB, 20), Signed(ALICE))
    assert isinstance(tried.result, Err)
    assert free(runtime, ALICE, BOB) == [10, 10]
    assert attempt(runtime, transfer(runtime, BOB, 5), Signed(ALICE)).error is None
    assert free(runtime, ALICE, BOB) == [5, 15]


def test_an_error_carries_a_weight_until_it_is_taken_from_it() -> None:
    error = with_weight(Asked(), Weight(5))
    assert error.post_info == PostDispatchInfo(Weight(5), Pays.YES)
    assert without_weight(error) is error
    assert error.post_info == PostDispatchInfo()
    assert BadOrigin().post_info == PostDispatchInfo()
