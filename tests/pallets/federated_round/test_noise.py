"""Noise in terms: what it costs, and which tasks may have which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.scale import codec_of
from pallets.federated_round.errors import NoiseImpossible, NoiseUnsuited
from pallets.federated_round.noise import (
    LARGEST_DEVIATION,
    LARGEST_MULTIPLIER,
    MULTIPLIER_UNITS,
    NOISELESS,
    LocalGaussian,
    Noise,
    check_noise,
    cost_of,
)
from pallets.federated_round.rules import MEAN, AggregationRule, Fair, Median
from pallets.federated_round.terms import check_terms
from pallets.learning.aggregation.rates import ONE
from pallets.learning.privacy.budget import RHO_UNITS
from pallets.learning.privacy.noise_table import LARGEST_DEVIATION as LARGEST_OF_TABLES
from pallets.ml_registry import FOREST_MERGE, LINEAR_AVERAGING
from tests.pallets.federated_round.mock import TERMS

CLIP = 1 << 24


def test_noise_on_chain_keeps_its_encoding() -> None:
    encode: Callable[[Noise], bytes] = codec_of(Noise).encode
    assert encode(NOISELESS) == b"\0"
    assert encode(LocalGaussian(1, 2)) == b"\1" + bytes((1, 0, 0, 0, 0, 0, 0, 0)) + bytes((2, 0, 0, 0))


def test_costs_are_those_of_the_gaussian_mechanism() -> None:
    assert cost_of(NOISELESS) is None
    assert cost_of(LocalGaussian(CLIP, 1000)) == RHO_UNITS // 2
    assert cost_of(LocalGaussian(7, 5000)) == RHO_UNITS // 50  # whatever the clip
    assert cost_of(LocalGaussian(CLIP, 3000)) == RHO_UNITS // 18 + 1  # rounded up


@given(st.integers(1, LARGEST_MULTIPLIER))
def test_a_cost_is_never_below_the_exact_one_and_fits_the_ledger(multiplier: int) -> None:
    cost = cost_of(LocalGaussian(CLIP, multiplier))
    assert cost is not None
    assert 0 <= cost * 2 * multiplier**2 - RHO_UNITS * MULTIPLIER_UNITS**2 < 2 * multiplier**2
    assert cost < 2**64


@pytest.mark.parametrize(("algorithm", "rule"), [(FOREST_MERGE, MEAN), (LINEAR_AVERAGING, Fair(1, 1, ONE))])
def test_noise_goes_on_weights_that_are_all_a_client_tells(algorithm: int, rule: AggregationRule) -> None:
    check_noise(NOISELESS, algorithm, rule)
    with pytest.raises(NoiseUnsuited):
        check_noise(LocalGaussian(CLIP, 1000), algorithm, rule)


@pytest.mark.parametrize(
    ("clip", "multiplier"), [(0, 1000), (CLIP, 0), (CLIP, LARGEST_MULTIPLIER + 1), (1 << 44, 1001), (2**64 - 1, 1)]
)
def test_noise_has_a_width_that_64_bits_hold(clip: int, multiplier: int) -> None:
    with pytest.raises(NoiseImpossible):
        check_noise(LocalGaussian(clip, multiplier), LINEAR_AVERAGING, MEAN)


def test_the_widest_noise_is_the_widest_of_the_tables() -> None:
    assert LARGEST_DEVIATION == LARGEST_OF_TABLES
    check_noise(LocalGaussian(1 << 44, 1000), LINEAR_AVERAGING, Median(1))


def test_a_task_is_not_opened_with_noise_that_does_not_suit_it() -> None:
    noisy = replace(TERMS, noise=LocalGaussian(CLIP, 1000))
    check_terms(noisy, LINEAR_AVERAGING, 50)
    with pytest.raises(NoiseUnsuited):
        check_terms(noisy, FOREST_MERGE, 50)
