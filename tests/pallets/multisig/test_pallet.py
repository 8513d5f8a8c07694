"""Several accounts approve a call, and the account that they make together makes it."""

from __future__ import annotations

import pytest

from chain.crypto.derived import multisig as multisig_account
from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Err, Ok
from pallets import multisig
from pallets.balances import InsufficientBalance
from pallets.frame.attempt import DispatchResult
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.call_filter import filtered
from pallets.frame.error import BadOrigin, DispatchError, ModuleFailure, TokenError, TokenFailure
from pallets.frame.origin import ROOT, Signed
from pallets.frame.testing import assert_noop, assert_ok, run_to_block
from pallets.frame.weight import DispatchClass, Pays, PostDispatchInfo, Weight
from pallets.multisig import Operation, Timepoint
from pallets.multisig.weights import WEIGHTS
from pallets.system.errors import CallFiltered
from tests.pallets.nested_runtime import (
    ALICE,
    BOB,
    CHARLIE,
    DAVE,
    EVE,
    NestedRuntime,
    endowed_runtime,
    free,
    reserved,
    told,
    transfer,
)
from tests.vectors import load, unhex

GROUP = [ALICE, BOB, CHARLIE]
NOW = Timepoint(1, 0)
PLENTY = Weight(10**12, 10**6)


def account(threshold: int = 2) -> AccountId:
    return multisig_account(GROUP, threshold)


def others(who: AccountId) -> list[AccountId]:
    return [each for each in GROUP if each != who]


def funded(threshold: int = 2) -> NestedRuntime:
    """The account of the group has 15 of its members' 30."""
    runtime = endowed_runtime()
    for who in GROUP:
        assert_ok(runtime, Signed(who), transfer(runtime, account(threshold), 5))
    runtime.system.reset_events()
    return runtime


def as_multi(
    runtime: NestedRuntime,
    who: AccountId,
    call: RuntimeCall,
    when: Timepoint | None = None,
    threshold: int = 2,
    max_weight: Weight = PLENTY,
) -> RuntimeCall:
    return call_of(
        runtime.multisig.as_multi,
        threshold=threshold,
        other_signatories=others(who),
        maybe_timepoint=when,
        call=call,
        max_weight=max_weight,
    )


def approve(
    runtime: NestedRuntime, who: AccountId, call: RuntimeCall, when: Timepoint | None = None, threshold: int = 2
) -> RuntimeCall:
    return call_of(
        runtime.multisig.approve_as_multi,
        threshold=threshold,
        other_signatories=others(who),
        maybe_timepoint=when,
        call_hash=hash_of(call),
        max_weight=Weight(),
    )


def cancel(runtime: NestedRuntime, who: AccountId, call: RuntimeCall, when: Timepoint = NOW) -> RuntimeCall:
    return call_of(
        runtime.multisig.cancel_as_multi,
        threshold=2,
        other_signatories=others(who),
        timepoint=when,
        call_hash=hash_of(call),
    )


def poke(runtime: NestedRuntime, who: AccountId, call: RuntimeCall, threshold: int = 2) -> RuntimeCall:
    poke_deposit = runtime.multisig.poke_deposit
    return call_of(poke_deposit, threshold=threshold, other_signatories=others(who), call_hash=hash_of(call))


def hash_of(call: RuntimeCall) -> bytes:
    return blake2_256(call.encode())


# Two of three


def test_the_second_approval_makes_the_call_and_gives_the_deposit_back() -> None:
    runtime = funded()
    call = transfer(runtime, EVE, 15)
    assert_ok(runtime, Signed(ALICE), as_multi(runtime, ALICE, call))
    assert free(runtime, ALICE, EVE) == [2, 0]
    assert reserved(runtime, ALICE) == 3
    stored = runtime.multisig.multisigs.get((account(), hash_of(call)))
    assert stored == Operation(NOW, 3, ALICE, (ALICE,))
    assert_ok(runtime, Signed(BOB), as_multi(runtime, BOB, call, NOW))
    assert free(runtime, ALICE, BOB, EVE) == [5, 5, 15]
    assert runtime.multisig.multisigs.get((account(), hash_of(call))) is None
    assert told(runtime, multisig.Event) == [
        multisig.NewMultisig(ALICE, account(), hash_of(call)),
        multisig.MultisigExecuted(BOB, NOW, account(), hash_of(call), Ok(None)),
    ]


