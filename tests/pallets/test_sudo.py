"""One account acts as root."""

from __future__ import annotations

import pytest

from chain.extrinsic import Id
from chain.primitives import Err, Ok
from pallets import sudo
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import BadOrigin, BadOriginFailure, ModuleFailure
from pallets.frame.event import PalletEvent
from pallets.frame.origin import NO_ORIGIN, ROOT, Origin, Signed
from pallets.frame.testing import assert_noop, assert_ok, events_of
from pallets.frame.weight import DispatchClass, Pays, Weight
from pallets.template import SomethingStored
from tests.pallets.template_runtime import ALICE, BOB, TemplateRuntime, runtime_with
from tests.pallets.template_runtime import EXISTENTIAL_DEPOSIT as ED


def with_key() -> TemplateRuntime:
    runtime = runtime_with((ALICE, ED), (BOB, 5 * ED))
    runtime.sudo.build_genesis(sudo.Genesis(key=ALICE))
    return runtime


def told(runtime: TemplateRuntime) -> list[PalletEvent]:
    return events_of(runtime, PalletEvent)


def set_issuance(runtime: TemplateRuntime) -> RuntimeCall:
    """A call for root alone that writes something."""
    return call_of(runtime.balances.force_set_balance, who=Id(BOB), new_free=6 * ED)


@pytest.mark.parametrize("origin", [Signed(ALICE), ROOT])
def test_the_key_and_root_itself_make_calls_as_root_for_free(origin: Origin) -> None:
    runtime = with_key()
    post = assert_ok(runtime, origin, call_of(runtime.sudo.sudo, call=set_issuance(runtime)))
    assert post.pays_fee is Pays.NO
    assert runtime.balances.balance(BOB) == 6 * ED
    assert told(runtime)[-1] == sudo.Sudid(Ok(None))


def test_nobody_else_makes_calls_as_root() -> None:
    runtime = with_key()
    call = call_of(runtime.sudo.sudo, call=set_issuance(runtime))
    assert_noop(runtime, Signed(BOB), call, sudo.RequireSudo)
    assert_noop(runtime, NO_ORIGIN, call, BadOrigin)


def test_a_failing_inner_call_leaves_nothing_but_the_event() -> None:
    runtime = with_key()
    inner = call_of(runtime.template.cause_error)
    assert_ok(runtime, Signed(ALICE), call_of(runtime.sudo.sudo_as, who=Id(BOB), call=inner))
    assert_ok(runtime, Signed(ALICE), call_of(runtime.sudo.sudo, call=inner))
    assert told(runtime) == [
        sudo.SudoAsDone(Err(ModuleFailure(7, bytes(4)))),
        sudo.Sudid(Err(BadOriginFailure())),
    ]


def test_an_unchecked_weight_is_what_the_signer_says() -> None:
    runtime = with_key()
    weight = Weight(5, 6)
    call = call_of(runtime.sudo.sudo_unchecked_weight, call=set_issuance(runtime), weight=weight)
    assert call.info().call_weight == weight
    assert_ok(runtime, Signed(ALICE), call)
    assert_noop(runtime, Signed(BOB), call, sudo.RequireSudo)
    assert runtime.balances.balance(BOB) == 6 * ED


def test_a_call_is_made_in_the_name_of_another() -> None:
    runtime = with_key()
    inner = call_of(runtime.template.do_something, something=3)
    call = call_of(runtime.sudo.sudo_as, who=Id(BOB), call=inner)
    assert_noop(runtime, Signed(BOB), call, sudo.RequireSudo)
    assert assert_ok(runtime, Signed(ALICE), call).pays_fee is Pays.NO
    assert told(runtime) == [SomethingStored(3, BOB), sudo.SudoAsDone(Ok(None))]


def test_the_key_passes_to_another_account() -> None:
    runtime = with_key()
    assert_ok(runtime, Signed(ALICE), call_of(runtime.sudo.set_key, new=Id(BOB)))
    assert_noop(runtime, Signed(ALICE), call_of(runtime.sudo.set_key, new=Id(ALICE)), sudo.RequireSudo)
    assert (runtime.sudo.key.get(), told(runtime)) == (BOB, [sudo.KeyChanged(ALICE, BOB)])


def test_a_removed_key_is_gone_for_all_but_root() -> None:
    runtime = with_key()
    assert_ok(runtime, Signed(ALICE), call_of(runtime.sudo.remove_key))
    assert_noop(runtime, Signed(ALICE), call_of(runtime.sudo.remove_key), sudo.RequireSudo)
    assert_ok(runtime, ROOT, call_of(runtime.sudo.set_key, new=Id(BOB)))
    assert told(runtime) == [sudo.KeyRemoved(), sudo.KeyChanged(None, BOB)]


def test_weight_and_class_follow_the_inner_call() -> None:
    runtime = with_key()
    inner = call_of(runtime.timestamp.set, now=1)
    outer = call_of(runtime.sudo.sudo, call=call_of(runtime.sudo.sudo_as, who=Id(BOB), call=inner))
    info = outer.info()
    own = sudo.WEIGHTS.of("sudo") + sudo.WEIGHTS.of("sudo_as")
    assert info.call_weight == inner.info().call_weight + own
    assert info.dispatch_class is DispatchClass.MANDATORY


def test_a_chain_without_a_key_has_no_sudo() -> None:
    runtime = runtime_with((ALICE, ED))
    runtime.sudo.build_genesis(sudo.Genesis())
    assert runtime.sudo.key.get() is None
    assert_noop(runtime, Signed(ALICE), call_of(runtime.sudo.remove_key), sudo.RequireSudo)


def test_sudo_as_passes_the_runtime_s_filter() -> None:
    runtime = with_key()
    runtime.call_filter = lambda call: call.target.pallet == "Sudo"
    inner = call_of(runtime.system.remark_with_event, remark=b"")
    assert_ok(runtime, Signed(ALICE), call_of(runtime.sudo.sudo_as, who=Id(BOB), call=inner))
    assert told(runtime)[-1] == sudo.SudoAsDone(Ok(None))


def test_the_weight_of_deeply_nested_calls_is_known_at_once() -> None:
    runtime = with_key()
    call = call_of(runtime.system.remark, remark=b"")
    for _ in range(60):
        call = call_of(runtime.sudo.sudo, call=call)
    remark = call_of(runtime.system.remark, remark=b"").info().call_weight
    assert call.info().call_weight == remark + sudo.WEIGHTS.of("sudo") * 60
