"""Delegates act for others within their kind, after notice where one is due; and accounts without a key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.crypto.derived import pure_proxy
from chain.crypto.hashing import blake2_256, twox_128
from chain.extrinsic import Address20, Id
from chain.primitives import AccountId, Err, Hash, Ok
from pallets import proxy, utility
from pallets.balances import InsufficientBalance
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.call_filter import filtered
from pallets.frame.error import BadOrigin, CannotLookup, DispatchFailure, ModuleFailure, TokenError, TokenFailure
from pallets.frame.event import PalletEvent
from pallets.frame.origin import ROOT, Signed
from pallets.frame.testing import assert_noop, assert_ok, run_to_block
from pallets.frame.weight import DispatchClass, Pays, Weight
from pallets.proxy import Announcement, DepositKind, ProxyDefinition
from pallets.proxy.weights import WEIGHTS
from tests.pallets.nested_runtime import (
    ALICE,
    BOB,
    CHARLIE,
    DAVE,
    EVE,
    DevProxyType,
    NestedRuntime,
    endowed_runtime,
    free,
    reserved,
    told,
    transfer,
)

ANY, NON_TRANSFER, GOVERNANCE, STAKING = DevProxyType
FILTERED: Err[DispatchFailure] = Err(ModuleFailure(0, bytes((5, 0, 0, 0))))
DONE = proxy.ProxyExecuted(Ok(None))


def hash_of(call: RuntimeCall) -> Hash:
    return Hash(blake2_256(call.encode()))


def add(runtime: NestedRuntime, delegate: AccountId, kind: DevProxyType = ANY, delay: int = 0) -> RuntimeCall:
    return call_of(runtime.proxy.add_proxy, delegate=Id(delegate), proxy_type=kind, delay=delay)


def remove(runtime: NestedRuntime, delegate: AccountId, kind: DevProxyType = ANY, delay: int = 0) -> RuntimeCall:
    return call_of(runtime.proxy.remove_proxy, delegate=Id(delegate), proxy_type=kind, delay=delay)


def act(
    runtime: NestedRuntime, call: RuntimeCall, real: AccountId = ALICE, kind: DevProxyType | None = None
) -> RuntimeCall:
    return call_of(runtime.proxy.proxy, real=Id(real), force_proxy_type=kind, call=call)


def announce(runtime: NestedRuntime, call: RuntimeCall, real: AccountId = ALICE) -> RuntimeCall:
    return call_of(runtime.proxy.announce, real=Id(real), call_hash=hash_of(call))


def act_announced(runtime: NestedRuntime, call: RuntimeCall, delegate: AccountId = BOB) -> RuntimeCall:
    return call_of(runtime.proxy.proxy_announced, Id(delegate), Id(ALICE), None, call)


def remark(runtime: NestedRuntime) -> RuntimeCall:
    return call_of(runtime.system.remark_with_event, remark=b"")


def tellings(runtime: NestedRuntime) -> list[PalletEvent]:
    """The block's Proxy events, which are forgotten."""
    found = told(runtime, proxy.Event)
    runtime.system.reset_events()
    return found


def with_delegates(*delegates: tuple[AccountId, DevProxyType, int]) -> NestedRuntime:
    """Alice has them."""
    runtime = endowed_runtime()
    for delegate, kind, delay in delegates:
        assert_ok(runtime, Signed(ALICE), add(runtime, delegate, kind, delay))
    runtime.system.reset_events()
    return runtime


# Delegates


