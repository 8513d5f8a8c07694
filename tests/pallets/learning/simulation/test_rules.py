from __future__ import annotations

import numpy as np
import pytest

from pallets.learning.array_averaging import weighted_mean
from pallets.learning.simulation.rules import RULES

START = np.array([100, -100, 0], dtype=np.int64) << 10
HONEST = START + (np.arange(21).reshape(7, 3) << 8)
SAMPLES = [3, 1, 4, 1, 5, 9, 2]


@pytest.mark.parametrize("name", RULES)
def test_every_rule_moves_the_weights_to_where_honest_updates_are(name: str) -> None:
    joined = RULES[name](1)(START, HONEST, SAMPLES)
    assert joined.dtype == np.int64
    assert joined.shape == START.shape
    if name not in ("fedadam", "fedyogi", "fedadagrad"):  # those step by a rate of their own
        assert (HONEST.min(axis=0) <= joined).all()
        assert (joined <= HONEST.max(axis=0)).all()
    assert (joined >= START).all()


@pytest.mark.parametrize("name", ["median", "trimmed-mean", "krum", "multi-krum", "bulyan", "geometric-median"])
def test_a_robust_rule_stays_there_with_an_attacker(name: str) -> None:
    attacked = np.concatenate([HONEST, START[None] - (1 << 40)])
    joined = RULES[name](1)(START, attacked, [*SAMPLES, 1000])
    assert (HONEST.min(axis=0) - 1 <= joined).all()


@pytest.mark.parametrize("name", ["krum", "bulyan"])
def test_too_few_updates_for_a_robust_rule_change_nothing(name: str) -> None:
    assert np.array_equal(RULES[name](1)(START, HONEST[:1], SAMPLES[:1]), START)


def test_momentum_goes_on_and_each_simulation_has_its_own() -> None:
    rule = RULES["fedavgm"](0)
    first = rule(START, HONEST, SAMPLES)
    assert np.array_equal(first, weighted_mean(HONEST, SAMPLES))
    second = rule(first, np.stack([first] * 7), SAMPLES)  # nobody moves, and yet the server does
    assert (second - first > 0).sum() >= 2
    assert np.array_equal(RULES["fedavgm"](0)(first, np.stack([first] * 7), SAMPLES), first)
