"""Calls of calls: batches, derived accounts, other origins, fallbacks, and what they are charged."""

from __future__ import annotations

import pytest

from chain.crypto.derived import derivative
from chain.primitives import AccountId, Err, Ok
from chain.scale import DecodeError
from chain.scale.depth import MAX_DEPTH
from pallets import balances, utility
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.call_filter import filtered
from pallets.frame.composition import MAX_STORAGE_LAYERS
from pallets.frame.error import (
    BadOrigin,
    BadOriginFailure,
    DispatchError,
    ModuleFailure,
    TokenError,
    TokenFailure,
    TransactionalError,
    TransactionalFailure,
)
from pallets.frame.origin import NO_ORIGIN, ROOT, Origin, Signed
from pallets.frame.testing import assert_noop, assert_ok
from pallets.frame.weight import DispatchClass, Pays, PostDispatchInfo, Weight
from pallets.system.errors import CallFiltered
from pallets.utility.events import BatchInterrupted
from pallets.utility.weights import WEIGHTS
from tests.pallets.nested_runtime import (
    ALICE,
    BOB,
    CHARLIE,
    Asked,
    NestedRuntime,
    endowed_runtime,
    free,
    told,
    transfer,
)
from tests.vectors import load, unhex

PROBE_ASKED = ModuleFailure(7, bytes(4))
FILTERED = ModuleFailure(0, bytes((5, 0, 0, 0)))
POOR = TokenFailure(TokenError.FUNDS_UNAVAILABLE)


def probe(runtime: NestedRuntime, used: int | None = None, fails: bool = False) -> RuntimeCall:
    """A call that declares (1000, 10) and says it used (used, 0)."""
    return call_of(runtime.probe.use, used=None if used is None else Weight(used), fails=fails)


def no_transfers(call: RuntimeCall) -> bool:
    return call.target.pallet != "Balances"


def refusal(runtime: NestedRuntime, origin: Origin, call: RuntimeCall) -> DispatchError:
    with pytest.raises(DispatchError) as caught:
        runtime.dispatch(call, origin)
    return caught.value


# batch


def test_a_batch_makes_its_calls_in_the_signer_s_name() -> None:
    runtime = endowed_runtime()
    both = [transfer(runtime, BOB, 5), transfer(runtime, CHARLIE, 5)]
    assert_ok(runtime, Signed(ALICE), call_of(runtime.utility.batch, calls=both))
    assert free(runtime, ALICE, BOB, CHARLIE) == [0, 15, 15]
    item = utility.ItemCompleted()
    assert told(runtime, utility.Event) == [item, item, utility.BatchCompleted()]


def test_a_batch_stops_at_the_first_failure_and_keeps_what_went_before() -> None:
    runtime = endowed_runtime()
    calls = [transfer(runtime, BOB, 5), transfer(runtime, BOB, 10), transfer(runtime, BOB, 5)]
    assert_ok(runtime, Signed(ALICE), call_of(runtime.utility.batch, calls=calls))
    assert free(runtime, ALICE, BOB) == [5, 15]
    assert told(runtime, utility.Event) == [utility.ItemCompleted(), utility.BatchInterrupted(1, POOR)]


@pytest.mark.parametrize("name", ["batch", "batch_all", "force_batch"])
def test_nobody_makes_no_batch_and_none_is_too_long(name: str) -> None:
    runtime = endowed_runtime()
    batch = getattr(runtime.utility, name)
    assert_noop(runtime, NO_ORIGIN, call_of(batch, calls=[]), BadOrigin)
    longest = runtime.utility.config.batched_calls_limit
    assert longest == 10_922
    remark = call_of(runtime.system.remark, remark=b"")
    assert_noop(runtime, Signed(ALICE), call_of(batch, calls=[remark] * (longest + 1)), utility.TooManyCalls)
    assert_ok(runtime, Signed(ALICE), call_of(batch, calls=[]))