def test_delegates_are_added_in_order_for_a_deposit_and_removed_for_it() -> None:
    runtime = endowed_runtime()
    added: list[tuple[AccountId, DevProxyType, int]] = [
        (CHARLIE, ANY, 0),
        (BOB, STAKING, 5),
        (BOB, ANY, 9),
        (BOB, ANY, 2),
    ]
    for count, each in enumerate(added, 1):
        assert_ok(runtime, Signed(ALICE), add(runtime, *each))
        assert reserved(runtime, ALICE) == 1 + count
    in_order = tuple(ProxyDefinition(*each) for each in sorted(added))
    assert runtime.proxy.proxies.get(ALICE) == (in_order, 5)
    assert tellings(runtime) == [proxy.ProxyAdded(ALICE, *each) for each in added]
    for count, each in enumerate(added, 1):
        assert_ok(runtime, Signed(ALICE), remove(runtime, *each))
        assert reserved(runtime, ALICE) == (5 - count if count < 4 else 0)
    assert not runtime.proxy.proxies.contains_key(ALICE)
    assert tellings(runtime) == [proxy.ProxyRemoved(ALICE, *each) for each in added]


def test_what_makes_no_delegate() -> None:
    runtime = with_delegates((BOB, ANY, 0))
    assert_noop(runtime, Signed(ALICE), add(runtime, ALICE), proxy.NoSelfProxy)
    assert_noop(runtime, Signed(ALICE), add(runtime, BOB), proxy.Duplicate)
    nowhere = call_of(runtime.proxy.add_proxy, delegate=Address20(bytes(20)), proxy_type=ANY, delay=0)
    assert_noop(runtime, Signed(ALICE), nowhere, CannotLookup())
    assert_noop(runtime, ROOT, add(runtime, CHARLIE), BadOrigin)
    for delay in (1, 2, 3):
        assert_ok(runtime, Signed(ALICE), add(runtime, BOB, delay=delay))
    assert_noop(runtime, Signed(ALICE), add(runtime, BOB, delay=4), proxy.TooMany)
    assert_noop(runtime, Signed(ALICE), add(runtime, BOB, delay=3), proxy.Duplicate)
    assert_noop(runtime, Signed(EVE), add(runtime, BOB), InsufficientBalance)


def test_what_removes_no_delegate() -> None:
    runtime = with_delegates((BOB, ANY, 1))
    for each in ((BOB, ANY, 0), (BOB, STAKING, 1), (CHARLIE, ANY, 1)):
        assert_noop(runtime, Signed(ALICE), remove(runtime, *each), proxy.NotFound)
    assert_noop(runtime, Signed(BOB), remove(runtime, ALICE, ANY, 1), proxy.NotFound)


def test_all_delegates_are_removed_at_once() -> None:
    runtime = with_delegates((BOB, ANY, 0), (CHARLIE, STAKING, 1))
    assert_ok(runtime, Signed(ALICE), call_of(runtime.proxy.remove_proxies))
    assert runtime.proxy.proxies.get(ALICE) == ((), 0)
    assert (free(runtime, ALICE), reserved(runtime, ALICE)) == ([10], 0)
    assert tellings(runtime) == []
    assert_noop(runtime, Signed(BOB), act(runtime, remark(runtime)), proxy.NotProxy)


# Acting


def test_a_delegate_acts_for_the_account() -> None:
    runtime = with_delegates((BOB, ANY, 0))
    assert_ok(runtime, Signed(BOB), act(runtime, transfer(runtime, EVE, 1)))
    assert free(runtime, ALICE, BOB, EVE) == [7, 10, 1]
    assert_ok(runtime, Signed(BOB), act(runtime, transfer(runtime, EVE, 20)))
    assert tellings(runtime) == [DONE, proxy.ProxyExecuted(Err(TokenFailure(TokenError.FUNDS_UNAVAILABLE)))]
    assert_noop(runtime, Signed(CHARLIE), act(runtime, remark(runtime)), proxy.NotProxy)
    assert_noop(runtime, Signed(BOB), act(runtime, remark(runtime), real=CHARLIE), proxy.NotProxy)


def test_a_delegate_does_only_what_its_kind_admits() -> None:
    runtime = with_delegates((BOB, ANY, 0), (CHARLIE, NON_TRANSFER, 0), (DAVE, GOVERNANCE, 0))
    move = transfer(runtime, EVE, 1)
    for who, outcome in ((BOB, DONE), (CHARLIE, proxy.ProxyExecuted(FILTERED)), (DAVE, proxy.ProxyExecuted(FILTERED))):
        assert_ok(runtime, Signed(who), act(runtime, move))
        assert tellings(runtime) == [outcome]
    for who in (BOB, CHARLIE, DAVE):
        assert_ok(runtime, Signed(who), act(runtime, remark(runtime)))
        assert tellings(runtime) == [DONE]


