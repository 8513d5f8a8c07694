"""Skellam noise: its law, what shares add up to, and that the accounting never says less than the divergence is."""

from __future__ import annotations

from hashlib import shake_256
from math import exp, inf, log

import numpy as np
import pytest

from pallets.learning.privacy.discrete_gaussian import RandomBytes
from pallets.learning.privacy.rdp import ORDERS, epsilon_of_rdp, rdp_of_gaussian
from pallets.learning.privacy.refusals import PrivacyError
from pallets.learning.privacy.skellam import (
    largest_skellam_share,
    probabilities,
    rdp_of_skellam,
    skellam_share,
)


def stream(seed: bytes) -> RandomBytes:
    """Bytes that are the same in every run."""
    return lambda count: shake_256(seed).digest(count)


@pytest.mark.parametrize("variance", [0.25, 1.0, 7.5])
def test_the_law_is_that_of_the_difference_of_two_poisson_draws(variance: float) -> None:
    rate = variance / 2
    poisson = [exp(-rate)]
    for number in range(1, 60):
        poisson.append(poisson[-1] * rate / number)
    found = probabilities(variance)
    for size in range(8):
        direct = sum(poisson[number] * poisson[number + size] for number in range(60 - size))
        assert found[size] == pytest.approx(direct * (2 if size else 1), rel=1e-9)
    assert found.sum() == pytest.approx(1)


@pytest.mark.parametrize("variance", [0.25, 40.0, 2.0**20])
def test_samples_have_the_variance_and_no_lean(variance: float) -> None:
    count = 40_000
    drawn = skellam_share(count, variance, stream(b"samples"))
    assert abs(drawn.mean()) < 5 * (variance / count) ** 0.5
    kurtosis = 3 + 1 / variance
    assert drawn.var() == pytest.approx(variance, rel=5 * ((kurtosis - 1) / count) ** 0.5)
    assert np.abs(drawn).max() <= largest_skellam_share(variance)


def test_shares_of_survivors_add_up_to_the_same_law() -> None:
    """As no sum of discrete Gaussians does: the sum of three shares is one of three times the variance."""
    whole = probabilities(3.0)
    share = probabilities(1.0)
    signed = np.concatenate([share[:0:-1] / 2, share[:1], share[1:] / 2])
    together = np.convolve(np.convolve(signed, signed), signed)
    middle = len(together) // 2
    for size in range(12):
        assert together[middle + size] * (2 if size else 1) == pytest.approx(whole[size], rel=1e-9)


@pytest.mark.parametrize("variance", [4.0, 30.0, 400.0])
@pytest.mark.parametrize("apart", [1, 3])
def test_the_accounting_is_never_below_the_divergence_of_one_coordinate(variance: float, apart: int) -> None:
    sizes = probabilities(variance)
    law = np.concatenate([sizes[:0:-1] / 2, sizes[:1], sizes[1:] / 2])
    told = dict(zip(ORDERS, rdp_of_skellam(apart, apart, variance, 1), strict=True))
    for order in (2.0, 3.0, 5.0, 11.0):
        there, shifted = law[apart:], law[:-apart]
        kept = (there > 1e-250) & (shifted > 1e-250)
        moment = float(np.sum(np.exp(order * np.log(there[kept]) + (1 - order) * np.log(shifted[kept]))))
        divergence = log(moment) / (order - 1)
        assert divergence <= told[order]
        assert told[order] <= 3 * divergence


def test_wide_noise_costs_hardly_more_than_the_gaussian_of_its_variance() -> None:
    spent = epsilon_of_rdp(rdp_of_skellam(40.0, 10.0, 100.0**2, 20), 1e-5)
    gaussian = epsilon_of_rdp(rdp_of_gaussian(10.0, 1.0, 20), 1e-5)
    assert gaussian < spent < 1.05 * gaussian
    assert rdp_of_skellam(1.0, 1.0, 9.0, 1)[0] == inf  # of orders between whole ones no bound is known


@pytest.mark.parametrize("variance", [0.0, -1.0, 0.2, 2.0**29])
def test_variances_without_a_table_are_refused(variance: float) -> None:
    with pytest.raises(PrivacyError):
        skellam_share(1, variance, stream(b""))


def test_sensitivities_that_cannot_be_are_refused() -> None:
    for l1, l2, variance, rounds in ((1.0, 2.0, 1.0, 1), (1.0, -1.0, 1.0, 1), (1.0, 1.0, 0.0, 1), (1.0, 1.0, 1.0, -1)):
        with pytest.raises(PrivacyError):
            rdp_of_skellam(l1, l2, variance, rounds)
