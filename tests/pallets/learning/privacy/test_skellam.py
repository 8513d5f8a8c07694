"""Skellam noise: its law, what shares add up to, and that the accounting never says less than the divergence is."""

from __future__ import annotations

from hashlib import shake_256
from math import ceil, exp, inf, log, log10, sqrt

import numpy as np
import pytest
from numpy.typing import NDArray

from pallets.learning.privacy.budget import RHO_UNITS, epsilon_of, rho_of_skellam
from pallets.learning.privacy.discrete_gaussian import RandomBytes
from pallets.learning.privacy.pld import moved_losses
from pallets.learning.privacy.rdp import ORDERS, epsilon_of_rdp, rdp_of_gaussian
from pallets.learning.privacy.refusals import PrivacyError
from pallets.learning.privacy.skellam import (
    largest_skellam_share,
    probabilities,
    rdp_of_skellam,
    skellam_share,
)
from tests.pallets.learning.privacy.accounting_cases import SKELLAM_CASES, SkellamCase


def stream(seed: bytes) -> RandomBytes:
    """Bytes that are the same in every run."""
    return lambda count: shake_256(seed).digest(count)


def law_of(variance: float) -> NDArray[np.float64]:
    """The probabilities of consecutive whole numbers, zero in the middle."""
    sizes = probabilities(variance)
    return np.concatenate([sizes[:0:-1] / 2, sizes[:1], sizes[1:] / 2])


def divergence(law: NDArray[np.float64], apart: int, order: float) -> float:
    """Rényi's, of the law and of itself moved."""
    here, moved = law[apart:], law[:-apart]
    kept = (here > 1e-250) & (moved > 1e-250)
    return log(float(np.sum(np.exp(order * np.log(here[kept]) + (1 - order) * np.log(moved[kept]))))) / (order - 1)


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
    law = law_of(variance)
    told = dict(zip(ORDERS, rdp_of_skellam(apart, apart, variance, 1), strict=True))
    for order in (2.0, 3.0, 5.0, 11.0):
        found = divergence(law, apart, order)
        assert found <= told[order]
        assert told[order] <= 3 * found


@pytest.mark.parametrize("variance", [1.0, 2.0, 7.5, 16.0, 32.0, 400.0])
def test_the_logarithm_of_the_law_bends_most_in_the_middle_and_by_what_the_ledger_counts_with(variance: float) -> None:
    law = law_of(variance)
    middle, reach = len(law) // 2, int(10 * sqrt(variance)) + 20  # beyond, the recurrence has just begun
    logs = np.log(law[middle - reach : middle + reach + 1])
    bends = 2 * logs[1:-1] - logs[2:] - logs[:-2]
    assert bends.max() <= (1 + 1 / variance) / variance
    assert abs(int(bends.argmax()) - len(bends) // 2) <= 1


@pytest.mark.parametrize("variance", [4.0, 30.0, 400.0])
@pytest.mark.parametrize("apart", [1, 2, 5])
def test_the_ledgers_cost_bounds_the_divergence_of_every_order(variance: float, apart: int) -> None:
    law, rho = law_of(variance), float(rho_of_skellam(apart, apart, int(variance)))
    for order in (1.01, 1.2, 1.5, 1.9, 2.0, 2.37, 4.5, 8.0, 16.6):
        found = divergence(law, apart, order)
        assert found <= rho * order
    assert rho * 2 <= 2 * (1 + 1 / apart) * divergence(law, apart, 2.0)


@pytest.mark.parametrize("case", SKELLAM_CASES)
def test_epsilons_are_those_of_dp_accounting_and_the_ledger_charges_no_less(case: SkellamCase) -> None:
    by_divergence = epsilon_of_rdp(rdp_of_skellam(case.apart, case.apart, case.variance, case.rounds), case.delta)
    assert by_divergence == pytest.approx(case.rdp, rel=1e-9)
    found = moved_losses(law_of(case.variance), case.apart).composed(case.rounds).epsilon(case.delta)
    # theirs rounds every loss up to the grid, ours shares it among both neighbours
    assert case.pld - (case.rounds + 1) * 1e-4 <= found <= case.pld + 1e-4
    spent = ceil(RHO_UNITS * case.rounds * rho_of_skellam(case.apart, case.apart, int(case.variance)))
    assert float(epsilon_of(spent, round(-log10(case.delta)))) >= max(case.rdp, case.pld)


@pytest.mark.extra
def test_the_recorded_figures_are_what_dp_accounting_computes() -> None:
    pytest.importorskip("dp_accounting", reason="dp-accounting is not installed: palletlab[dp] has it")
    by_divergence = pytest.importorskip("dp_accounting.rdp")
    by_distribution = pytest.importorskip("dp_accounting.pld.privacy_loss_distribution")
    whole = [order for order in ORDERS if order.is_integer()]
    for case in SKELLAM_CASES:
        told = dict(zip(ORDERS, rdp_of_skellam(case.apart, case.apart, case.variance, case.rounds), strict=True))
        found, _ = by_divergence.compute_epsilon(np.array(whole), np.array([told[each] for each in whole]), case.delta)
        assert found == pytest.approx(case.rdp, rel=1e-9)
        logs = {place: log(chance) for place, chance in enumerate(law_of(case.variance)) if chance > 1e-280}
        moved = {place - case.apart: chance for place, chance in logs.items()}
        one = by_distribution.from_two_probability_mass_functions(logs, moved, value_discretization_interval=1e-4)
        epsilon = one.self_compose(case.rounds).get_epsilon_for_delta(case.delta)
        assert epsilon == pytest.approx(case.pld, rel=1e-9)


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
    for changes, change, total in ((1, 2, 1), (1, -1, 1), (1, 1, 0)):
        with pytest.raises(PrivacyError):
            rho_of_skellam(changes, change, total)
    for apart, interval in ((0, 1e-4), (10, 1e-4), (1, 0.0)):
        with pytest.raises(PrivacyError):
            moved_losses(np.full(9, 1 / 9), apart, interval)
    with pytest.raises(PrivacyError, match="use RDP"):
        moved_losses(np.array([0.5, 1e-275, 0.5]), 1)