def test_a_batch_is_filtered_as_its_origin_is_and_root_s_is_not() -> None:
    runtime = endowed_runtime()
    batch = call_of(runtime.utility.batch, calls=[transfer(runtime, BOB, 1)])
    assert_ok(runtime, filtered(Signed(ALICE), no_transfers), batch)
    assert told(runtime, utility.Event) == [utility.BatchInterrupted(0, FILTERED)]
    runtime.call_filter = no_transfers
    assert_ok(runtime, Signed(ALICE), batch)
    assert told(runtime, utility.Event)[1:] == [utility.BatchInterrupted(0, FILTERED)]
    assert_ok(runtime, ROOT, batch)
    assert told(runtime, utility.Event)[2:] == [utility.BatchInterrupted(0, BadOriginFailure())]
    assert free(runtime, ALICE, BOB) == [10, 10]


# batch_all


def test_batch_all_makes_all_calls() -> None:
    runtime = endowed_runtime()
    calls = [transfer(runtime, BOB, 5), transfer(runtime, CHARLIE, 5)]
    assert_ok(runtime, Signed(ALICE), call_of(runtime.utility.batch_all, calls=calls))
    assert free(runtime, ALICE, BOB, CHARLIE) == [0, 15, 15]
    item = utility.ItemCompleted()
    assert told(runtime, utility.Event) == [item, item, utility.BatchCompleted()]


def test_batch_all_undoes_everything_at_the_first_failure() -> None:
    runtime = endowed_runtime()
    calls = [transfer(runtime, BOB, 5), transfer(runtime, BOB, 10), transfer(runtime, BOB, 5)]
    assert_noop(runtime, Signed(ALICE), call_of(runtime.utility.batch_all, calls=calls), POOR)
    assert told(runtime, utility.Event) == []


def test_batch_all_stands_in_no_batch_all_but_root_s() -> None:
    runtime = endowed_runtime()
    inner = call_of(runtime.utility.batch_all, calls=[transfer(runtime, BOB, 1)])
    assert_noop(runtime, Signed(ALICE), call_of(runtime.utility.batch_all, calls=[inner]), CallFiltered)
    deeper = call_of(runtime.utility.batch, calls=[inner])
    assert_ok(runtime, Signed(ALICE), call_of(runtime.utility.batch_all, calls=[deeper]))
    assert told(runtime, utility.Event)[0] == utility.BatchInterrupted(0, FILTERED)
    remark = call_of(runtime.utility.batch_all, calls=[call_of(runtime.system.remark, remark=b"")])
    assert_ok(runtime, ROOT, call_of(runtime.utility.batch_all, calls=[remark]))


# force_batch


def test_force_batch_goes_on_after_failures_and_tells_each() -> None:
    runtime = endowed_runtime()
    calls = [transfer(runtime, BOB, 5), probe(runtime, fails=True), transfer(runtime, BOB, 5)]
    assert_ok(runtime, Signed(ALICE), call_of(runtime.utility.force_batch, calls=calls))
    assert free(runtime, ALICE, BOB) == [0, 20]
    done, failed = utility.ItemCompleted(), utility.ItemFailed(PROBE_ASKED)
    assert told(runtime, utility.Event) == [done, failed, done, utility.BatchCompletedWithErrors()]
    assert_ok(runtime, Signed(BOB), call_of(runtime.utility.force_batch, calls=[transfer(runtime, ALICE, 5)]))
    assert told(runtime, utility.Event)[4:] == [done, utility.BatchCompleted()]


# as_derivative


def test_a_derived_account_acts_for_its_owner_alone() -> None:
    runtime = endowed_runtime()
    derived = derivative(ALICE, 0)
    assert_ok(runtime, Signed(ALICE), transfer(runtime, derived, 5))
    act = call_of(runtime.utility.as_derivative, index=1, call=transfer(runtime, BOB, 3))
    assert_noop(runtime, Signed(ALICE), act, POOR)
    act = call_of(runtime.utility.as_derivative, index=0, call=transfer(runtime, BOB, 3))
    assert_ok(runtime, Signed(ALICE), act)
    assert free(runtime, derived, BOB) == [2, 13]
    assert_noop(runtime, ROOT, act, BadOrigin)