def test_approvals_by_hash_are_brought_to_an_end_by_the_call() -> None:
    runtime = funded(3)
    call = transfer(runtime, EVE, 15)
    assert_ok(runtime, Signed(CHARLIE), approve(runtime, CHARLIE, call, threshold=3))
    assert_ok(runtime, Signed(ALICE), approve(runtime, ALICE, call, NOW, threshold=3))
    stored = runtime.multisig.multisigs.get((account(3), hash_of(call)))
    assert stored == Operation(NOW, 4, CHARLIE, (ALICE, CHARLIE))
    assert_ok(runtime, Signed(BOB), as_multi(runtime, BOB, call, NOW, threshold=3))
    assert free(runtime, EVE, CHARLIE) == [15, 5]
    assert told(runtime, multisig.Event) == [
        multisig.NewMultisig(CHARLIE, account(3), hash_of(call)),
        multisig.MultisigApproval(ALICE, NOW, account(3), hash_of(call)),
        multisig.MultisigExecuted(BOB, NOW, account(3), hash_of(call), Ok(None)),
    ]


def test_with_all_approvals_by_hash_anyone_of_the_group_brings_the_call() -> None:
    runtime = funded()
    call = transfer(runtime, EVE, 15)
    assert_ok(runtime, Signed(ALICE), approve(runtime, ALICE, call))
    assert_ok(runtime, Signed(BOB), approve(runtime, BOB, call, NOW))
    for who in GROUP:
        assert_noop(runtime, Signed(who), approve(runtime, who, call, NOW), multisig.AlreadyApproved)
    assert_ok(runtime, Signed(ALICE), as_multi(runtime, ALICE, call, NOW))
    assert free(runtime, EVE) == [15]


def test_nobody_approves_twice() -> None:
    runtime = funded(3)
    call = transfer(runtime, EVE, 15)
    assert_ok(runtime, Signed(ALICE), approve(runtime, ALICE, call, threshold=3))
    again = approve(runtime, ALICE, call, NOW, threshold=3)
    assert_noop(runtime, Signed(ALICE), again, multisig.AlreadyApproved)
    again = as_multi(runtime, ALICE, call, NOW, threshold=3)
    assert_noop(runtime, Signed(ALICE), again, multisig.AlreadyApproved)


def test_a_failing_call_is_told_and_ends_the_operation() -> None:
    runtime = funded()
    call = transfer(runtime, EVE, 16)
    assert_ok(runtime, Signed(ALICE), as_multi(runtime, ALICE, call))
    assert_ok(runtime, Signed(BOB), as_multi(runtime, BOB, call, NOW))
    failure: DispatchResult = Err(TokenFailure(TokenError.FUNDS_UNAVAILABLE))
    assert told(runtime, multisig.Event)[-1] == multisig.MultisigExecuted(BOB, NOW, account(), hash_of(call), failure)
    assert reserved(runtime, ALICE) == 0
    assert_noop(runtime, Signed(ALICE), cancel(runtime, ALICE, call), multisig.NotFound)


def test_the_group_may_do_the_same_twice() -> None:
    runtime = funded()
    call = transfer(runtime, EVE, 5)
    assert_ok(runtime, Signed(ALICE), as_multi(runtime, ALICE, call))
    assert_ok(runtime, Signed(BOB), as_multi(runtime, BOB, call, NOW))
    run_to_block(runtime, 4)
    assert_ok(runtime, Signed(ALICE), as_multi(runtime, ALICE, call))
    assert_noop(runtime, Signed(CHARLIE), as_multi(runtime, CHARLIE, call, NOW), multisig.WrongTimepoint)
    assert_ok(runtime, Signed(CHARLIE), as_multi(runtime, CHARLIE, call, Timepoint(4, 0)))
    assert free(runtime, EVE) == [10]


