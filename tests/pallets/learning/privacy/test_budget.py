from __future__ import annotations

from fractions import Fraction
from math import log, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.learning.privacy import rdp
from pallets.learning.privacy.budget import (
    RHO_UNITS,
    Ledger,
    cost_of_gaussian,
    epsilon_of,
    largest_spending,
)
from pallets.learning.privacy.refusals import BudgetExceeded, PrivacyError

A, B, C = b"a", b"b", b"c"


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


def test_a_round_that_would_exceed_one_clients_budget_charges_nobody() -> None:
    ledger = Ledger().limited(A, 100).limited(B, 50)
    after = ledger.charged([A, B], 50)
    assert (after.left(A), after.left(B)) == (50, 0)
    with pytest.raises(BudgetExceeded, match=r"^62 has 0 of its privacy left, the round costs 1$"):
        after.charged([A, B], 1)
    assert (after.left(A), after.left(B)) == (50, 0)
    assert ledger.left(A) == 100


def test_who_has_set_no_limit_takes_part_in_nothing() -> None:
    with pytest.raises(BudgetExceeded):
        Ledger().charged([C], 1)


def test_a_limit_can_be_raised_and_lowered_to_what_is_spent() -> None:
    ledger = Ledger().limited(A, 100).charged([A], 60)
    assert ledger.limited(A, 60).left(A) == 0
    assert ledger.limited(A, 200).left(A) == 140
    with pytest.raises(PrivacyError, match="a limit of 59 for 61, who has spent 60"):
        ledger.limited(A, 59)


@given(st.lists(st.tuples(st.sampled_from([A, B, C]), st.integers(0, 40)), max_size=12))
def test_nobody_ever_spends_more_than_the_limit(rounds: list[tuple[bytes, int]]) -> None:
    ledger = Ledger().limited(A, 100).limited(B, 30)
    for client, cost in rounds:
        try:
            ledger = ledger.charged([client], cost)
        except BudgetExceeded:
            assert ledger.left(client) < cost
        assert all(ledger.left(who) >= 0 for who in (A, B, C))


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
    for clients, cost in (([A], -1), ([A, A], 1)):
        with pytest.raises(PrivacyError):
            Ledger().limited(A, 9).charged(clients, cost)
