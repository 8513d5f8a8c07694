"""Limits: whose they are, who changes them, and what clients are told."""

from __future__ import annotations

import pytest

from pallets.frame.call import call_of
from pallets.frame.error import BadOrigin
from pallets.frame.origin import Root, Signed
from pallets.frame.testing import assert_noop, assert_ok, events_of
from pallets.learning.privacy.budget import RHO_UNITS
from pallets.privacy_budget import (
    Data,
    DefaultLimitChanged,
    LimitSet,
    NotOwner,
    Spending,
    Statement,
    Trainer,
)
from tests.pallets.privacy_budget.mock import ALICE, BOB, ROOT, UNREGISTERED, new_runtime


def test_everybody_limits_itself_and_falls_back_to_the_default() -> None:
    runtime = new_runtime(default_limit=70)
    ledger = runtime.privacy_budget
    assert ledger.limit_of(Trainer(ALICE)) == 70
    assert_ok(runtime, Signed(ALICE), call_of(ledger.set_own_limit, limit=5))
    assert (ledger.limit_of(Trainer(ALICE)), ledger.limit_of(Trainer(BOB))) == (5, 70)
    assert_ok(runtime, Signed(ALICE), call_of(ledger.set_own_limit, limit=None))
    assert ledger.limit_of(Trainer(ALICE)) == 70
    assert events_of(runtime, LimitSet) == [LimitSet(Trainer(ALICE), 5), LimitSet(Trainer(ALICE), None)]


def test_registered_data_have_their_owners_limit_whoever_trains() -> None:
    runtime = new_runtime()
    ledger = runtime.privacy_budget
    assert_ok(runtime, Signed(ALICE), call_of(ledger.set_data_limit, root=ROOT, limit=9))
    assert ledger.limit_of(Data(ROOT)) == 9
    assert_noop(runtime, Signed(BOB), call_of(ledger.set_data_limit, root=ROOT, limit=10), NotOwner)
    assert_noop(runtime, Signed(ALICE), call_of(ledger.set_data_limit, root=UNREGISTERED, limit=1), NotOwner)


def test_governance_alone_changes_the_default() -> None:
    runtime = new_runtime()
    change = call_of(runtime.privacy_budget.set_default_limit, limit=40)
    assert_noop(runtime, Signed(ALICE), change, BadOrigin)
    assert_ok(runtime, Root(), change)
    assert_ok(runtime, Root(), call_of(runtime.privacy_budget.set_default_limit, limit=None))
    assert events_of(runtime, DefaultLimitChanged) == [DefaultLimitChanged(None, 40), DefaultLimitChanged(40, None)]
    assert runtime.privacy_budget.limit_of(Data(ROOT)) is None


def test_clients_are_told_what_is_spent_and_left_in_epsilon_and_delta() -> None:
    runtime = new_runtime(default_limit=RHO_UNITS)
    ledger = runtime.privacy_budget
    ledger.charge(BOB, ROOT, RHO_UNITS // 2)
    told = ledger.of_account(BOB, 5)
    assert told == ledger.of_data(ROOT, 5)
    assert told is not None
    assert (told.spent, told.limit, told.left) == (Spending(RHO_UNITS // 2, 0), RHO_UNITS, RHO_UNITS // 2)
    # rho + 2 √(rho · ln(10^5)) by hand: 0.5 + 2 √5.756463 and 1 + 2 √11.512925
    assert told.epsilon == pytest.approx(5_298_526, abs=2)
    assert told.most_epsilon == pytest.approx(7_786_142, abs=2)
    assert ledger.of_account(BOB, 0) is None
    assert ledger.of_data(ROOT, 0) is None
    assert ledger.of_account(ALICE, 255) == Statement(
        Spending(0, 0), RHO_UNITS, RHO_UNITS, 0, ledger.statement_of(Trainer(ALICE), 255).most_epsilon
    )


def test_a_limit_is_found_for_an_epsilon() -> None:
    ledger = new_runtime().privacy_budget
    limit = ledger.limit_for(7_786_142, 5)
    assert limit == pytest.approx(RHO_UNITS, rel=1e-6)
    assert ledger.limit_for(1, 0) is None
    assert ledger.limit_for(2**64 - 1, 1) == 2**64 - 1