def test_the_runtime_s_filter_holds_for_the_group_and_the_signer_s_own_does_not() -> None:
    runtime = funded()
    runtime.call_filter = lambda call: call.target.pallet != "Balances"
    call = transfer(runtime, EVE, 15)
    assert_ok(runtime, Signed(ALICE), as_multi(runtime, ALICE, call))
    assert_ok(runtime, Signed(BOB), as_multi(runtime, BOB, call, NOW))
    executed = told(runtime, multisig.Event)[-1]
    assert isinstance(executed, multisig.MultisigExecuted)
    assert executed.result == Err(ModuleFailure(0, bytes((5, 0, 0, 0))))
    runtime.call_filter = None
    single = call_of(runtime.multisig.as_multi_threshold_1, other_signatories=[BOB], call=transfer(runtime, EVE, 1))
    runtime.balances.mint_into(multisig_account([ALICE, BOB], 1), 5)
    assert_noop(runtime, filtered(Signed(ALICE), lambda _call: False), single, CallFiltered)
    assert_ok(runtime, filtered(Signed(ALICE), lambda call: call.target.pallet == "Multisig"), single)


# Who may, and when


def test_timepoints_name_the_operation_that_is_meant() -> None:
    runtime = funded()
    call = transfer(runtime, EVE, 15)
    for make in (as_multi, approve):
        assert_noop(runtime, Signed(ALICE), make(runtime, ALICE, call, NOW), multisig.UnexpectedTimepoint)
    assert_ok(runtime, Signed(ALICE), approve(runtime, ALICE, call))
    for make in (as_multi, approve):
        assert_noop(runtime, Signed(BOB), make(runtime, BOB, call), multisig.NoTimepoint)
        assert_noop(runtime, Signed(BOB), make(runtime, BOB, call, Timepoint(1, 1)), multisig.WrongTimepoint)


def test_the_signatories_are_two_at_least_in_order_and_not_the_signer() -> None:
    runtime = funded()
    call = transfer(runtime, EVE, 1)
    cases: list[tuple[list[AccountId], type[DispatchError]]] = [
        ([], multisig.TooFewSignatories),
        ([BOB, CHARLIE, DAVE], multisig.TooManySignatories),
        ([CHARLIE, BOB], multisig.SignatoriesOutOfOrder),
        ([BOB, BOB], multisig.SignatoriesOutOfOrder),
        ([ALICE, BOB], multisig.SenderInSignatories),
    ]
    for signatories, error in cases:
        made = [
            call_of(runtime.multisig.as_multi_threshold_1, other_signatories=signatories, call=call),
            call_of(runtime.multisig.as_multi, 2, signatories, None, call, PLENTY),
            call_of(runtime.multisig.approve_as_multi, 2, signatories, None, hash_of(call), PLENTY),
            call_of(runtime.multisig.cancel_as_multi, 2, signatories, NOW, hash_of(call)),
            call_of(runtime.multisig.poke_deposit, 2, signatories, hash_of(call)),
        ]
        for each in made:
            assert_noop(runtime, Signed(ALICE), each, error)
            assert_noop(runtime, ROOT, each, BadOrigin)


@pytest.mark.parametrize("threshold", [0, 1])
def test_a_threshold_below_two_is_refused_where_approvals_are_kept(threshold: int) -> None:
    runtime = funded()
    call = transfer(runtime, EVE, 1)
    assert_noop(runtime, Signed(ALICE), as_multi(runtime, ALICE, call, None, threshold), multisig.MinimumThreshold)
    assert_noop(runtime, Signed(ALICE), approve(runtime, ALICE, call, None, threshold), multisig.MinimumThreshold)
    assert_noop(runtime, Signed(ALICE), poke(runtime, ALICE, call, threshold), multisig.MinimumThreshold)
    given_up = call_of(runtime.multisig.cancel_as_multi, threshold, [BOB], NOW, hash_of(call))
    assert_noop(runtime, Signed(ALICE), given_up, multisig.MinimumThreshold)


