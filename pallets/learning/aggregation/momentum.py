"""FedAvgM: the server goes on in the direction of the rounds before.

    velocity ← momentum · velocity + (mean - weights);   weights ← weights + rate · velocity

Source: Hsu, Qi, Brown 2019. Against exact arithmetic a weight is off by less than one unit a round, its last place,
plus what rate and momentum lose to their 32 bits.
"""

from __future__ import annotations

from collections.abc import Sequence

from pallets.learning.aggregation.optimiser_state import FIRST_BITS, OptimiserState
from pallets.learning.aggregation.rates import ONE, RATE_BITS, check_lengths, check_rate
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS, divide, ensure_int64

_FINER = FIRST_BITS - WEIGHT_FRACTIONAL_BITS
_SCALE = 1 << (RATE_BITS + _FINER)


def momentum_step(
    weights: Sequence[int], mean: Sequence[int], state: OptimiserState, *, learning_rate: int, momentum: int
) -> tuple[list[int], OptimiserState]:
    """The weights after a round whose mean is `mean`, and the state to keep.

    learning_rate, momentum: 32 fractional bits; momentum below 1
    Raises Overflow where a weight leaves int64.
    """
    check_lengths(weights, mean=mean, state=state.first)
    check_rate(learning_rate, "learning_rate")
    check_rate(momentum, "momentum", high=ONE - 1)
    velocity = tuple(
        divide(momentum * old, ONE) + ((target - weight) << _FINER)
        for old, target, weight in zip(state.first, mean, weights, strict=True)
    )
    moved = [
        ensure_int64(weight + divide(learning_rate * speed, _SCALE), f"weight {index}")
        for index, (weight, speed) in enumerate(zip(weights, velocity, strict=True))
    ]
    return moved, OptimiserState(state.rounds + 1, velocity, state.second)
