"""Filters travel with an origin, and root passes all of them."""

from __future__ import annotations

import pytest

from chain.extrinsic import Id
from chain.primitives import AccountId
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.call_filter import Bypassing, admitted, filtered, signed_like
from pallets.frame.origin import NO_ORIGIN, ROOT, Origin, Signed, ensure_signed
from pallets.frame.testing import assert_noop, assert_ok
from pallets.system.errors import CallFiltered
from tests.pallets.template_runtime import ALICE, BOB, TemplateRuntime, runtime_with
from tests.pallets.template_runtime import EXISTENTIAL_DEPOSIT as ED


def remark(runtime: TemplateRuntime) -> RuntimeCall:
    return call_of(runtime.system.remark, remark=b"")


def transfer(runtime: TemplateRuntime, dest: AccountId) -> RuntimeCall:
    return call_of(runtime.balances.transfer_allow_death, dest=Id(dest), value=ED)


def no_balances(call: RuntimeCall) -> bool:
    return call.target.pallet != "Balances"


def no_system(call: RuntimeCall) -> bool:
    return call.target.pallet != "System"


def test_a_filtered_origin_is_the_origin_to_all_who_ask() -> None:
    origin = filtered(filtered(Signed(ALICE), no_balances), no_system)
    assert isinstance(origin, Signed)
    assert ensure_signed(origin) == ALICE
    assert origin == Signed(ALICE)
    assert Signed(ALICE) == origin
    assert hash(origin) == hash(Signed(ALICE))
    assert origin != Signed(BOB)
    assert origin.filters == (no_balances, no_system)
    assert Signed(ALICE).filters == ()
    assert repr(filtered(Signed(BOB), no_system)).startswith("FilteredSigned(who=")


def test_every_filter_of_an_origin_counts() -> None:
    runtime = runtime_with((ALICE, 9 * ED))
    origin: Origin = Signed(ALICE)
    assert_ok(runtime, origin, transfer(runtime, BOB))
    origin = filtered(origin, no_system)
    assert_noop(runtime, origin, remark(runtime), CallFiltered)
    assert_ok(runtime, origin, transfer(runtime, BOB))
    origin = filtered(origin, no_balances)
    assert_noop(runtime, origin, remark(runtime), CallFiltered)
    assert_noop(runtime, origin, transfer(runtime, BOB), CallFiltered)


def test_the_runtime_s_own_filter_holds_for_all_but_root() -> None:
    runtime = runtime_with((ALICE, 9 * ED))
    runtime.call_filter = no_system
    for origin in (Signed(ALICE), NO_ORIGIN, filtered(Signed(ALICE), no_balances)):
        assert_noop(runtime, origin, remark(runtime), CallFiltered)
    assert_ok(runtime, ROOT, remark(runtime))
    assert_ok(runtime, filtered(ROOT, no_system), remark(runtime))
    assert_ok(runtime, Signed(ALICE), transfer(runtime, BOB))


def test_a_bypass_is_good_for_one_call() -> None:
    runtime = runtime_with((ALICE, 9 * ED))
    runtime.call_filter = no_system
    assert_ok(runtime, Bypassing(Signed(ALICE)), remark(runtime))
    inner = filtered(Signed(ALICE), no_system)
    assert admitted(remark(runtime), Bypassing(inner), no_system) is inner
    assert admitted(remark(runtime), inner, None) is None


@pytest.mark.parametrize("origin", [Signed(ALICE), filtered(Signed(ALICE), no_system)])
def test_another_account_takes_an_origin_s_filters_over(origin: Origin) -> None:
    taken = signed_like(origin, BOB)
    assert taken == Signed(BOB)
    assert taken.filters == origin.filters