def test_the_kind_holds_inside_batches_and_derived_accounts_and_not_for_multisigs() -> None:
    runtime = with_delegates((DAVE, GOVERNANCE, 0))
    move = transfer(runtime, EVE, 1)
    assert_ok(runtime, Signed(DAVE), act(runtime, call_of(runtime.utility.batch, calls=[remark(runtime), move])))
    assert utility.BatchInterrupted(1, FILTERED.error) in told(runtime, utility.Event)
    assert tellings(runtime) == [DONE]
    assert_ok(runtime, Signed(DAVE), act(runtime, call_of(runtime.utility.batch_all, calls=[remark(runtime), move])))
    assert_ok(runtime, Signed(DAVE), act(runtime, call_of(runtime.utility.as_derivative, index=0, call=move)))
    assert tellings(runtime) == [proxy.ProxyExecuted(FILTERED)] * 2
    single = call_of(runtime.multisig.as_multi_threshold_1, other_signatories=[BOB], call=move)
    assert_ok(runtime, Signed(DAVE), act(runtime, single))  # the group is another account, and has no funds
    assert tellings(runtime) == [proxy.ProxyExecuted(Err(TokenFailure(TokenError.FUNDS_UNAVAILABLE)))]
    assert free(runtime, EVE) == [0]


def test_the_delegate_s_own_filters_do_not_hold_for_the_account() -> None:
    runtime = with_delegates((BOB, ANY, 0))
    narrow = filtered(Signed(BOB), lambda call: call.target.pallet == "Proxy")
    assert_ok(runtime, narrow, act(runtime, transfer(runtime, EVE, 1)))
    assert free(runtime, EVE) == [1]


def test_the_first_delegate_of_the_asked_kind_acts() -> None:
    runtime = with_delegates((BOB, NON_TRANSFER, 0), (BOB, ANY, 3), (BOB, STAKING, 0))
    move = transfer(runtime, EVE, 1)
    assert_noop(runtime, Signed(BOB), act(runtime, move), proxy.Unannounced)  # ANY comes first, and wants notice
    assert_noop(runtime, Signed(BOB), act(runtime, move, kind=GOVERNANCE), proxy.NotProxy)
    assert_ok(runtime, Signed(BOB), act(runtime, move, kind=NON_TRANSFER))
    assert tellings(runtime) == [proxy.ProxyExecuted(FILTERED)]


def test_delegates_make_nobody_more_than_they_are() -> None:
    runtime = with_delegates((BOB, ANY, 0), (CHARLIE, NON_TRANSFER, 0))
    for kind, outcome in ((ANY, proxy.ProxyExecuted(FILTERED)), (STAKING, DONE)):
        assert_ok(runtime, Signed(CHARLIE), act(runtime, add(runtime, DAVE, kind)))
        assert tellings(runtime)[-1] == outcome
        assert_ok(runtime, Signed(CHARLIE), act(runtime, remove(runtime, BOB if kind is ANY else DAVE, kind)))
        assert tellings(runtime)[-1] == outcome
    for call in (
        call_of(runtime.proxy.remove_proxies),
        call_of(runtime.proxy.kill_pure, Id(ALICE), ANY, 0, 1, 0),
    ):
        assert_ok(runtime, Signed(CHARLIE), act(runtime, call))
        assert tellings(runtime) == [proxy.ProxyExecuted(FILTERED)]
    batch = call_of(runtime.utility.batch, calls=[call_of(runtime.proxy.remove_proxies)])
    assert_ok(runtime, Signed(CHARLIE), act(runtime, batch))
    assert len(runtime.proxy.proxies.get(ALICE)[0]) == 2
    assert_ok(runtime, Signed(BOB), act(runtime, call_of(runtime.proxy.remove_proxies)))
    assert runtime.proxy.proxies.get(ALICE) == ((), 0)


