from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from pallets.learning.privacy.mechanisms import (
    largest_share,
    noise_share,
    rho_of_shares,
    share_variance,
    with_central_noise,
    with_local_noise,
)
from pallets.learning.privacy.refusals import PrivacyError
from pallets.learning.secure_aggregation.encoding import Encoding
from tests.pallets.learning.secure_aggregation.rounds import enrolled, expected_sum, seeded

MANY = 40_000


def test_central_noise_has_the_deviation_of_its_multiplier() -> None:
    for clip in (100, 2**30):
        noise = with_central_noise(np.zeros(MANY, dtype=np.int64), clip, 1.5, seeded(1))
        assert float(np.std(noise.astype(np.float64))) == pytest.approx(1.5 * clip, rel=0.03)
        assert abs(float(np.mean(noise))) < 5 * 1.5 * clip / sqrt(MANY)


def test_local_noise_covers_two_updates_within_the_clip() -> None:
    update = np.full(MANY, 2**40, dtype=np.int64)
    shown = with_local_noise(update, 1000, 0.7, seeded(2))
    assert float(np.std(shown.astype(np.float64))) == pytest.approx(1400, rel=0.03)
    assert abs(float(np.mean(shown)) - 1000 / sqrt(MANY)) < 5 * 1400 / sqrt(MANY)


def test_noise_inside_secure_aggregation_is_the_sum_of_the_survivors_shares() -> None:
    """Nobody sees a client's share, and whoever survives, the sum has at least the noise asked for."""
    clients, threshold, parameters, total_variance = 6, 4, 3000, 400.0
    variance = share_variance(total_variance, threshold)
    assert variance * threshold == pytest.approx(total_variance)
    encoding = Encoding(clip=8 << 18, noise=largest_share(variance))
    these = enrolled(clients, threshold, encoding, parameters)
    updates = np.random.default_rng(3).integers(-(2**26), 2**26, (clients, parameters), dtype=np.int64)
    these.receive(these.deal())
    assert these.dealers is not None
    shares = [noise_share(parameters, variance, seeded(50 + number)) for number in range(clients)]
    for number, client in enumerate(these.clients):
        hidden = client.mask(updates[number], these.dealers, these.fixed["dealers"], noise=shares[number])
        if number not in (1, 4):
            these.server.take_masked(number, hidden)
    these.fixed["survivors"] = these.server.survivors().digest(these.roster)
    found = these.unmask()
    survivors = (0, 2, 3, 5)
    noise = found.values - np.array(expected_sum(updates, [1] * clients, survivors))
    assert noise.tolist() == np.stack([shares[number] for number in survivors]).sum(axis=0).tolist()
    assert float(np.var(noise.astype(np.float64))) == pytest.approx(total_variance, rel=0.15)


def test_shares_cost_what_one_gaussian_of_their_sum_costs_once_they_are_wide() -> None:
    exact = 1000.0**2 / (2 * 10 * 500.0)
    assert rho_of_shares(1000.0, 500.0, 10, 10_000) == pytest.approx(exact, rel=1e-9)
    assert rho_of_shares(1000.0, 0.3, 10, 10_000) > 1000.0**2 / (2 * 10 * 0.3)
    assert rho_of_shares(1000.0, 500.0, 1, 10_000) == pytest.approx(1000.0**2 / 1000.0)


def test_terms_that_protect_nobody_are_refused() -> None:
    zeros = np.zeros(2, dtype=np.int64)
    for clip, multiplier in ((0, 1.0), (5, 0.0), (5, -1.0), (5, float("nan"))):
        with pytest.raises(PrivacyError):
            with_central_noise(zeros, clip, multiplier, seeded(0))
    for variance, threshold in ((0.0, 3), (1.0, 0)):
        with pytest.raises(PrivacyError):
            share_variance(variance, threshold)
    for bound, share, survivors, parameters in (
        (-1.0, 1.0, 1, 1),
        (1.0, 0.0, 1, 1),
        (1.0, 1.0, 0, 1),
        (1.0, 1.0, 1, 0),
    ):
        with pytest.raises(PrivacyError):
            rho_of_shares(bound, share, survivors, parameters)
