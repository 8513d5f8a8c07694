from __future__ import annotations

from fractions import Fraction
from math import log, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.learning.privacy import rdp
from pallets.learning.privacy.budget import (
    RHO_UNITS,
    cost_of_gaussian,
    epsilon_of,
    largest_spending,
)
from pallets.learning.privacy.refusals import PrivacyError


@given(st.integers(0, 50 * RHO_UNITS), st.integers(1, 12))
def test_epsilon_is_that_of_the_theorem_rounded_up_to_a_millionth(spent: int, exponent: int) -> None:
    rho = spent / RHO_UNITS
    exact = rho + 2 * sqrt(rho * exponent * log(10))
    found = float(epsilon_of(spent, exponent))
    assert exact - 1e-9 <= found <= exact * (1 + 1e-8) + 4e-6


@given(st.fractions(Fraction(1, 100), Fraction(30)), st.integers(1, 9))
def test_the_largest_spending_is_the_last_that_keeps_the_epsilon(epsilon: Fraction, exponent: int) -> None:
    most = largest_spending(epsilon, exponent)
    assert epsilon_of(most, exponent) <= epsilon < epsilon_of(most + 1, exponent)


@settings(max_examples=40, deadline=None)
@given(st.fractions(Fraction(1), Fraction(50)), st.integers(1, 40))
def test_costs_never_say_less_than_the_accountant_of_all_clients(multiplier: Fraction, rounds: int) -> None:
    spent = rounds * cost_of_gaussian(multiplier)
    assert spent >= rounds * Fraction(RHO_UNITS) / (2 * multiplier**2)
    assert float(epsilon_of(spent, 5)) >= rdp.epsilon(float(multiplier), 1.0, rounds, 1e-5) * (1 - 1e-9)


def test_numbers_that_mean_nothing_are_refused() -> None:
    for multiplier in (Fraction(0), Fraction(-1)):
        with pytest.raises(PrivacyError):
            cost_of_gaussian(multiplier)
    with pytest.raises(PrivacyError):
        epsilon_of(-1, 5)
    with pytest.raises(PrivacyError):
        epsilon_of(1, 0)
    with pytest.raises(PrivacyError):
        largest_spending(Fraction(-1), 5)