# Announcements


def test_an_announced_call_is_made_after_its_delay_by_anybody() -> None:
    runtime = with_delegates((BOB, ANY, 2))
    move = transfer(runtime, EVE, 1)
    assert_noop(runtime, Signed(BOB), act(runtime, move), proxy.Unannounced)
    assert_noop(runtime, Signed(DAVE), act_announced(runtime, move), proxy.Unannounced)
    assert_ok(runtime, Signed(BOB), announce(runtime, move))
    assert tellings(runtime) == [proxy.Announced(ALICE, BOB, hash_of(move))]
    assert runtime.proxy.announcements.get(BOB) == ((Announcement(ALICE, hash_of(move), 1),), 2)
    run_to_block(runtime, 2)
    assert_noop(runtime, Signed(DAVE), act_announced(runtime, move), proxy.Unannounced)
    run_to_block(runtime, 3)
    assert_noop(runtime, Signed(DAVE), act_announced(runtime, transfer(runtime, EVE, 2)), proxy.Unannounced)
    assert_noop(runtime, Signed(DAVE), act_announced(runtime, move, delegate=CHARLIE), proxy.NotProxy)
    assert_ok(runtime, Signed(DAVE), act_announced(runtime, move))
    assert tellings(runtime) == [DONE]
    assert free(runtime, EVE) == [1]
    assert not runtime.proxy.announcements.contains_key(BOB)
    assert reserved(runtime, BOB) == 0
    assert_noop(runtime, Signed(DAVE), act_announced(runtime, move), proxy.Unannounced)


def test_only_delegates_announce_and_not_too_much() -> None:
    runtime = with_delegates((BOB, ANY, 1), (CHARLIE, STAKING, 0))
    calls = [transfer(runtime, EVE, value) for value in (1, 2, 3)]
    assert_noop(runtime, Signed(DAVE), announce(runtime, calls[0]), proxy.NotProxy)
    assert_noop(runtime, Signed(BOB), announce(runtime, calls[0], real=CHARLIE), proxy.NotProxy)
    for count, call in enumerate(calls[:2], 1):
        assert_ok(runtime, Signed(BOB), announce(runtime, call))
        assert reserved(runtime, BOB) == 1 + count
    assert_noop(runtime, Signed(BOB), announce(runtime, calls[2]), proxy.TooMany)
    assert_ok(runtime, Signed(CHARLIE), announce(runtime, calls[0]))


def test_announcements_are_taken_back_by_the_delegate_and_refused_by_the_account() -> None:
    runtime = with_delegates((BOB, ANY, 1))
    first, second = transfer(runtime, EVE, 1), transfer(runtime, EVE, 2)
    for call in (first, second, first):
        if runtime.proxy.announcements.get(BOB)[1] == 3:
            back = call_of(runtime.proxy.remove_announcement, Id(ALICE), hash_of(second))
            assert_ok(runtime, Signed(BOB), back)
            assert reserved(runtime, BOB) == 2
        assert_ok(runtime, Signed(BOB), announce(runtime, call))
    refuse = call_of(runtime.proxy.reject_announcement, Id(BOB), hash_of(first))
    assert_noop(runtime, Signed(CHARLIE), refuse, proxy.NotFound)
    assert_noop(
        runtime,
        Signed(CHARLIE),
        call_of(runtime.proxy.reject_announcement, Id(CHARLIE), hash_of(first)),
        proxy.NotFound,
    )
    assert_noop(
        runtime, Signed(BOB), call_of(runtime.proxy.remove_announcement, Id(CHARLIE), hash_of(first)), proxy.NotFound
    )
    assert_noop(
        runtime, Signed(BOB), call_of(runtime.proxy.remove_announcement, Id(ALICE), hash_of(second)), proxy.NotFound
    )
    assert_ok(runtime, Signed(ALICE), refuse)  # both of them
    assert runtime.proxy.announcements.get(BOB) == ((), 0)
    assert reserved(runtime, BOB) == 0


