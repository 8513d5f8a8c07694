"""The multiplier follows the fullness of blocks, step by step as exact arithmetic says."""

from __future__ import annotations

import random
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets import transaction_payment
from pallets.frame.weight import REF_TIME_PER_SECOND, U64_MAX, Weight
from pallets.system import BlockWeights, ConsumedWeight
from pallets.system.limits import ClassWeights
from pallets.transaction_payment import (
    FIXED_POINT,
    SLOW_ADJUSTING,
    ConstantMultiplier,
    MultiplierUpdate,
    TargetedFeeAdjustment,
    TransactionPayment,
)
from pallets.transaction_payment.multiplier import (
    FIXED_MAX,
    fixed_product,
    fixed_ratio,
    limiting_dimension,
    nearest_ratio,
    normal_limit,
)
from tests.pallets.template_runtime import runtime_with

ONE = FIXED_POINT
LIMITS = BlockWeights.with_sensible_defaults(Weight(2 * REF_TIME_PER_SECOND, 5 * 1024 * 1024))
NORMAL = normal_limit(LIMITS)
NODE = TargetedFeeAdjustment(target=ONE // 4, variability=ONE // 100_000, lowest=10**9)
"""What the node of polkadot-sdk has."""


# The same in fractions, written from the formula: each named number of the formula is cut to 18 places where it is made


def cut(value: Fraction) -> Fraction:
    return Fraction(min(floor(value * ONE), FIXED_MAX), ONE)


def oracle(update: TargetedFeeAdjustment, previous: int, normal: Weight, limits: BlockWeights) -> int:
    lowest, highest, v = (Fraction(each, ONE) for each in (update.lowest, update.highest, update.variability))
    multiplier = max(Fraction(previous, ONE), lowest)
    most = normal_limit(limits)
    shares = []
    for used, limit in ((normal.ref_time, most.ref_time), (normal.proof_size, most.proof_size)):
        shares.append((floor(Fraction(min(used, limit), max(limit, 1)) * 10**9), min(used, limit), limit))
    _, used, limit = shares[1] if shares[1][0] > shares[0][0] else shares[0]
    wanted = Fraction(update.target, ONE) * limit
    target = floor(wanted) + (wanted - floor(wanted) > Fraction(1, 2))
    difference = cut(Fraction(abs(used - target), max(limit, 1)))
    first = cut(v * difference)
    second = cut(cut(cut(v * v) / 2) * cut(difference * difference))
    if used >= target:
        following = multiplier + cut((first + second) * multiplier)
    else:
        following = max(multiplier - cut(max(first - second, Fraction(0)) * multiplier), Fraction(0))
    return floor(min(max(cut(following), lowest), highest) * ONE)


def test_ten_thousand_steps_are_those_of_exact_arithmetic() -> None:
    chance, update, multiplier = random.Random(7), SLOW_ADJUSTING, ONE
    expected = multiplier
    for step in range(10_000):
        fullness = chance.choice((0, chance.randrange(101), 100)) if step % 500 < 250 else 90
        proof = chance.choice((0, fullness, chance.randrange(101)))
        normal = Weight(NORMAL.ref_time * fullness // 100 + chance.randrange(100), NORMAL.proof_size * proof // 100)
        multiplier = update.next(multiplier, normal, LIMITS)
        expected = oracle(update, expected, normal, LIMITS)
        assert multiplier == expected, step
    assert multiplier not in (ONE, update.lowest)


@given(
    st.builds(
        TargetedFeeAdjustment,
        target=st.integers(0, ONE),
        variability=st.integers(0, 3 * ONE),
        lowest=st.integers(0, ONE),
        highest=st.integers(ONE, FIXED_MAX),
    ),
    st.integers(0, FIXED_MAX),
    st.builds(Weight, st.integers(0, U64_MAX), st.integers(0, U64_MAX)),
    st.builds(Weight, st.integers(0, U64_MAX), st.integers(0, U64_MAX)),
)
def test_any_step_is_that_of_exact_arithmetic(
    update: TargetedFeeAdjustment, previous: int, normal: Weight, most: Weight
) -> None:
    unlimited = ClassWeights(Weight(), None, None, None)
    limits = BlockWeights(Weight(), most, (unlimited, unlimited, unlimited))
    following = update.next(previous, normal, limits)
    assert following == oracle(update, previous, normal, limits)
    assert update.lowest <= following <= update.highest


FIGURES = [
    # multiplier, share of the target in hundredths, next one
    (ONE // 2, 0, 499_998_750_001_562_500),
    (ONE // 2, 100, ONE // 2),
    (ONE // 2, 200, 500_001_250_001_562_500),
    (10**9, 0, 10**9),
    (0, 100, 10**9),
]


@pytest.mark.parametrize(("previous", "hundredths", "following"), FIGURES)
def test_figures_that_can_be_worked_out_by_hand(previous: int, hundredths: int, following: int) -> None:
    target = NORMAL.ref_time // 4
    assert NODE.next(previous, Weight(target * hundredths // 100), LIMITS) == following


def test_a_day_of_full_blocks_raises_fees_as_the_node_of_polkadot_sdk_expects() -> None:
    multiplier = ONE
    for _ in range(28_800):  # a day of blocks at three seconds
        multiplier = NODE.next(multiplier, NORMAL, LIMITS)
    assert multiplier > 1234 * ONE // 1000


def test_above_the_target_it_grows_and_below_it_shrinks() -> None:
    target = NORMAL.ref_time // 4
    assert SLOW_ADJUSTING.next(ONE, Weight(target), LIMITS) == ONE
    assert SLOW_ADJUSTING.next(ONE, Weight(target + target // 10), LIMITS) > ONE
    assert SLOW_ADJUSTING.next(ONE, Weight(target - target // 10), LIMITS) < ONE
    assert SLOW_ADJUSTING.next(0, Weight(), LIMITS) == SLOW_ADJUSTING.lowest == ONE // 10


def test_the_fuller_dimension_counts_and_reference_time_where_both_are_alike() -> None:
    half = Weight(NORMAL.ref_time // 2, NORMAL.proof_size // 2)
    assert limiting_dimension(half, NORMAL) == (half.ref_time, NORMAL.ref_time)
    assert limiting_dimension(half + Weight(0, 1), NORMAL) == (half.proof_size + 1, NORMAL.proof_size)
    assert limiting_dimension(half + Weight(0, 10**9), NORMAL) == (NORMAL.proof_size, NORMAL.proof_size)
    assert limiting_dimension(Weight(5, 5), Weight()) == (0, 0)


def test_a_constant_multiplier_does_not_follow() -> None:
    assert ConstantMultiplier().next(5 * ONE, NORMAL, LIMITS) == ONE
    assert ConstantMultiplier(3).next(ONE, Weight(), LIMITS) == 3


def test_a_minimum_that_could_never_be_left_is_refused() -> None:
    SLOW_ADJUSTING.check(LIMITS)
    NODE.check(LIMITS)
    ConstantMultiplier(0).check(LIMITS)
    TargetedFeeAdjustment(0, 0, 0).check(LIMITS)
    with pytest.raises(AssertionError, match="cannot leave its minimum 1:"):
        TargetedFeeAdjustment(ONE // 4, ONE // 100_000, 1).check(LIMITS)


@given(st.integers(0, FIXED_MAX), st.integers(0, FIXED_MAX), st.integers(1, FIXED_MAX))
def test_fixed_point_arithmetic_is_cut_and_held(left: int, right: int, divisor: int) -> None:
    assert Fraction(fixed_product(left, right), ONE) == cut(Fraction(left, ONE) * Fraction(right, ONE))
    assert Fraction(fixed_ratio(left, divisor), ONE) == cut(Fraction(left, divisor))
    exact = Fraction(left, divisor) * ONE
    assert nearest_ratio(left, divisor) == min(floor(exact) + (exact - floor(exact) > Fraction(1, 2)), FIXED_MAX)


# In a block


def payment_with(update: MultiplierUpdate, consumed: ConsumedWeight) -> TransactionPayment:
    runtime = runtime_with()
    runtime.system.block_weight.put(consumed)
    config = transaction_payment.Config(
        currency=runtime.balances, block_weights=LIMITS, multiplier_update=update, system=runtime.system
    )
    return TransactionPayment(runtime, config, index=50, name="Payment")


def test_the_end_of_a_block_makes_the_next_multiplier_of_its_normal_weight_alone() -> None:
    busy = ConsumedWeight(operational=NORMAL, mandatory=NORMAL)
    payment = payment_with(SLOW_ADJUSTING, busy)
    payment.on_finalize(1)
    assert payment.next_fee_multiplier.get() == SLOW_ADJUSTING.next(ONE, Weight(), LIMITS) < ONE
    payment = payment_with(SLOW_ADJUSTING, ConsumedWeight(normal=NORMAL))
    payment.on_finalize(1)
    assert payment.next_fee_multiplier.get() == SLOW_ADJUSTING.next(ONE, NORMAL, LIMITS) > ONE


def test_a_constant_multiplier_takes_back_what_was_set() -> None:
    payment = payment_with(ConstantMultiplier(2 * ONE), ConsumedWeight())
    payment.next_fee_multiplier.put(5)
    payment.on_finalize(1)
    assert payment.next_fee_multiplier.get() == 2 * ONE


def test_a_multiplier_that_follows_needs_system() -> None:
    payment_with(SLOW_ADJUSTING, ConsumedWeight()).integrity_test()
    runtime = runtime_with()
    config = transaction_payment.Config(
        currency=runtime.balances, block_weights=LIMITS, multiplier_update=SLOW_ADJUSTING
    )
    with pytest.raises(AssertionError, match=r"needs Config\.system"):
        TransactionPayment(runtime, config, index=51, name="Other").integrity_test()
    runtime.transaction_payment.integrity_test()
