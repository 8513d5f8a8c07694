"""Rules applied to updates: known answers, attackers that are held, states that any aggregator can go on from."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chain.primitives import AccountId
from pallets.federated_round.rules import (
    Adagrad,
    Adam,
    AggregationRule,
    Bulyan,
    ClippedMean,
    Fair,
    GeometricMedian,
    Krum,
    Mean,
    Median,
    Momentum,
    MultiKrum,
    Scaffold,
    TrimmedMean,
    Yogi,
)
from pallets.federated_round.strategies import StrategyError
from pallets.federated_round.strategies.joining import Delivered, controls_of, join, server_control
from pallets.learning.aggregation.optimiser_state import decode_state
from pallets.learning.aggregation.rates import ONE
from pallets.learning.linear_model import WEIGHT_LIMIT, LinearParameters

LOCAL = LinearParameters(epochs=4, learning_rate=1 << 16)
UNIT = 1 << 24
RULES: tuple[AggregationRule, ...] = (
    Mean(),
    Momentum(ONE, ONE // 2),
    Adam(ONE // 10, ONE // 2, ONE // 2, 1 << 30),
    Yogi(ONE // 10, ONE // 2, ONE // 2, 1 << 30),
    Adagrad(ONE // 10, 1 << 30),
    Fair(1, 1, ONE),
    Scaffold(ONE),
    Median(1),
    TrimmedMean(1, 1),
    Krum(1),
    MultiKrum(1, 4),
    Bulyan(1),
    GeometricMedian(1),
    ClippedMean(1, UNIT),
)


def delivered(*weights: tuple[int, ...], samples: int = 10) -> list[Delivered]:
    return [Delivered(AccountId(bytes((place + 1,)) * 32), samples, each, UNIT) for place, each in enumerate(weights)]


def test_the_mean_counts_samples_and_robust_rules_count_heads() -> None:
    updates = [*delivered((0,), (0,)), Delivered(AccountId(bytes((9,)) * 32), 80, (UNIT,))]
    assert join(Mean(), updates, (0,), None, LOCAL) == ([UNIT * 80 // 100], None)
    assert join(Median(1), updates, (0,), None, LOCAL) == ([0], None)


def test_momentum_goes_on_from_the_state_of_the_round_before() -> None:
    rule = Momentum(ONE, ONE // 2)
    first, state = join(rule, delivered((UNIT,)), (0,), None, LOCAL)
    assert (first, state is None) == ([UNIT], False)
    assert join(rule, delivered((UNIT,)), (UNIT,), state, LOCAL)[0] == [UNIT + UNIT // 2]
    assert join(rule, delivered((UNIT,)), (UNIT,), None, LOCAL)[0] == [UNIT]
    assert state is not None
    assert decode_state(state).rounds == 1


def test_scaffold_has_the_controls_of_all_clients_so_far() -> None:
    early, late = delivered((UNIT,), (3 * UNIT,), (5 * UNIT,))[:2], delivered((0,), (0,), (5 * UNIT,))[2:]
    weights, state = join(Scaffold(ONE), early, (0,), None, LOCAL)
    assert weights == [2 * UNIT]
    controls = controls_of(state, 1)
    # own - server + (start - trained) / (steps · rate)
    assert list(controls.values()) == [(-UNIT // 4,), (-3 * UNIT // 4,)]
    assert server_control(controls, 1) == [-UNIT // 2]
    _, after = join(Scaffold(ONE), late, (2 * UNIT,), state, LOCAL)
    newcomer = UNIT // 2 - 3 * UNIT // 4
    assert list(controls_of(after, 1).values()) == [*controls.values(), (newcomer,)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_the_order_of_updates_is_nothing(rule: AggregationRule) -> None:
    updates = delivered(*((UNIT * place * place, -UNIT * place) for place in range(7)))
    assert join(rule, updates, (UNIT, 0), None, LOCAL) == join(rule, updates[::-1], (UNIT, 0), None, LOCAL)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_every_coalition_has_a_value_however_small(rule: AggregationRule) -> None:
    for clients in range(1, 5):
        updates = delivered(*((UNIT * place,) for place in range(clients)))
        assert -WEIGHT_LIMIT < join(rule, updates, (0,), None, LOCAL)[0][0] < WEIGHT_LIMIT


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_no_updates_however_large_keep_a_rule_from_an_answer(rule: AggregationRule) -> None:
    state, start = None, [0]
    for sign in (1, 1, -1):
        updates = delivered(*((sign * (WEIGHT_LIMIT - 1),),) * 7, samples=2**32 - 1)
        start, state = join(rule, updates, start, state, LOCAL)
        assert -WEIGHT_LIMIT < start[0] < WEIGHT_LIMIT


@settings(max_examples=40)
@example(honest=[0, 0, 0, 6, 6, 6], attack=-6, rule=Bulyan(1))
@given(
    honest=st.lists(st.integers(-UNIT, UNIT), min_size=6, max_size=6),
    attack=st.integers(1 - WEIGHT_LIMIT, WEIGHT_LIMIT - 1),
    rule=st.sampled_from((Median(1), TrimmedMean(1, 1), Krum(1), Bulyan(1), GeometricMedian(1), ClippedMean(1, UNIT))),
)
def test_an_attacker_within_the_bound_does_not_move_a_robust_model_out_of_reach(
    honest: list[int], attack: int, rule: AggregationRule
) -> None:
    """Median and trimmed mean stay in the honest range; the others near it.

    Bulyan takes the values closest to a median of the honest range: as many honest ones lie within their spread of it.
    """
    joined = join(rule, delivered(*((value,) for value in [*honest, attack])), (0,), None, LOCAL)[0][0]
    spread = max(honest) - min(honest)
    reach = 0 if isinstance(rule, Median | TrimmedMean) else spread if isinstance(rule, Bulyan) else 3 * spread
    if isinstance(rule, ClippedMean):
        assert abs(joined) <= UNIT
    else:
        assert min(honest) - reach - 1 <= joined <= max(honest) + reach + 1


@pytest.mark.parametrize("rule", [Momentum(ONE, 0), Adagrad(ONE, 1), Scaffold(ONE)])
def test_a_state_that_is_none_of_the_rules_is_refused(rule: AggregationRule) -> None:
    _, other = join(rule, delivered((1, 2)), (0, 0), None, LOCAL)
    for state in (b"", b"PLO\x01", b"\xff" * 40, other):
        with pytest.raises(StrategyError, match="the server's state"):
            join(rule, delivered((1,)), (0,), state, LOCAL)
