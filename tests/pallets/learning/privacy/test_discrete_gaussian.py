from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import exp, sqrt

import pytest

from pallets.learning.privacy.discrete_gaussian import below, bernoulli_exp, discrete_gaussian, discrete_laplace
from pallets.learning.privacy.refusals import PrivacyError
from tests.pallets.learning.secure_aggregation.rounds import seeded

DRAWS = 2500


def assert_frequencies(counts: Counter[int], weights: dict[int, float], draws: int) -> None:
    """Each frequency lies within five standard deviations of its probability."""
    total = sum(weights.values())
    for value, weight in weights.items():
        share = weight / total
        assert abs(counts[value] / draws - share) < 5 * sqrt(share * (1 - share) / draws) + 1e-9, value


@pytest.mark.parametrize("variance", [Fraction(1, 4), Fraction(1), Fraction(9, 2)])
def test_samples_have_the_probabilities_of_the_definition(variance: Fraction) -> None:
    random_bytes = seeded(int(variance * 4))
    counts = Counter(discrete_gaussian(variance, random_bytes) for _ in range(DRAWS))
    weights = {value: exp(-(value**2) / (2 * variance)) for value in range(-12, 13)}
    assert_frequencies(counts, weights, DRAWS)


def test_large_variances_are_reached() -> None:
    random_bytes = seeded(8)
    drawn = [discrete_gaussian(Fraction(10**6), random_bytes) for _ in range(800)]
    assert sum(value**2 for value in drawn) / 800 == pytest.approx(10**6, rel=0.25)
    assert abs(sum(drawn)) / 800 < 5 * 1000 / sqrt(800)


def test_the_laplace_has_the_probabilities_of_its_definition() -> None:
    random_bytes = seeded(2)
    counts = Counter(discrete_laplace(3, random_bytes) for _ in range(DRAWS))
    assert_frequencies(counts, {value: exp(-abs(value) / 3) for value in range(-60, 61)}, DRAWS)


@pytest.mark.parametrize("exponent", [Fraction(0), Fraction(1, 3), Fraction(1), Fraction(5, 2)])
def test_a_coin_comes_up_as_often_as_the_exponential_says(exponent: Fraction) -> None:
    random_bytes = seeded(exponent.numerator)
    heads = sum(bernoulli_exp(exponent, random_bytes) for _ in range(DRAWS))
    share = exp(-exponent)
    assert abs(heads / DRAWS - share) < 5 * sqrt(share * (1 - share) / DRAWS) + 1e-9


def test_draws_above_the_bound_are_made_again() -> None:
    drawn = iter([b"\xff", b"\x05", b"\x07"])
    assert below(6, lambda _: next(drawn)) == 5
    assert below(1, lambda count: bytes(count)) == 0


def test_noise_without_variance_is_refused() -> None:
    for variance in (Fraction(0), Fraction(-1)):
        with pytest.raises(PrivacyError, match="noise with a variance of"):
            discrete_gaussian(variance, seeded(0))