def test_the_call_may_not_weigh_more_than_the_last_to_approve_expects() -> None:
    runtime = funded()
    call = transfer(runtime, EVE, 15)
    weight = call.info().call_weight
    assert_ok(runtime, Signed(ALICE), as_multi(runtime, ALICE, call, max_weight=Weight()))
    for low in (Weight(), Weight(weight.ref_time - 1, weight.proof_size), Weight(weight.ref_time, 0)):
        low_call = as_multi(runtime, BOB, call, NOW, max_weight=low)
        assert_noop(runtime, Signed(BOB), low_call, multisig.MaxWeightTooLow)
    assert_ok(runtime, Signed(BOB), as_multi(runtime, BOB, call, NOW, max_weight=weight))


def test_who_opened_an_operation_cancels_it_and_nobody_else() -> None:
    runtime = funded()
    call = transfer(runtime, EVE, 15)
    assert_ok(runtime, Signed(ALICE), approve(runtime, ALICE, call))
    assert_noop(runtime, Signed(BOB), cancel(runtime, BOB, call), multisig.NotOwner)
    assert_noop(runtime, Signed(ALICE), cancel(runtime, ALICE, call, Timepoint(2, 0)), multisig.WrongTimepoint)
    assert_ok(runtime, Signed(ALICE), cancel(runtime, ALICE, call))
    assert (free(runtime, ALICE), reserved(runtime, ALICE)) == ([5], 0)
    assert told(runtime, multisig.Event)[-1] == multisig.MultisigCancelled(ALICE, NOW, account(), hash_of(call))
    assert_noop(runtime, Signed(ALICE), cancel(runtime, ALICE, call), multisig.NotFound)


# One of several


def test_any_one_of_a_group_of_one_acts_at_once() -> None:
    runtime = funded(1)
    single = runtime.multisig.as_multi_threshold_1
    outsider = call_of(single, other_signatories=[CHARLIE, DAVE], call=transfer(runtime, EVE, 1))
    assert_noop(runtime, Signed(EVE), outsider, TokenFailure(TokenError.FUNDS_UNAVAILABLE))
    assert_ok(runtime, Signed(BOB), call_of(single, other_signatories=others(BOB), call=transfer(runtime, EVE, 15)))
    assert free(runtime, EVE) == [15]
    assert told(runtime, multisig.Event) == []


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("used", [None, Weight(300, 1)])
def test_a_group_of_one_is_charged_what_its_call_says(used: Weight | None, fails: bool) -> None:
    runtime = funded()
    inner = call_of(runtime.probe.use, used=used, fails=fails)
    call = call_of(runtime.multisig.as_multi_threshold_1, other_signatories=[BOB], call=inner)
    own = WEIGHTS.of("as_multi_threshold_1", z=len(inner.encode()))
    assert call.info().call_weight == own + Weight(125_000_000) + Weight(1000, 10)
    assert call.info().dispatch_class is DispatchClass.NORMAL
    if fails:
        with pytest.raises(DispatchError) as caught:
            runtime.dispatch(call, Signed(ALICE))
        post = caught.value.post_info
    else:
        post = assert_ok(runtime, Signed(ALICE), call)
    assert post == PostDispatchInfo(None if used is None else own + used)


# Deposits and weights


def test_who_cannot_pay_the_deposit_opens_nothing() -> None:
    runtime = endowed_runtime()
    runtime.balances.mint_into(EVE, 3)
    call = call_of(runtime.multisig.approve_as_multi, 3, [ALICE, BOB], None, bytes(32), Weight())
    assert_noop(runtime, Signed(EVE), call, InsufficientBalance)


def test_poking_brings_a_deposit_to_what_it_costs_now_and_is_free_where_that_is_another() -> None:
    runtime = funded()
    call = transfer(runtime, EVE, 15)
    assert_ok(runtime, Signed(ALICE), approve(runtime, ALICE, call))
    assert assert_ok(runtime, Signed(ALICE), poke(runtime, ALICE, call)).pays_fee is Pays.YES
    assert_noop(runtime, Signed(BOB), poke(runtime, BOB, call), multisig.NotOwner)
    assert_noop(runtime, Signed(ALICE), poke(runtime, ALICE, transfer(runtime, EVE, 1)), multisig.NotFound)
    place = (account(), hash_of(call))
    for old, new in ((3, 3), (4, 3), (1, 3)):
        operation = runtime.multisig.multisigs.get(place)
        assert operation is not None
        # as if the runtime had asked for another deposit when the operation was opened
        runtime.multisig.multisigs.insert(place, Operation(operation.when, old, ALICE, operation.approvals))
        runtime.balances.unreserve(ALICE, 9)
        runtime.balances.reserve(ALICE, old)
        post = assert_ok(runtime, Signed(ALICE), poke(runtime, ALICE, call))
        assert post.pays_fee is (Pays.YES if old == new else Pays.NO)
        assert reserved(runtime, ALICE) == new
        poked = runtime.multisig.multisigs.get(place)
        assert poked is not None
        assert poked.deposit == new
    tellings = [each for each in told(runtime, multisig.Event) if isinstance(each, multisig.DepositPoked)]
    assert tellings == [multisig.DepositPoked(ALICE, hash_of(call), old, 3) for old in (4, 1)]


