"""FedAdam, FedYogi and FedAdagrad: each parameter has a step of its own, by how much it moved before.

    Δ = mean - weights
    first  ← β1 · first + (1 - β1) · Δ
    second ← β2 · second + (1 - β2) · Δ²                                FedAdam
             second - (1 - β2) · Δ² · sign(second - Δ²)                 FedYogi
             second + Δ²                                                FedAdagrad, with β1 = 0
    weights ← weights + rate · first / (√second + τ)

FedAdam's rate is corrected by √(1 - β2^k) / (1 - β1^k) with k one more than the number of the round, from 1: so does
Flower, whose figures these agree with. Source: Reddi et al. 2021. Against exact arithmetic, from the same state,
`first` is off by less than 2^-40 and √second by less than 2^-40 + 2^-64/√second; a weight by what follows from that and
one unit, its last place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import isqrt

from pallets.learning.aggregation.optimiser_state import FIRST_BITS, SECOND_BITS, OptimiserState
from pallets.learning.aggregation.rates import ONE, RATE_BITS, OptimiserError, check_lengths, check_rate
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS, divide, ensure_int64

CORRECTION_BITS = 64
"""Fractional bits of powers of β and of the corrected rate."""

_FINER = FIRST_BITS - WEIGHT_FRACTIONAL_BITS
_SQUARE_SHIFT = SECOND_BITS - 2 * WEIGHT_FRACTIONAL_BITS
_ROOT_SHIFT = 2 * FIRST_BITS - SECOND_BITS
_STEP_SCALE = 1 << (CORRECTION_BITS - WEIGHT_FRACTIONAL_BITS)


class Adaptive(IntEnum):
    """How the second moment is kept."""

    ADAM = 0
    YOGI = 1
    ADAGRAD = 2


@dataclass(frozen=True, slots=True)
class AdaptiveParameters:
    """Rate and decay have 32 fractional bits.

    tau: 40 fractional bits; the larger, the less a step adapts
    """

    kind: Adaptive
    learning_rate: int
    beta1: int
    beta2: int
    tau: int

    def __post_init__(self) -> None:
        check_rate(self.learning_rate, "learning_rate")
        check_rate(self.beta1, "beta1", high=ONE - 1)
        check_rate(self.beta2, "beta2", high=ONE - 1)
        check_rate(self.tau, "tau", low=1)
        if self.kind is Adaptive.ADAGRAD and (self.beta1 or self.beta2):
            raise OptimiserError("FedAdagrad forgets nothing: its beta1 and beta2 are 0")


def adaptive_step(
    weights: Sequence[int], mean: Sequence[int], state: OptimiserState, parameters: AdaptiveParameters
) -> tuple[list[int], OptimiserState]:
    """The weights after a round whose mean is `mean`, and the state to keep.

    Raises Overflow where a weight leaves int64 or a moment 128 bits.
    """
    check_lengths(weights, mean=mean, state=state.first)
    rate = _corrected_rate(parameters, state.rounds + 1)
    firsts, seconds, moved = [], [], []
    for index, (weight, target) in enumerate(zip(weights, mean, strict=True)):
        change = target - weight
        first = divide(parameters.beta1 * state.first[index] + (ONE - parameters.beta1) * (change << _FINER), ONE)
        second = _second_moment(parameters, state.second[index], change * change << _SQUARE_SHIFT)
        # the root has the 40 bits of `first` and of tau
        size = isqrt(second << _ROOT_SHIFT) + parameters.tau
        moved.append(ensure_int64(weight + divide(rate * first, size * _STEP_SCALE), f"weight {index}"))
        firsts.append(first)
        seconds.append(second)
    return moved, OptimiserState(state.rounds + 1, tuple(firsts), tuple(seconds))


def _second_moment(parameters: AdaptiveParameters, second: int, square: int) -> int:
    if parameters.kind is Adaptive.ADAGRAD:
        return second + square
    if parameters.kind is Adaptive.ADAM:
        return (parameters.beta2 * second + (ONE - parameters.beta2) * square) >> RATE_BITS
    change = (ONE - parameters.beta2) * square >> RATE_BITS
    return second + (change if second < square else -change if second > square else 0)


def _corrected_rate(parameters: AdaptiveParameters, number: int) -> int:
    """The rate of a round with 64 fractional bits; `number` counts from 1."""
    rate = parameters.learning_rate << (CORRECTION_BITS - RATE_BITS)
    if parameters.kind is not Adaptive.ADAM:
        return rate
    one = 1 << CORRECTION_BITS
    grown = isqrt((one - power(parameters.beta2, number + 1)) << CORRECTION_BITS)
    return rate * grown // (one - power(parameters.beta1, number + 1))


def power(base: int, exponent: int) -> int:
    """A rate below 1 to an integer power, 64 fractional bits; each of the products rounds down."""
    result, square = 1 << CORRECTION_BITS, base << (CORRECTION_BITS - RATE_BITS)
    while exponent:
        if exponent & 1:
            result = result * square >> CORRECTION_BITS
        square = square * square >> CORRECTION_BITS
        exponent >>= 1
    return result
