"""Questions: what they weigh, what they cost, who is paid, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.primitives import Hash
from chain.scale import DecodeError
from pallets.frame.call import call_of
from pallets.frame.error import ArithmeticProblem, BadOrigin, TokenProblem
from pallets.frame.origin import Root, Signed
from pallets.frame.testing import assert_noop, assert_ok, events_of
from pallets.frame.weight import Weight
from pallets.inference import Bound, Predicted, Quote, Voted
from pallets.inference.errors import (
    BoundTooSmall,
    FeeTooHigh,
    NoRows,
    NotOwner,
    NotPlaced,
    VersionWithdrawn,
    WrongRowLength,
)
from pallets.inference.events import FeeSet
from pallets.inference.weights import COMPARISON, READ_BYTE, prediction_weight
from pallets.learning.forest import Forest
from pallets.learning.forest_codec import encode_forest
from pallets.learning.prediction import Predictor
from pallets.ml_registry import FOREST_MERGE, Contributor
from pallets.ml_registry.errors import UnknownModel
from tests.pallets.inference.mock import (
    ASKER,
    ENDOWMENT,
    FOREST,
    HOLDER,
    MINIMUM_BALANCE,
    OTHER,
    OWNER,
    PLACER,
    ROW,
    InferenceRuntime,
    ask,
    ask_call,
    do,
    new_runtime,
    placed,
    publish,
    quoted,
)
from tests.pallets.learning.forests import forests, rows_near

DEPTHS = sum(tree.depth for tree in FOREST.trees)


def with_fee(fee: int, *contributors: Contributor) -> tuple[InferenceRuntime, Hash]:
    """A version on chain whose owner takes a fee for each row."""
    runtime = new_runtime()
    version = publish(runtime, encode_forest(FOREST), FOREST_MERGE, contributors)
    do(runtime, PLACER, call_of(runtime.inference.place, version=version, artifact=encode_forest(FOREST)))
    do(runtime, OWNER, call_of(runtime.inference.set_fee, model=0, fee=fee))
    return runtime, version


def test_the_answers_are_the_events_one_for_each_row() -> None:
    runtime = new_runtime()
    version = placed(runtime)
    rows = [ROW, [0, 41, 8], [501, 41, 0]]
    assert ask(runtime, version, rows) == [Voted(2, 21, 23), Voted(0, 21, 23), Voted(0, 22, 23)]
    assert events_of(runtime, Predicted) == [
        Predicted(version, ASKER, [Voted(2, 21, 23), Voted(0, 21, 23), Voted(0, 22, 23)], 0)
    ]
    assert runtime.balances.balance(ASKER) == ENDOWMENT


def test_a_question_weighs_reading_the_model_and_the_sum_of_the_depths_times_the_rows() -> None:
    runtime = new_runtime()
    version, size = placed(runtime), len(encode_forest(FOREST))
    assert DEPTHS == 23
    for count in (1, 2, 8):
        call = ask_call(runtime, version, [ROW] * count)
        post = assert_ok(runtime, Signed(ASKER), call)
        assert post.actual_weight == call.info().call_weight
        fixed = prediction_weight(Bound(0, len(FOREST.trees), 0))
        work = Weight(size * READ_BYTE + DEPTHS * count * COMPARISON, size)
        assert post.actual_weight == fixed + work


def test_what_was_bound_and_not_needed_is_given_back() -> None:
    runtime = new_runtime()
    version = placed(runtime)
    exact, large = ask_call(runtime, version, [ROW]), ask_call(runtime, version, [ROW], Bound(10**6, 999, 10**9))
    assert large.info().call_weight.ref_time > 100 * exact.info().call_weight.ref_time
    assert assert_ok(runtime, Signed(ASKER), large).actual_weight == exact.info().call_weight


@settings(max_examples=60)
@given(forests(), st.data())
def test_no_forest_and_no_rows_take_more_comparisons_than_are_charged(forest: Forest, data: st.DataObject) -> None:
    rows = data.draw(st.lists(rows_near(forest), min_size=1, max_size=8))
    runtime = new_runtime()
    version = placed(runtime, encode_forest(forest))
    bound = quoted(runtime, version, len(rows)).bound
    depths = sum(tree.depth for tree in forest.trees)
    assert bound == Bound(len(encode_forest(forest)), len(forest.trees), depths * len(rows))
    post = assert_ok(runtime, Signed(ASKER), ask_call(runtime, version, rows))
    assert post.actual_weight is not None
    charged = post.actual_weight - prediction_weight(replace(bound, comparisons=0))
    taken = sum(Predictor(forest).comparisons(row) for row in rows)
    assert charged.ref_time == bound.comparisons * COMPARISON >= taken * COMPARISON
    for less in (
        replace(bound, size=bound.size - 1),
        replace(bound, trees=bound.trees - 1),
        replace(bound, comparisons=bound.comparisons - 1),
    ):
        if min(less.trees, less.comparisons) >= 0:
            assert_noop(runtime, Signed(ASKER), ask_call(runtime, version, rows, less), BoundTooSmall)


def test_a_bound_that_no_block_has_room_for_weighs_more_than_any_block() -> None:
    weight = prediction_weight(Bound(2**32 - 1, 2**16 - 1, 2**64 - 1))
    assert weight.ref_time > 10**18
    runtime = new_runtime()
    call = ask_call(runtime, placed(runtime), [ROW], Bound(2**32 - 1, 2**16 - 1, 2**64 - 1))
    assert runtime.decode_call(call.encode()).info().call_weight == weight


def test_bad_questions_are_refused() -> None:
    runtime = new_runtime()
    version = placed(runtime)
    enough = Bound(10**5, 99, 10**5)
    wrong: list[list[list[int]]] = [[[0, 1]], [ROW, [0, 1, 2, 3]], [[]]]
    for rows in wrong:
        assert_noop(runtime, Signed(ASKER), ask_call(runtime, version, rows, enough), WrongRowLength)
    assert_noop(runtime, Signed(ASKER), ask_call(runtime, version, [], enough), NoRows)
    assert_noop(runtime, Root(), ask_call(runtime, version, [ROW]), BadOrigin)
    unplaced = publish(runtime, encode_forest(FOREST))
    predict = runtime.inference.predict
    unknown = call_of(predict, version=unplaced, rows=[ROW], bound=enough, most_fee=0)
    assert_noop(runtime, Signed(ASKER), unknown, NotPlaced)
    call = ask_call(runtime, version, [ROW])
    do(runtime, OWNER, call_of(runtime.ml_registry.withdraw_version, version=version))
    assert_noop(runtime, Signed(ASKER), call, VersionWithdrawn)


@pytest.mark.parametrize("rows", [[ROW] * 9, [[0] * 256], [[65536, 0, 0]], [[-1, 0, 0]]])
def test_rows_that_the_types_have_no_room_for_are_no_call(rows: list[list[int]]) -> None:
    runtime = new_runtime()
    version = placed(runtime)
    call = call_of(runtime.inference.predict, version=version, rows=rows, bound=Bound(9, 9, 9), most_fee=0)
    with pytest.raises((ValueError, OverflowError)):
        call.encode()
    good = ask_call(runtime, version, [ROW] * 8).encode()
    with pytest.raises(DecodeError):
        runtime.decode_call(good[:34] + bytes([9 << 2]) + good[35:])


def test_the_owner_alone_sets_the_fee_and_its_next_callers_are_asked() -> None:
    runtime, version = with_fee(7)
    set_fee = runtime.inference.set_fee
    assert events_of(runtime, FeeSet) == [FeeSet(0, 7)]
    assert_noop(runtime, Signed(OTHER), call_of(set_fee, model=0, fee=1), NotOwner)
    assert_noop(runtime, Signed(OWNER), call_of(set_fee, model=9, fee=1), UnknownModel)
    assert quoted(runtime, version, 3) == Quote(Bound(len(encode_forest(FOREST)), len(FOREST.trees), 3 * DEPTHS), 21)
    old = ask_call(runtime, version, [ROW])
    do(runtime, OWNER, call_of(set_fee, model=0, fee=8))
    assert_noop(runtime, Signed(ASKER), old, FeeTooHigh)
    do(runtime, OWNER, call_of(set_fee, model=0, fee=0))
    assert runtime.inference.fees.contains_key(0) is False
    assert_ok(runtime, Signed(ASKER), old)


def test_the_fee_is_the_owners_where_nobody_has_a_part_of_the_version() -> None:
    runtime, version = with_fee(7)
    ask(runtime, version, [ROW] * 3)
    assert runtime.balances.balance(ASKER) == ENDOWMENT - 21
    assert runtime.balances.balance(OWNER) == ENDOWMENT + 21


def test_the_fee_is_divided_among_those_who_have_parts_of_the_version() -> None:
    runtime, version = with_fee(50, Contributor(OWNER, 250_000), Contributor(HOLDER, 750_000))
    ask(runtime, version, [ROW] * 4)
    registry = runtime.ml_registry
    assert [registry.dividend_of(version, who) for who in (OWNER, HOLDER)] == [50, 150]
    assert runtime.balances.balance(ASKER) == ENDOWMENT - 200 - MINIMUM_BALANCE  # the pot's first fee endows it


def test_who_cannot_pay_the_fee_is_told_nothing() -> None:
    runtime, version = with_fee(ENDOWMENT)
    assert_noop(runtime, Signed(ASKER), ask_call(runtime, version, [ROW]), TokenProblem)
    do(runtime, OWNER, call_of(runtime.inference.set_fee, model=0, fee=2**128 - 1))
    call = call_of(
        runtime.inference.predict, version=version, rows=[ROW, ROW], bound=Bound(10**5, 99, 10**5), most_fee=2**128 - 1
    )
    assert_noop(runtime, Signed(ASKER), call, ArithmeticProblem)


def test_clients_ask_for_nothing_what_they_would_be_told() -> None:
    runtime = new_runtime()
    version, pallet = placed(runtime), runtime.inference
    assert pallet.answers_of(version, [ROW]) == ask(runtime, version, [ROW])
    assert pallet.answers_of(version, []) is None
    assert pallet.answers_of(version, [[1]]) is None
    assert pallet.answers_of(Hash(bytes(32)), [ROW]) is None
    assert pallet.quote_of(Hash(bytes(32)), 1) is None
    do(runtime, OWNER, call_of(runtime.ml_registry.withdraw_version, version=version))
    assert pallet.answers_of(version, [ROW]) is None


def test_a_quote_beyond_every_number_is_none() -> None:
    runtime, version = with_fee(2**128 - 1)
    assert runtime.inference.quote_of(version, 2) is None
    assert runtime.inference.quote_of(version, 1) is not None


def test_two_chains_are_told_the_same_bytes_whatever_was_asked_before() -> None:
    def told(before: int) -> bytes:
        runtime = new_runtime()
        version = placed(runtime)
        for _ in range(before):
            runtime.inference.answers_of(version, [[1, 2, 3]])
        ask(runtime, version, [ROW])
        return runtime.storage.committed().root  # events are in the state

    assert told(0) == told(3)