def test_weights_are_those_of_polkadot_sdk() -> None:
    read, write = 25_000_000, 100_000_000
    assert WEIGHTS.of("as_multi_threshold_1", z=10) == Weight(20_470_382 + 3_970 + 2 * read, 3997)
    assert WEIGHTS.of("as_multi_create", s=2, z=10) == Weight(29_976_762 + 288_640 + 18_190 + read + write, 6811)
    assert WEIGHTS.of("as_multi_approve", s=2, z=10) == Weight(14_821_348 + 255_748 + 19_680 + read + write, 6811)
    complete = 34_745_418 + 386_626 + 20_570 + 4 * read + 2 * write
    assert WEIGHTS.of("as_multi_complete", s=2, z=10) == Weight(complete, 6811)
    assert WEIGHTS.of("cancel_as_multi", s=2) == Weight(28_623_566 + 270_702 + read + write, 6811)
    runtime = funded()
    call = transfer(runtime, EVE, 1)
    sizes = {"s": 2, "z": len(call.encode())}
    assert as_multi(runtime, ALICE, call).info().call_weight == WEIGHTS.of("as_multi_complete", **sizes) + PLENTY
    by_hash = approve(runtime, ALICE, call).info().call_weight
    assert by_hash == Weight(27_463_275 + 2 * 139_226 + read + write, 6811)


def test_every_step_is_charged_as_what_it_turned_out_to_be() -> None:
    runtime = funded(3)
    call = call_of(runtime.probe.use, used=Weight(300, 1), fails=False)
    sizes = {"s": 2, "z": len(call.encode())}
    post = assert_ok(runtime, Signed(ALICE), as_multi(runtime, ALICE, call, None, 3))
    assert post == PostDispatchInfo(WEIGHTS.of("as_multi_create", **sizes))
    post = assert_ok(runtime, Signed(BOB), as_multi(runtime, BOB, call, NOW, 3))
    assert post == PostDispatchInfo(WEIGHTS.of("as_multi_approve", **sizes))
    post = assert_ok(runtime, Signed(CHARLIE), as_multi(runtime, CHARLIE, call, NOW, 3))
    assert post == PostDispatchInfo(WEIGHTS.of("as_multi_complete", **sizes) + Weight(300, 1))
    post = assert_ok(runtime, Signed(ALICE), approve(runtime, ALICE, call))
    assert post == PostDispatchInfo(WEIGHTS.of("as_multi_create", s=2, z=0))
    post = assert_ok(runtime, Signed(BOB), approve(runtime, BOB, call, NOW))
    assert post == PostDispatchInfo(WEIGHTS.of("as_multi_approve", s=2, z=0))


def test_accounts_are_those_of_other_implementations() -> None:
    vectors = [each for each in load("ss58/derived_accounts.json")["vectors"] if each["op"] == "multisig"]
    for vector in vectors:
        first, *rest = sorted(AccountId(unhex(each)) for each in vector["signatories"])
        runtime = endowed_runtime()
        runtime.balances.mint_into(first, 9)
        call = call_of(runtime.multisig.approve_as_multi, vector["threshold"], rest, None, bytes(32), Weight())
        assert_ok(runtime, Signed(first), call)
        opened = multisig.NewMultisig(first, AccountId(unhex(vector["account"])), bytes(32))
        assert told(runtime, multisig.Event) == [opened]
    assert vectors
