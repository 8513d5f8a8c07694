from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.aggregation.client_descent import controlled, descend, proximal
from pallets.learning.aggregation.rates import ONE, OptimiserError, rate
from pallets.learning.fixed_point import Overflow, divide

ONE_WEIGHT = 1 << 24


@given(st.integers(0, ONE), st.integers(0, ONE), st.integers(0, 10), st.integers(-(2**30), 2**30))
def test_proximal_steps_follow_the_formula(learning_rate: int, mu: int, steps: int, target: int) -> None:
    found = descend(
        [7], lambda at: [at[0] - target], steps=steps, learning_rate=learning_rate, correction=proximal([7], mu)
    )
    weight = 7
    for _ in range(steps):
        weight -= divide(learning_rate * (weight - target + divide(mu * (weight - 7), ONE)), ONE)
    assert found == [weight]


def test_a_proximal_term_ends_where_its_share_of_the_pull_says() -> None:
    """The minimum of (w - 4)²/2 + μ/2 · w² is 4 / (1 + μ)."""
    for mu in (0, 1, 3):
        end = descend(
            [0],
            lambda at: [at[0] - 4 * ONE_WEIGHT],
            steps=200,
            learning_rate=rate(0.2),
            correction=proximal([0], mu * ONE),
        )
        assert abs(end[0] - 4 * ONE_WEIGHT // (1 + mu)) < 2**6


def test_a_control_shifts_every_gradient_alike() -> None:
    assert descend([0], lambda _: [5], steps=3, learning_rate=ONE, correction=controlled([2], [1])) == [-12]


def test_what_no_step_can_be_made_with_is_refused() -> None:
    with pytest.raises(OptimiserError, match="-1 steps"):
        descend([0], lambda at: at, steps=-1, learning_rate=1)
    with pytest.raises(OptimiserError, match="gradient has 2 values for 1 weights"):
        descend([0], lambda _: [1, 2], steps=1, learning_rate=1)
    with pytest.raises(OptimiserError, match="mu is -1"):
        proximal([0], -1)
    with pytest.raises(Overflow, match="weight 0"):
        descend([2**62], lambda at: [-at[0]], steps=3, learning_rate=ONE)