def test_a_derived_account_keeps_its_owner_s_filters() -> None:
    runtime = endowed_runtime()
    act = call_of(runtime.utility.as_derivative, index=0, call=transfer(runtime, BOB, 1))
    assert_noop(runtime, filtered(Signed(ALICE), no_transfers), act, CallFiltered)
    in_batch = call_of(runtime.utility.batch_all, calls=[call_of(runtime.utility.batch_all, calls=[])])
    hidden = call_of(runtime.utility.as_derivative, index=0, call=in_batch)
    assert_noop(runtime, Signed(ALICE), call_of(runtime.utility.batch_all, calls=[hidden]), CallFiltered)


def test_derived_accounts_are_those_of_other_implementations() -> None:
    vectors = [each for each in load("ss58/derived_accounts.json")["vectors"] if each["op"] == "derivative"]
    for vector in vectors:
        owner, runtime = AccountId(unhex(vector["account_of"])), endowed_runtime()
        runtime.balances.mint_into(AccountId(unhex(vector["account"])), 9)
        act = call_of(runtime.utility.as_derivative, index=vector["index"], call=transfer(runtime, BOB, 9))
        assert_ok(runtime, Signed(owner), act)
        assert free(runtime, BOB) == [19]
    assert vectors


# dispatch_as, dispatch_as_fallible, with_weight


def test_root_acts_in_the_name_of_any_origin_past_the_filters() -> None:
    runtime = endowed_runtime()
    runtime.call_filter = no_transfers
    move = transfer(runtime, BOB, 4)
    act = call_of(runtime.utility.dispatch_as, as_origin=Signed(ALICE), call=move)
    assert_noop(runtime, Signed(ALICE), act, BadOrigin)
    assert_ok(runtime, ROOT, act)
    assert_ok(runtime, ROOT, call_of(runtime.utility.dispatch_as, as_origin=NO_ORIGIN, call=move))
    inside = call_of(runtime.utility.batch, calls=[move])
    assert_ok(runtime, ROOT, call_of(runtime.utility.dispatch_as, as_origin=Signed(ALICE), call=inside))
    assert free(runtime, ALICE, BOB) == [6, 14]
    assert told(runtime, utility.Event) == [
        utility.DispatchedAs(Ok(None)),
        utility.DispatchedAs(Err(BadOriginFailure())),
        utility.BatchInterrupted(0, FILTERED),
        utility.DispatchedAs(Ok(None)),
    ]


def test_dispatch_as_fallible_fails_as_its_call_does() -> None:
    runtime = endowed_runtime()
    fallible = runtime.utility.dispatch_as_fallible
    failing = call_of(fallible, as_origin=Signed(ALICE), call=probe(runtime, 5, fails=True))
    assert_noop(runtime, Signed(ALICE), failing, BadOrigin)
    assert_noop(runtime, ROOT, failing, Asked)
    assert refusal(runtime, ROOT, failing).post_info == PostDispatchInfo()
    assert_ok(runtime, ROOT, call_of(fallible, as_origin=Signed(ALICE), call=transfer(runtime, BOB, 4)))
    assert free(runtime, ALICE) == [6]
    assert told(runtime, utility.Event) == [utility.DispatchedAs(Ok(None))]


def test_with_weight_is_root_s_and_weighs_what_root_says() -> None:
    runtime = endowed_runtime()
    call = call_of(runtime.utility.with_weight, call=call_of(runtime.probe.operate), weight=Weight(123, 456))
    assert call.info().call_weight == Weight(123, 456)
    assert call.info().dispatch_class is DispatchClass.OPERATIONAL
    assert_noop(runtime, Signed(ALICE), call, BadOrigin)
    assert assert_ok(runtime, ROOT, call) == PostDispatchInfo()
    failing = call_of(runtime.utility.with_weight, call=probe(runtime, 5, fails=True), weight=Weight(1))
    assert refusal(runtime, ROOT, failing).post_info == PostDispatchInfo()


