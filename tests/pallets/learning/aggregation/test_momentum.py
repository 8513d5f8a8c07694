from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.aggregation.momentum import momentum_step
from pallets.learning.aggregation.optimiser_state import blank
from pallets.learning.aggregation.rates import ONE, OptimiserError, rate
from pallets.learning.fixed_point import Overflow
from tests.pallets.learning.aggregation.flower import differences

values = st.integers(-(2**40), 2**40)


@given(
    st.lists(st.lists(values, min_size=2, max_size=2), min_size=1, max_size=6),
    st.integers(0, ONE),
    st.integers(0, ONE * 99 // 100),
)
def test_a_round_adds_less_than_one_unit_of_error_to_exact_arithmetic(
    means: list[list[int]], learning_rate: int, momentum: int
) -> None:
    """From the same weights and velocity, so that no round inherits the error of another."""
    weights, state = [0, 2**20], blank(2)
    for mean in means:
        moved, following = momentum_step(weights, mean, state, learning_rate=learning_rate, momentum=momentum)
        for place in range(2):
            velocity = Fraction(momentum, ONE) * state.first[place] / 2**16 + mean[place] - weights[place]
            exact = weights[place] + Fraction(learning_rate, ONE) * velocity
            assert abs(moved[place] - exact) < 1 + Fraction(1, 2**15)
            assert abs(Fraction(following.first[place], 2**16) - velocity) < Fraction(1, 2**16)
        weights, state = moved, following


def test_without_momentum_and_at_rate_one_the_mean_is_the_next_version() -> None:
    assert momentum_step([5, -7], [100, -100], blank(2), learning_rate=ONE, momentum=0)[0] == [100, -100]


def test_eight_rounds_agree_with_flower() -> None:
    found = differences(
        "FedAvgM",
        lambda weights, mean, state: momentum_step(weights, mean, state, learning_rate=rate(0.5), momentum=rate(0.9)),
    )
    assert max(found) < 5e-7


def test_what_no_step_can_be_made_with_is_refused() -> None:
    with pytest.raises(OptimiserError, match="mean has 1 values for 2 weights"):
        momentum_step([1, 2], [1], blank(2), learning_rate=ONE, momentum=0)
    with pytest.raises(OptimiserError, match="state has 1 values for 2 weights"):
        momentum_step([1, 2], [1, 2], blank(1), learning_rate=ONE, momentum=0)
    with pytest.raises(OptimiserError, match=f"momentum is {ONE}, not 0 to {ONE - 1}"):
        momentum_step([1], [1], blank(1), learning_rate=ONE, momentum=ONE)
    with pytest.raises(Overflow, match="weight 0 is"):
        momentum_step([2**62], [2**63 - 1], blank(1), learning_rate=9 * ONE, momentum=0)
