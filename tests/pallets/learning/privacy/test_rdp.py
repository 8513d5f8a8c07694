from __future__ import annotations

import numpy as np
import pytest

from pallets.learning.privacy.rdp import ORDERS, epsilon, epsilon_of_rdp, rdp_of_gaussian
from pallets.learning.privacy.refusals import PrivacyError
from tests.pallets.learning.privacy.accounting_cases import CASES, Case


@pytest.mark.parametrize("case", CASES)
def test_epsilon_is_that_of_dp_accounting_or_lower_by_orders_it_skips(case: Case) -> None:
    found = epsilon(case.noise_multiplier, case.sampling, case.rounds, case.delta)
    assert found <= case.rdp * (1 + 1e-6)
    assert found >= case.rdp * (0.99 if case.sampling == 0.2 else 1 - 1e-4)


@pytest.mark.extra
def test_divergences_are_those_of_dp_accounting_order_by_order() -> None:
    dp_accounting = pytest.importorskip("dp_accounting", reason="dp-accounting is not installed: palletlab[dp] has it")
    accountants = pytest.importorskip("dp_accounting.rdp")
    for case in CASES:
        accountant = accountants.RdpAccountant(list(ORDERS))
        event = dp_accounting.PoissonSampledDpEvent(case.sampling, dp_accounting.GaussianDpEvent(case.noise_multiplier))
        accountant.compose(event, case.rounds)
        ours = rdp_of_gaussian(case.noise_multiplier, case.sampling, case.rounds)
        for order, mine, theirs in zip(ORDERS, ours, accountant._rdp, strict=True):
            if order.is_integer():
                assert mine == pytest.approx(theirs, rel=1e-9), (case, order)
            else:  # its series is cut early, by 7 % at the worst or without an end: the integrals below decide
                assert mine <= theirs * (1 + 1e-6), (case, order)


@pytest.mark.parametrize(("noise", "sampling"), [(1.0, 0.2), (1.0, 0.01), (0.7, 0.004), (3.0, 0.5)])
def test_divergences_are_the_integrals_that_define_them(noise: float, sampling: float) -> None:
    points = np.linspace(-40 * noise, 40 * noise + 1, 400_001)
    plain = np.exp(-(points**2) / (2 * noise**2)) / np.sqrt(2 * np.pi) / noise
    ratio = (1 - sampling) + sampling * np.exp((2 * points - 1) / (2 * noise**2))
    divergences = dict(zip(ORDERS, rdp_of_gaussian(noise, sampling, 1), strict=True))
    for order in (1.1, 1.5, 2.0, 3.7, 9.9, 11.0):
        heights = plain * ratio**order
        moment = float(np.sum((heights[1:] + heights[:-1]) / 2 * np.diff(points)))
        assert divergences[order] == pytest.approx(np.log(moment) / (order - 1), rel=1e-6, abs=1e-11)


def test_rounds_add_up_and_everybody_drawn_is_the_plain_mechanism() -> None:
    one, many = rdp_of_gaussian(2.0, 0.1, 1), rdp_of_gaussian(2.0, 0.1, 7)
    assert many == pytest.approx([7 * divergence for divergence in one])
    assert rdp_of_gaussian(2.0, 1.0, 3) == pytest.approx([3 * order / 8 for order in ORDERS])
    assert rdp_of_gaussian(2.0, 0.0, 3) == (0.0,) * len(ORDERS)


def test_more_rounds_or_less_noise_or_a_smaller_delta_cost_more() -> None:
    start = epsilon(1.0, 0.1, 100, 1e-5)
    assert start < epsilon(1.0, 0.1, 101, 1e-5)
    assert start < epsilon(0.9, 0.1, 100, 1e-5)
    assert start < epsilon(1.0, 0.11, 100, 1e-5)
    assert start < epsilon(1.0, 0.1, 100, 1e-6)
    assert epsilon(1e6, 0.001, 1, 0.5) == 0.0


def test_terms_that_protect_nobody_are_refused() -> None:
    for noise, sampling, rounds in ((0.0, 0.1, 1), (-1.0, 0.1, 1), (1.0, 1.1, 1), (1.0, -0.1, 1), (1.0, 0.1, -1)):
        with pytest.raises(PrivacyError):
            rdp_of_gaussian(noise, sampling, rounds)
    for delta in (0.0, 1.0):
        with pytest.raises(PrivacyError):
            epsilon(1.0, 0.1, 1, delta)
    with pytest.raises(PrivacyError):
        epsilon_of_rdp([1.0], 1e-5)
