"""Charges: both subjects or neither, rounds add up, refunds undo, and no order of them matters."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.primitives import AccountId, Hash
from pallets.frame.error import ArithmeticProblem
from pallets.learning.privacy.budget import cost_of_gaussian
from pallets.learning.privacy.rdp import ORDERS, epsilon_of_rdp, rdp_of_gaussian
from pallets.privacy_budget import BudgetExceeded, Data, Spending, Trainer
from pallets.privacy_budget.ledger import NOTHING
from tests.pallets.privacy_budget.mock import ALICE, BOB, ROOT, UNREGISTERED, new_runtime

ACCOUNTS: Final = (ALICE, BOB)
ROOTS: Final = (ROOT, UNREGISTERED)


def test_a_round_that_either_subject_cannot_afford_charges_neither() -> None:
    ledger = new_runtime(default_limit=100).privacy_budget
    ledger.charge(ALICE, ROOT, 60)
    for who, root in ((ALICE, UNREGISTERED), (BOB, ROOT)):  # another salt, another account
        with pytest.raises(BudgetExceeded):
            ledger.charge(who, root, 41)
    assert ledger.spendings.get(Trainer(BOB)) is None
    assert ledger.spendings.get(Data(UNREGISTERED)) is None
    ledger.charge(BOB, UNREGISTERED, 100)
    ledger.charge(ALICE, ROOT, 40)
    assert ledger.statement_of(Trainer(ALICE), 1).left == 0


def test_no_limit_allows_a_round_without_noise() -> None:
    ledger = new_runtime(default_limit=2**64 - 1).privacy_budget
    with pytest.raises(BudgetExceeded):
        ledger.charge(ALICE, ROOT, None)
    free = new_runtime().privacy_budget
    free.charge(ALICE, ROOT, None)
    told = free.statement_of(Data(ROOT), 5)
    assert (told.spent, told.epsilon, told.limit, told.left, told.most_epsilon) == (
        Spending(0, 1),
        None,
        None,
        None,
        None,
    )


def test_what_nobody_limits_still_counts_against_a_later_limit() -> None:
    ledger = new_runtime().privacy_budget
    ledger.charge(ALICE, ROOT, 80)
    ledger.limits.insert(Data(ROOT), 50)
    assert ledger.statement_of(Data(ROOT), 1).left == 0
    assert not ledger.affords(Data(ROOT), 0)


def test_a_count_that_is_full_refuses() -> None:
    ledger = new_runtime().privacy_budget
    ledger.charge(ALICE, ROOT, 2**64 - 1)
    with pytest.raises(ArithmeticProblem):
        ledger.charge(ALICE, ROOT, 1)


def test_of_erased_data_nothing_is_kept_and_their_trainer_still_has_spent() -> None:
    ledger = new_runtime().privacy_budget
    ledger.charge(ALICE, ROOT, 7)
    ledger.limits.insert(Data(ROOT), 50)
    ledger.forget_data(ROOT)
    assert list(ledger.spendings.iter()) == [(Trainer(ALICE), Spending(7, 0))]
    assert list(ledger.limits.iter()) == []
    ledger.give_back(ALICE, ROOT, 7)  # the round in which that was ends
    assert list(ledger.spendings.iter()) == []


def test_a_refund_for_erased_data_that_were_named_again_takes_no_more_than_there_is() -> None:
    ledger = new_runtime().privacy_budget
    ledger.charge(ALICE, ROOT, 7)
    ledger.charge(ALICE, ROOT, None)
    ledger.forget_data(ROOT)
    ledger.charge(BOB, ROOT, 3)
    ledger.give_back(ALICE, ROOT, 7)
    ledger.give_back(ALICE, ROOT, None)
    assert dict(ledger.spendings.iter()) == {Trainer(BOB): Spending(3, 0)}


charges = st.lists(
    st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(ROOTS), st.none() | st.integers(1, 10**12)), max_size=12
)


@given(charges)
def test_sums_are_those_of_all_charges_in_any_order_and_refunds_undo_them(
    made: list[tuple[AccountId, Hash, int | None]],
) -> None:
    ledger = new_runtime().privacy_budget
    for charge in made:
        ledger.charge(*charge)
    for who in ACCOUNTS:
        own = [cost for account, _, cost in made if account == who]
        expected = Spending(sum(cost or 0 for cost in own), own.count(None))
        assert (ledger.spendings.get(Trainer(who)) or NOTHING) == expected
    ledger.try_state()
    for charge in sorted(made, key=repr):
        ledger.give_back(*charge)
    assert list(ledger.spendings.iter()) == []


@given(charges, st.integers(0, 3 * 10**12))
def test_nobody_ever_spends_more_than_the_limit(made: list[tuple[AccountId, Hash, int | None]], limit: int) -> None:
    ledger = new_runtime(default_limit=limit).privacy_budget
    for charge in made:
        try:
            ledger.charge(*charge)
        except BudgetExceeded:
            assert not all(ledger.affords(each, charge[2]) for each in (Trainer(charge[0]), Data(charge[1])))
    assert all(spent is not None and spent.rho <= limit for spent in ledger.spendings.iter_values())


rounds = st.lists(st.tuples(st.fractions(Fraction(1, 2), Fraction(40)), st.integers(1, 30)), min_size=1, max_size=5)


@settings(max_examples=30, deadline=None)
@given(rounds, st.integers(2, 9))
def test_epsilon_after_rounds_of_different_noise_is_never_below_the_accountants(
    played: list[tuple[Fraction, int]], exponent: int
) -> None:
    ledger = new_runtime().privacy_budget
    for multiplier, times in played:
        for _ in range(times):
            ledger.charge(ALICE, ROOT, cost_of_gaussian(multiplier))
    told = ledger.statement_of(Data(ROOT), exponent)
    divergences = [0.0] * len(ORDERS)
    for multiplier, times in played:
        divergences = [a + b for a, b in zip(divergences, rdp_of_gaussian(float(multiplier), 1.0, times), strict=True)]
    assert told.epsilon is not None
    assert told.epsilon / 10**6 >= epsilon_of_rdp(divergences, 10.0**-exponent) * (1 - 1e-9)


@pytest.mark.extra
def test_epsilon_after_mixed_rounds_is_that_of_dp_accounting_within_what_the_simple_bound_gives_away() -> None:
    dp_accounting = pytest.importorskip("dp_accounting", reason="dp-accounting is not installed: palletlab[dp] has it")
    accountants = pytest.importorskip("dp_accounting.rdp")
    for played in ([(4, 10)], [(2, 3), (8, 20)], [(10, 50), (3, 1), (20, 100)]):
        ledger, accountant = new_runtime().privacy_budget, accountants.RdpAccountant()
        for multiplier, times in played:
            accountant.compose(dp_accounting.GaussianDpEvent(multiplier), times)
            for _ in range(times):
                ledger.charge(ALICE, ROOT, cost_of_gaussian(Fraction(multiplier)))
        told = ledger.statement_of(Trainer(ALICE), 5).epsilon
        assert told is not None
        theirs = accountant.get_epsilon(1e-5)
        assert theirs <= told / 10**6 <= 1.25 * theirs