# Accounts without a key


def test_an_account_without_a_key_is_its_maker_s_delegator_until_it_is_killed() -> None:
    runtime = endowed_runtime()
    assert_ok(runtime, Signed(ALICE), call_of(runtime.proxy.create_pure, proxy_type=ANY, delay=0, index=0))
    pure = runtime.proxy.pure_account(ALICE, ANY, 0)
    assert pure == pure_proxy(ALICE, 1, 0, b"\0", 0)
    assert tellings(runtime) == [proxy.PureCreated(pure, ALICE, ANY, 0)]
    assert runtime.proxy.proxies.get(pure) == ((ProxyDefinition(ALICE, ANY, 0),), 2)
    assert reserved(runtime, ALICE) == 2
    again = call_of(runtime.proxy.create_pure, proxy_type=ANY, delay=7, index=0)
    assert_noop(runtime, Signed(ALICE), again, proxy.Duplicate)
    assert_ok(runtime, Signed(ALICE), call_of(runtime.proxy.create_pure, proxy_type=STAKING, delay=0, index=0))
    assert_ok(runtime, Signed(ALICE), call_of(runtime.proxy.create_pure, proxy_type=ANY, delay=0, index=1))
    assert_ok(runtime, Signed(BOB), call_of(runtime.proxy.create_pure, proxy_type=ANY, delay=0, index=0))
    runtime.system.reset_events()
    runtime.balances.mint_into(pure, 5)
    assert_ok(runtime, Signed(ALICE), act(runtime, transfer(runtime, EVE, 2), real=pure))
    assert free(runtime, pure, EVE) == [3, 2]
    kill = call_of(runtime.proxy.kill_pure, spawner=Id(ALICE), proxy_type=ANY, index=0, height=1, ext_index=0)
    assert_noop(runtime, Signed(ALICE), kill, proxy.NoPermission)
    assert_ok(runtime, Signed(ALICE), act(runtime, replace(kill, arguments=(Id(BOB), *kill.arguments[1:])), real=pure))
    assert tellings(runtime)[-1] == proxy.ProxyExecuted(Err(ModuleFailure(29, bytes((5, 0, 0, 0)))))
    before = reserved(runtime, ALICE)
    assert_ok(runtime, Signed(ALICE), act(runtime, kill, real=pure))
    assert tellings(runtime) == [proxy.PureKilled(pure, ALICE, ANY, 0), DONE]
    assert reserved(runtime, ALICE) == before - 2
    assert_noop(runtime, Signed(ALICE), act(runtime, kill, real=pure), proxy.NotProxy)


def test_a_pure_account_is_of_its_block_and_extrinsic() -> None:
    runtime = endowed_runtime()
    run_to_block(runtime, 3)
    runtime.system.note_extrinsic(b"")
    assert runtime.proxy.pure_account(ALICE, STAKING, 5) == pure_proxy(ALICE, 3, 0, b"\3", 5)
    kinds = {runtime.proxy.pure_account(ALICE, kind, index) for kind in DevProxyType for index in (0, 1)}
    assert len(kinds) == 8
    # blake2_256 of the domain ‖ account ‖ block ‖ extrinsic ‖ kind ‖ index, by hand
    parts = b"modlpy/proxy____" + ALICE + b"\3\0\0\0" + b"\0\0\0\0" + b"\3" + b"\5\0"
    assert runtime.proxy.pure_account(ALICE, STAKING, 5) == blake2_256(parts)


def test_who_cannot_pay_makes_no_pure_account() -> None:
    runtime = endowed_runtime()
    make = call_of(runtime.proxy.create_pure, proxy_type=ANY, delay=0, index=0)
    assert_noop(runtime, Signed(EVE), make, InsufficientBalance)
    assert_noop(runtime, ROOT, make, BadOrigin)


# Deposits and weights