# if_else


def test_if_else_makes_the_fallback_only_where_the_main_call_fails() -> None:
    runtime = endowed_runtime()
    if_else, small, large = runtime.utility.if_else, transfer(runtime, BOB, 2), transfer(runtime, BOB, 20)
    assert_ok(runtime, Signed(ALICE), call_of(if_else, main=small, fallback=transfer(runtime, CHARLIE, 1)))
    assert free(runtime, ALICE, BOB, CHARLIE) == [8, 12, 10]
    assert_ok(runtime, Signed(ALICE), call_of(if_else, main=large, fallback=small))
    assert free(runtime, ALICE, BOB) == [6, 14]
    assert_noop(runtime, Signed(ALICE), call_of(if_else, main=large, fallback=probe(runtime, fails=True)), Asked)
    assert_noop(runtime, NO_ORIGIN, call_of(if_else, main=small, fallback=small), BadOrigin)
    assert told(runtime, utility.Event) == [utility.IfElseMainSuccess(), utility.IfElseFallbackCalled(POOR)]


# weights


def base(name: str, count: int) -> Weight:
    return WEIGHTS.of(name, c=count)


def test_weights_are_those_of_polkadot_sdk() -> None:
    reads = 2 * 25_000_000
    assert base("batch", 2) == Weight(4_034_000 + 2 * 4_914_560 + reads, 3997)
    assert base("batch_all", 2) == Weight(4_075_000 + 2 * 5_127_263 + reads, 3997)
    assert base("force_batch", 2) == Weight(4_035_000 + 2 * 4_902_729 + reads, 3997)
    assert WEIGHTS.of("as_derivative") == Weight(6_097_000 + reads, 3997)
    assert WEIGHTS.of("if_else") == Weight(11_571_000 + 3 * 25_000_000, 7004)
    assert (WEIGHTS.of("dispatch_as"), WEIGHTS.of("dispatch_as_fallible")) == (Weight(5_720_000), Weight(5_705_000))


@pytest.mark.parametrize("name", ["batch", "batch_all", "force_batch"])
def test_a_batch_declares_all_its_calls_and_is_operational_where_all_are(name: str) -> None:
    runtime = endowed_runtime()
    batch, operational = getattr(runtime.utility, name), call_of(runtime.probe.operate)
    info = call_of(batch, calls=[probe(runtime), operational]).info()
    assert info.call_weight == base(name, 2) + Weight(1007, 10)
    assert info.dispatch_class is DispatchClass.NORMAL
    assert info.pays_fee is Pays.YES
    for calls in ([], [operational] * 2):
        assert call_of(batch, calls=calls).info().dispatch_class is DispatchClass.OPERATIONAL


@pytest.mark.parametrize(
    ("name", "charged"), [("batch", "batch"), ("batch_all", "batch_all"), ("force_batch", "batch")]
)
def test_a_batch_is_charged_what_its_calls_used(name: str, charged: str) -> None:
    runtime = endowed_runtime()
    calls = [probe(runtime, 300), probe(runtime), probe(runtime, 5000)]
    post = assert_ok(runtime, Signed(ALICE), call_of(getattr(runtime.utility, name), calls=calls))
    # what says nothing used all it declared, and nothing uses more than that
    assert post == PostDispatchInfo(base(charged, 3) + Weight(300 + 1000 + 1000, 10))


def test_an_interrupted_batch_is_charged_for_the_calls_that_were_made() -> None:
    runtime = endowed_runtime()
    calls = [probe(runtime, 300), probe(runtime, 200, fails=True), probe(runtime)]
    post = assert_ok(runtime, Signed(ALICE), call_of(runtime.utility.batch, calls=calls))
    assert post == PostDispatchInfo(base("batch", 2) + Weight(500))
    post = assert_ok(runtime, Signed(ALICE), call_of(runtime.utility.force_batch, calls=calls))
    assert post == PostDispatchInfo(base("batch", 3) + Weight(1500, 10))
    error = refusal(runtime, Signed(ALICE), call_of(runtime.utility.batch_all, calls=calls))
    assert error.post_info == PostDispatchInfo(base("batch_all", 2) + Weight(500))


