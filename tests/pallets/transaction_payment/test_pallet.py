"""What transactions cost, and how the fee is taken and corrected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.validity import Invalid, InvalidTransaction
from pallets import balances, transaction_payment
from pallets.balances.ledger import BALANCE_MAX
from pallets.frame.event import PalletEvent
from pallets.frame.testing import events_of
from pallets.frame.weight import UNLIMITED, DispatchClass, DispatchInfo, Pays, PostDispatchInfo, Weight
from pallets.system import BlockWeights
from pallets.transaction_payment import FIXED_POINT, FeeDetails, Releases, TransactionFeePaid
from tests.pallets.template_runtime import ALICE, BOB, EXTRINSIC_BASE, TemplateRuntime, runtime_with
from tests.pallets.template_runtime import EXISTENTIAL_DEPOSIT as ED

NORMAL = DispatchClass.NORMAL
CALL, EXTENSIONS = Weight(100_000_000, 7), Weight(20_000_000, 5)
INFO = DispatchInfo(CALL, EXTENSIONS, NORMAL, Pays.YES)
BASE = EXTRINSIC_BASE.ref_time
DECLARED = BASE + 146 + 120_000_000
MAX_BLOCK = BlockWeights.with_sensible_defaults().max_block


def told(runtime: TemplateRuntime) -> list[PalletEvent]:
    return events_of(runtime, PalletEvent)


def free(pays: Pays, actual_weight: Weight | None = None) -> PostDispatchInfo:
    return PostDispatchInfo(actual_weight, pays)


def test_a_fee_is_base_length_weight_and_tip() -> None:
    payment = runtime_with().transaction_payment
    assert payment.compute_fee(146, INFO, tip=9) == DECLARED + 9


def test_the_multiplier_changes_the_fee_for_weight_alone() -> None:
    payment = runtime_with().transaction_payment
    payment.next_fee_multiplier.put(FIXED_POINT * 3 // 2)
    assert payment.compute_fee(146, INFO, tip=9) == BASE + 146 + 180_000_000 + 9
    payment.next_fee_multiplier.put(1)
    assert payment.compute_fee(146, INFO, tip=0) == BASE + 146


def test_no_more_weight_is_charged_for_than_a_block_holds() -> None:
    payment = runtime_with().transaction_payment
    info = DispatchInfo(UNLIMITED, EXTENSIONS, NORMAL, Pays.YES)
    assert payment.compute_fee(0, info, tip=0) == BASE + MAX_BLOCK.ref_time


def test_a_fee_does_not_leave_its_type() -> None:
    payment = runtime_with().transaction_payment
    assert payment.compute_fee(1, INFO, tip=BALANCE_MAX) == BALANCE_MAX
    payment.next_fee_multiplier.put(BALANCE_MAX)
    assert payment.compute_fee(1, INFO, tip=0) < BALANCE_MAX


def test_a_call_that_pays_no_fee_costs_the_tip() -> None:
    payment = runtime_with().transaction_payment
    info = DispatchInfo(CALL, EXTENSIONS, NORMAL, Pays.NO)
    assert payment.compute_fee(146, info, tip=9) == 9
    assert payment.fee_details(146, info, tip=9) == FeeDetails(None, 9)
    assert payment.compute_actual_fee(146, info, free(Pays.YES), tip=9) == 9


ACTUAL = [
    (free(Pays.YES), DECLARED),
    (free(Pays.NO), 0),
    (free(Pays.YES, Weight(50_000_000, 1)), DECLARED - 70_000_000),
    (free(Pays.YES, Weight(990_000_000, 990)), DECLARED),
    (free(Pays.NO, Weight(50_000_000, 1)), 0),
]


@pytest.mark.parametrize(("post", "fee"), ACTUAL)
def test_after_the_call_it_costs_what_it_weighed_and_never_more(post: PostDispatchInfo, fee: int) -> None:
    payment = runtime_with().transaction_payment
    assert payment.compute_actual_fee(146, INFO, post, tip=0) == fee
    assert payment.compute_actual_fee(146, INFO, post, tip=11) == fee + 11


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**128 - 1))
def test_the_actual_fee_is_at_most_the_fee(declared: int, used: int, length: int, tip: int) -> None:
    payment = PAYMENT
    info = DispatchInfo(Weight(declared), EXTENSIONS, NORMAL, Pays.YES)
    fee = payment.compute_fee(length, info, tip)
    assert tip <= payment.compute_actual_fee(length, info, free(Pays.YES, Weight(used)), tip) <= fee <= BALANCE_MAX


PAYMENT = runtime_with().transaction_payment


def test_the_fee_is_withdrawn_and_burned() -> None:
    runtime = runtime_with((ALICE, 5 * ED))
    payment = runtime.transaction_payment
    payment.withdraw_fee(ALICE, 100)
    assert runtime.balances.issuance() == 5 * ED  # the call may not see that it is gone
    payment.correct_and_deposit_fee(ALICE, 100, 100, tip=3)
    assert told(runtime) == [balances.Withdraw(ALICE, 100), TransactionFeePaid(ALICE, 100, 3)]
    assert (runtime.balances.issuance(), runtime.balances.balance(ALICE)) == (5 * ED - 100, 5 * ED - 100)


def test_what_was_too_much_is_given_back() -> None:
    runtime = runtime_with((ALICE, 5 * ED))
    payment = runtime.transaction_payment
    payment.withdraw_fee(ALICE, 100)
    payment.correct_and_deposit_fee(ALICE, 100, 40, tip=0)
    assert told(runtime)[1:] == [balances.Deposit(ALICE, 60), TransactionFeePaid(ALICE, 40, 0)]
    assert runtime.balances.issuance() == runtime.balances.balance(ALICE) == 5 * ED - 40


def test_an_account_that_the_call_reaped_is_given_nothing_back() -> None:
    runtime = runtime_with((ALICE, 5 * ED))
    payment = runtime.transaction_payment
    payment.withdraw_fee(ALICE, 100)
    runtime.balances.burn_from(ALICE, 5 * ED - 100)
    payment.correct_and_deposit_fee(ALICE, 100, 40, tip=0)
    assert told(runtime)[-1] == TransactionFeePaid(ALICE, 40, 0)
    assert runtime.balances.issuance() == 0


def test_a_transaction_without_a_fee_touches_no_account_and_says_so() -> None:
    runtime = runtime_with()
    payment = runtime.transaction_payment
    payment.ensure_can_withdraw(ALICE, 0)
    payment.withdraw_fee(ALICE, 0)
    payment.correct_and_deposit_fee(ALICE, 0, 0, tip=0)
    assert told(runtime) == [TransactionFeePaid(ALICE, 0, 0)]


@pytest.mark.parametrize("fee", [4 * ED + 1, 5 * ED, 6 * ED, BALANCE_MAX])
def test_who_cannot_pay_and_live_is_refused(fee: int) -> None:
    runtime = runtime_with((ALICE, 5 * ED), (BOB, ED))
    for attempt in (runtime.transaction_payment.ensure_can_withdraw, runtime.transaction_payment.withdraw_fee):
        with pytest.raises(InvalidTransaction) as refused:
            attempt(ALICE, fee)
        assert refused.value.variant is Invalid.PAYMENT
    runtime.transaction_payment.ensure_can_withdraw(ALICE, 4 * ED)
    assert told(runtime) == []


def test_genesis_sets_the_multiplier_and_the_layout() -> None:
    payment = runtime_with().transaction_payment
    assert (payment.next_fee_multiplier.get(), payment.releases.get()) == (FIXED_POINT, Releases.V1_ANCIENT)
    payment.build_genesis(transaction_payment.Genesis())
    assert payment.releases.get() is Releases.V2
    payment.build_genesis(transaction_payment.Genesis(multiplier=FIXED_POINT * 2))
    assert payment.next_fee_multiplier.get() == FIXED_POINT * 2
