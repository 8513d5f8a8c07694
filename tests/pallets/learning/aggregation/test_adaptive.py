from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.learning.aggregation.adaptive import Adaptive, AdaptiveParameters, adaptive_step, power
from pallets.learning.aggregation.optimiser_state import OptimiserState, blank
from pallets.learning.aggregation.rates import ONE, OptimiserError, rate
from tests.pallets.learning.aggregation.flower import differences

TAU_BITS = 40
FLOWER = {
    "FedAdam": AdaptiveParameters(Adaptive.ADAM, rate(0.1), rate(0.9), rate(0.99), int(1e-9 * 2**TAU_BITS)),
    "FedYogi": AdaptiveParameters(Adaptive.YOGI, rate(0.01), rate(0.9), rate(0.99), int(1e-3 * 2**TAU_BITS)),
    "FedAdagrad": AdaptiveParameters(Adaptive.ADAGRAD, rate(0.1), 0, 0, int(1e-9 * 2**TAU_BITS)),
}


@st.composite
def parameters(draw: st.DrawFn) -> AdaptiveParameters:
    kind = draw(st.sampled_from(Adaptive))
    decays = st.just(0) if kind is Adaptive.ADAGRAD else st.integers(0, ONE - ONE // 1000)
    return AdaptiveParameters(kind, draw(st.integers(0, ONE)), draw(decays), draw(decays), draw(st.integers(1, 2**40)))


def exact_step(weight: int, mean: int, first: int, second: int, given_: AdaptiveParameters, number: int) -> Decimal:
    """The new weight by 100-digit arithmetic, from the same moments; call within a local context."""
    rate_, beta1, beta2 = (Decimal(value) / ONE for value in (given_.learning_rate, given_.beta1, given_.beta2))
    change = Decimal(mean - weight) / 2**24
    m, v = Decimal(first) / 2**40, Decimal(second) / 2**64
    m = beta1 * m + (1 - beta1) * change
    if given_.kind is Adaptive.ADAM:
        v = beta2 * v + (1 - beta2) * change**2
        rate_ = rate_ * (1 - beta2 ** (number + 1)).sqrt() / (1 - beta1 ** (number + 1))
    elif given_.kind is Adaptive.YOGI:
        v -= (1 - beta2) * change**2 * ((v > change**2) - (v < change**2))
    else:
        v += change**2
    return Decimal(weight) + rate_ * m / (v.sqrt() + Decimal(given_.tau) / 2**40) * 2**24


def allowed(given_: AdaptiveParameters, after: OptimiserState, step: Decimal) -> Decimal:
    """The error that the module states, beyond the last place of the weight."""
    bit = Decimal(2)
    root = (Decimal(after.second[0]) / 2**64).sqrt()
    size = root + Decimal(given_.tau) / 2**40
    of_root = bit**-40 + min(bit**-32, bit**-64 / root if root else Decimal(1))
    of_first = Decimal(given_.learning_rate) / ONE * 2**24 * bit**-40
    corrected = 2000 if given_.kind is Adaptive.ADAM else 1
    return (of_first * corrected + step * of_root) / size * 2 + step * bit**-30


@settings(deadline=None)
@given(parameters(), st.lists(st.integers(-(2**36), 2**36), min_size=1, max_size=5), st.integers(-(2**36), 2**36))
def test_a_step_is_off_by_a_unit_and_a_small_part_of_itself(
    given_: AdaptiveParameters, means: list[int], weight: int
) -> None:
    state = blank(1)
    for mean in means:
        with localcontext() as context:
            context.prec = 100
            exact = exact_step(weight, mean, state.first[0], state.second[0], given_, state.rounds + 1)
            (moved,), following = adaptive_step([weight], [mean], state, given_)
            assert abs(moved - exact) <= 1 + allowed(given_, following, abs(exact - weight))
        weight, state = moved, following


@pytest.mark.parametrize("strategy", FLOWER)
def test_eight_rounds_agree_with_flower(strategy: str) -> None:
    found = differences(strategy, lambda weights, mean, state: adaptive_step(weights, mean, state, FLOWER[strategy]))
    assert max(found) < 1e-6


@given(st.permutations(range(5)))
def test_moments_stay_with_their_parameters(order: list[int]) -> None:
    weights, mean = [3, -5, 2**20, 0, 7], [100, 2**21, -4, 0, -(2**22)]
    state = OptimiserState(3, (1, 2, 3, -4, 5), (5, 4, 3, 2, 1))
    straight, kept = adaptive_step(weights, mean, state, FLOWER["FedYogi"])
    shuffled = OptimiserState(3, tuple(state.first[i] for i in order), tuple(state.second[i] for i in order))
    moved, other = adaptive_step([weights[i] for i in order], [mean[i] for i in order], shuffled, FLOWER["FedYogi"])
    assert moved == [straight[i] for i in order]
    assert other.second == tuple(kept.second[i] for i in order)


@given(st.integers(0, ONE - 1), st.integers(0, 300))
def test_powers_are_right_to_the_last_bits(base: int, exponent: int) -> None:
    exact = base**exponent * 2**64 // ONE**exponent
    assert 0 <= exact - power(base, exponent) <= 2 * exponent + 2


def test_a_power_of_a_late_round_is_no_larger_number() -> None:
    assert power(ONE - 1, 2**31) < 2**64


@pytest.mark.parametrize(
    ("kind", "numbers", "reason"),
    [
        (Adaptive.ADAM, (-1, 0, 0, 1), "learning_rate is -1"),
        (Adaptive.ADAM, (1, ONE, 0, 1), "beta1 is"),
        (Adaptive.YOGI, (1, 0, ONE, 1), "beta2 is"),
        (Adaptive.YOGI, (1, 0, 0, 0), "tau is 0, not 1"),
        (Adaptive.ADAGRAD, (1, 5, 0, 1), "FedAdagrad forgets nothing"),
    ],
)
def test_parameters_out_of_range_are_refused(kind: Adaptive, numbers: tuple[int, int, int, int], reason: str) -> None:
    with pytest.raises(OptimiserError, match=reason):
        AdaptiveParameters(kind, *numbers)
