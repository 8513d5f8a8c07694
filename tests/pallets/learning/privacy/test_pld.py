from __future__ import annotations

from math import erfc, exp, inf, pi, sqrt

import pytest

from pallets.learning.privacy import rdp
from pallets.learning.privacy.pld import INTERVAL, epsilon, gaussian_losses
from pallets.learning.privacy.refusals import PrivacyError
from tests.pallets.learning.privacy.accounting_cases import CASES, Case


@pytest.mark.parametrize("case", CASES)
def test_epsilon_is_that_of_dp_accounting_to_the_grid(case: Case) -> None:
    found = epsilon(case.noise_multiplier, case.sampling, case.rounds, case.delta)
    assert abs(found - case.pld) < 2 * INTERVAL
    assert found < rdp.epsilon(case.noise_multiplier, case.sampling, case.rounds, case.delta)


@pytest.mark.extra
def test_the_recorded_figures_are_what_dp_accounting_computes() -> None:
    dp_accounting = pytest.importorskip("dp_accounting", reason="dp-accounting is not installed: palletlab[dp] has it")
    by_divergence = pytest.importorskip("dp_accounting.rdp")
    by_distribution = pytest.importorskip("dp_accounting.pld")
    for case in CASES:
        gaussian = dp_accounting.GaussianDpEvent(case.noise_multiplier)
        event = gaussian if case.sampling == 1 else dp_accounting.PoissonSampledDpEvent(case.sampling, gaussian)
        by_rdp, by_pld = by_divergence.RdpAccountant(), by_distribution.PLDAccountant()
        by_rdp.compose(event, case.rounds)
        by_pld.compose(event, case.rounds)
        assert by_rdp.get_epsilon(case.delta) == pytest.approx(case.rdp, rel=1e-9)
        assert by_pld.get_epsilon(case.delta) == pytest.approx(case.pld, rel=1e-9)


def normal(value: float) -> float:
    return erfc(-value / sqrt(2)) / 2


@pytest.mark.parametrize("rounds", [1, 4, 25])
def test_the_plain_gaussian_has_the_delta_of_its_closed_form(rounds: int) -> None:
    """T rounds with multiplier z are one with z / √T (Balle, Wang 2018)."""
    distribution = gaussian_losses(3.0, 1.0, is_removal=True).composed(rounds)
    noise = 3.0 / sqrt(rounds)
    for bound in (0.0, 0.5, 1.0, 3.0):
        exact = normal(0.5 / noise - bound * noise) - exp(bound) * normal(-0.5 / noise - bound * noise)
        assert distribution.delta(bound) == pytest.approx(exact, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("is_removal", [True, False])
def test_one_sampled_round_has_the_delta_of_its_densities(is_removal: bool) -> None:
    noise, sampling, bound = 0.8, 0.3, 0.2
    distribution = gaussian_losses(noise, sampling, is_removal=is_removal)
    step, total, point = 1e-4, 0.0, -8.0
    while point < 9.0:
        plain = exp(-(point**2) / (2 * noise**2)) / (noise * sqrt(2 * pi))
        mixed = plain * (1 - sampling + sampling * exp((2 * point - 1) / (2 * noise**2)))
        one, other = (mixed, plain) if is_removal else (plain, mixed)
        total += max(one - exp(bound) * other, 0.0) * step
        point += step
    assert distribution.delta(bound) == pytest.approx(total, abs=1e-6)


def test_a_coarser_grid_is_never_better() -> None:
    fine = epsilon(1.0, 0.1, 20, 1e-5)
    for interval in (1e-3, 1e-2):
        assert fine <= epsilon(1.0, 0.1, 20, 1e-5, interval) + INTERVAL <= fine + 21 * interval


def test_probabilities_add_up_to_one() -> None:
    for is_removal in (True, False):
        distribution = gaussian_losses(1.0, 0.05, is_removal=is_removal).composed(100)
        assert float(distribution.probabilities.sum()) == pytest.approx(1.0, abs=1e-9)


def test_nothing_is_spent_without_rounds_and_nothing_proves_a_delta_below_the_tails() -> None:
    assert epsilon(1.0, 0.1, 0, 1e-5) == 0.0
    assert epsilon(1.0, 0.0, 5, 1e-5) == 0.0
    assert epsilon(1e5, 0.001, 1, 0.1) == 0.0
    assert epsilon(1.0, 0.1, 10, 1e-17) == inf


def test_terms_that_protect_nobody_are_refused() -> None:
    for noise, sampling, interval in ((0.0, 0.1, 1e-4), (1.0, 0.0, 1e-4), (1.0, 1.1, 1e-4), (1.0, 0.1, 0.0)):
        with pytest.raises(PrivacyError):
            gaussian_losses(noise, sampling, is_removal=True, interval=interval)
    for delta, rounds in ((0.0, 1), (1.0, 1), (0.1, -1)):
        with pytest.raises(PrivacyError):
            epsilon(1.0, 0.1, rounds, delta)
    for noise in (0.01, 0.03):
        with pytest.raises(PrivacyError, match="use RDP"):
            gaussian_losses(noise, 0.5, is_removal=True)
    assert gaussian_losses(0.05, 0.5, is_removal=False, interval=1e-2).delta(0.0) == pytest.approx(0.5, abs=1e-6)
    with pytest.raises(PrivacyError, match="use RDP"):
        gaussian_losses(0.9, 1.0, is_removal=True, interval=1e-3).composed(10**6)