@pytest.mark.parametrize("old", [1, 2, 4])
def test_poking_brings_both_deposits_to_what_they_cost_now(old: int) -> None:
    runtime = with_delegates((BOB, ANY, 0))
    assert_ok(runtime, Signed(BOB), add(runtime, ALICE))
    assert_ok(runtime, Signed(BOB), announce(runtime, remark(runtime)))
    runtime.system.reset_events()
    # as if the runtime had asked for other deposits before
    delegates, pending = runtime.proxy.proxies.get(BOB)[0], runtime.proxy.announcements.get(BOB)[0]
    runtime.balances.unreserve(BOB, 9)
    runtime.balances.reserve(BOB, 2 * old)
    runtime.proxy.proxies.insert(BOB, (delegates, old))
    runtime.proxy.announcements.insert(BOB, (pending, old))
    post = assert_ok(runtime, Signed(BOB), call_of(runtime.proxy.poke_deposit))
    assert post.pays_fee is (Pays.YES if old == 2 else Pays.NO)
    assert reserved(runtime, BOB) == 4
    assert runtime.proxy.proxies.get(BOB) == (delegates, 2)
    assert runtime.proxy.announcements.get(BOB) == (pending, 2)
    poked = [] if old == 2 else [proxy.DepositPoked(BOB, kind, old, 2) for kind in DepositKind]
    assert tellings(runtime) == poked
    assert assert_ok(runtime, Signed(EVE), call_of(runtime.proxy.poke_deposit)).pays_fee is Pays.YES


def test_weights_are_those_of_polkadot_sdk_for_as_many_as_there_may_be() -> None:
    runtime = endowed_runtime()
    read, write, most, pending = 25_000_000, 100_000_000, 4, 2
    assert add(runtime, BOB).info().call_weight == Weight(28_296_216 + 50_271 * most + read + write, 4706)
    assert remove(runtime, BOB).info().call_weight == Weight(28_379_566 + 45_784 * most + read + write, 4706)
    announcing = 38_080_636 + 157_335 * pending + 28_872 * most + 3 * read + 2 * write
    assert announce(runtime, remark(runtime)).info().call_weight == Weight(announcing, 5698)
    assert call_of(runtime.proxy.poke_deposit).info().call_weight == Weight(47_972_000 + 3 * read + 3 * write, 5698)
    assert WEIGHTS.of("kill_pure", p=1) == Weight(26_780_627 + 33_085 + read + write, 4706)
    inner = call_of(runtime.probe.operate)
    own = Weight(25_084_085 + 33_574 * most + 3 * read, 4706) + Weight(read + write)
    assert act(runtime, inner).info().call_weight == own + Weight(7)
    assert act(runtime, inner).info().dispatch_class is DispatchClass.OPERATIONAL
    own = Weight(48_686_812 + 171_107 * pending + 34_523 * most + 5 * read + 2 * write, 5698) + Weight(read + write)
    assert act_announced(runtime, inner).info().call_weight == own + Weight(7)
    assert act_announced(runtime, inner).info().dispatch_class is DispatchClass.OPERATIONAL


def test_a_kind_s_own_answers() -> None:
    assert ANY.is_most_permissive
    assert not STAKING.is_most_permissive
    assert NON_TRANSFER.is_superset(STAKING)
    assert not NON_TRANSFER.is_superset(ANY)
    assert not STAKING.is_superset(GOVERNANCE)
    assert STAKING.is_superset(STAKING)


def test_clients_ask_what_a_kind_may_do() -> None:
    runtime = endowed_runtime()
    move = transfer(runtime, EVE, 1)
    permissions = twox_128(b"Proxy") + twox_128(b"check_permissions(<TasConfig>::RuntimeCall,T::ProxyType) -> bool")
    assert runtime.execute_view_function(permissions, move.encode() + b"\0") == b"\1"
    assert runtime.execute_view_function(permissions, move.encode() + b"\1") == b"\0"
    superset = twox_128(b"Proxy") + twox_128(b"is_superset(T::ProxyType,T::ProxyType) -> bool")
    assert runtime.execute_view_function(superset, b"\1\3") == b"\1"
    assert runtime.execute_view_function(superset, b"\1\0") == b"\0"