@pytest.mark.parametrize("fails", [False, True])
def test_a_derived_call_is_charged_what_it_used_and_its_account(fails: bool) -> None:
    runtime = endowed_runtime()
    own = WEIGHTS.of("as_derivative") + Weight(125_000_000)
    call = call_of(runtime.utility.as_derivative, index=0, call=probe(runtime, 300, fails))
    assert call.info().call_weight == own + Weight(1000, 10)
    post = refusal(runtime, Signed(ALICE), call).post_info if fails else assert_ok(runtime, Signed(ALICE), call)
    assert post == PostDispatchInfo(own + Weight(300))


def test_if_else_is_charged_for_what_was_made() -> None:
    runtime = endowed_runtime()
    if_else, own = runtime.utility.if_else, WEIGHTS.of("if_else")
    works, fails = probe(runtime, 300), probe(runtime, 200, fails=True)
    assert call_of(if_else, main=works, fallback=fails).info().call_weight == own + Weight(2000, 20)
    assert assert_ok(
        runtime, Signed(ALICE), call_of(if_else, main=works, fallback=fails)
    ).actual_weight == own + Weight(300)
    assert assert_ok(
        runtime, Signed(ALICE), call_of(if_else, main=fails, fallback=works)
    ).actual_weight == own + Weight(500)
    error = refusal(runtime, Signed(ALICE), call_of(if_else, main=fails, fallback=fails))
    assert error.post_info.actual_weight == own + Weight(400)
    operational = call_of(runtime.probe.operate)
    both = call_of(if_else, main=operational, fallback=operational).info()
    assert both.dispatch_class is DispatchClass.OPERATIONAL
    assert call_of(if_else, main=operational, fallback=works).info().dispatch_class is DispatchClass.NORMAL


# nesting


def nested(runtime: NestedRuntime, depth: int) -> RuntimeCall:
    call = call_of(runtime.system.remark, remark=b"")
    for _ in range(depth):
        call = call_of(runtime.utility.batch, calls=[call])
    return call


def test_calls_nest_as_deep_as_decoding_follows_and_weigh_the_sum() -> None:
    runtime = endowed_runtime()
    data = nested(runtime, MAX_DEPTH).encode()
    decoded = runtime.decode_call(data)
    assert decoded.encode() == data
    remark = call_of(runtime.system.remark, remark=b"").info().call_weight
    assert decoded.info().call_weight == remark + base("batch", 1) * MAX_DEPTH
    bomb = bytes((26, 0, 4)) * 1000 + bytes((0, 0, 0))
    with pytest.raises(DecodeError, match="nested"):
        runtime.decode_call(bomb)


def test_calls_nest_as_deep_as_there_are_storage_layers() -> None:
    runtime = endowed_runtime()
    deepest = runtime.decode_call(nested(runtime, MAX_STORAGE_LAYERS - 1).encode())
    assert assert_ok(runtime, Signed(ALICE), deepest).actual_weight == deepest.info().call_weight
    assert not any(isinstance(each, BatchInterrupted) for each in told(runtime, utility.Event))
    assert_ok(runtime, Signed(ALICE), runtime.decode_call(nested(runtime, MAX_STORAGE_LAYERS).encode()))
    limit = TransactionalFailure(TransactionalError.LIMIT_REACHED)
    assert BatchInterrupted(0, limit) in told(runtime, utility.Event)


def test_a_batch_leaves_the_books_balanced() -> None:
    runtime = endowed_runtime()
    assert_ok(runtime, Signed(ALICE), call_of(runtime.utility.batch, calls=[transfer(runtime, BOB, 10)]))
    assert balances.Transfer(ALICE, BOB, 10) in told(runtime, balances.Event)
    runtime.try_state()
