"""Funds on hold: whose they are, what for, and how they come free."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

import pytest

from pallets import balances
from pallets.frame.error import DispatchError, TokenError, TokenFailure
from pallets.frame.event import PalletEvent
from pallets.frame.testing import events_of
from pallets.frame.traits import RuntimeFreezeReason, RuntimeHoldReason, hold_reason
from pallets.system import AccountData, AccountInfo
from tests.pallets.template_runtime import ALICE, BOB, CHARLIE, TemplateRuntime, runtime_with
from tests.pallets.template_runtime import EXISTENTIAL_DEPOSIT as ED


class HoldReason(IntEnum):
    """As a pallet declares its own."""

    BONDED = 0
    ESCROW = 1


BONDED, ESCROW = RuntimeHoldReason(7, 0), RuntimeHoldReason(7, 1)
FREEZE = RuntimeFreezeReason(7, 0)


def data(runtime: TemplateRuntime) -> AccountData:
    return runtime.system.account.get(ALICE).data


def assert_refused(reason: TokenError, attempt: Callable[[], object]) -> None:
    with pytest.raises(DispatchError) as refused:
        attempt()
    assert refused.value.failure == TokenFailure(reason)


def test_a_pallet_names_its_own_reasons() -> None:
    runtime = runtime_with()
    assert hold_reason(runtime.template, HoldReason.ESCROW) == ESCROW


def test_holds_add_up_by_reason_and_stand_in_the_order_of_their_first() -> None:
    runtime = runtime_with((ALICE, 10 * ED))
    funds = runtime.balances
    for reason, amount in ((BONDED, 2), (ESCROW, 3), (BONDED, 4)):
        funds.hold(reason, ALICE, amount)
    assert funds.holds.get(ALICE) == (balances.IdAmount(BONDED, 6), balances.IdAmount(ESCROW, 3))
    assert data(runtime) == AccountData(10 * ED - 9, 9)
    assert (funds.balance_on_hold(BONDED, ALICE), funds.total_balance_on_hold(ALICE)) == (6, 9)
    assert funds.total_balance(ALICE) == 10 * ED
    assert runtime.system.account.get(ALICE).consumers == 1
    assert events_of(runtime, PalletEvent) == []  # as in the runtimes of early 2025


def test_two_bytes_name_a_reason_on_chain() -> None:
    runtime = runtime_with((ALICE, 10 * ED))
    runtime.balances.hold(ESCROW, ALICE, 3)
    raw = runtime.storage.get(runtime.balances.holds.storage_key(ALICE))
    assert raw == b"\x04" + b"\x07\x01" + (3).to_bytes(16, "little")


def test_all_but_the_existential_deposit_may_be_held() -> None:
    runtime = runtime_with((ALICE, 10 * ED))
    assert_refused(TokenError.FUNDS_UNAVAILABLE, lambda: runtime.balances.hold(BONDED, ALICE, 9 * ED + 1))
    runtime.balances.hold(BONDED, ALICE, 9 * ED)
    assert data(runtime) == AccountData(ED, 9 * ED)


def test_frozen_funds_may_be_held() -> None:
    runtime = runtime_with((ALICE, 10 * ED))
    runtime.balances.set_freeze(FREEZE, ALICE, 10 * ED)
    runtime.balances.hold(BONDED, ALICE, 9 * ED)
    assert data(runtime) == AccountData(ED, 9 * ED, 10 * ED)


def test_nothing_is_held_for_an_account_that_does_not_exist() -> None:
    runtime = runtime_with()
    assert_refused(TokenError.CANNOT_CREATE_HOLD, lambda: runtime.balances.hold(BONDED, ALICE, 0))


def test_a_release_makes_funds_free_and_the_last_one_gives_the_account_back() -> None:
    runtime = runtime_with((ALICE, 10 * ED))
    funds = runtime.balances
    funds.hold(BONDED, ALICE, 5)
    assert funds.release(BONDED, ALICE, 2) == 2
    assert data(runtime) == AccountData(10 * ED - 3, 3)
    assert_refused(TokenError.FUNDS_UNAVAILABLE, lambda: funds.release(BONDED, ALICE, 4))
    assert funds.release(BONDED, ALICE, 4, best_effort=True) == 3
    assert runtime.system.account.get(ALICE) == AccountInfo(providers=1, data=AccountData(10 * ED))
    assert funds.holds.get(ALICE) == ()


def test_one_reason_does_not_release_another() -> None:
    runtime = runtime_with((ALICE, 10 * ED))
    runtime.balances.hold(BONDED, ALICE, 5)
    assert_refused(TokenError.FUNDS_UNAVAILABLE, lambda: runtime.balances.release(ESCROW, ALICE, 1))
    assert runtime.balances.release(ESCROW, ALICE, 1, best_effort=True) == 0


def test_burning_held_funds_lowers_the_issuance() -> None:
    runtime = runtime_with((ALICE, 10 * ED))
    funds = runtime.balances
    funds.hold(BONDED, ALICE, 5)
    assert funds.burn_held(BONDED, ALICE, 2) == 2
    assert (funds.issuance(), data(runtime)) == (10 * ED - 2, AccountData(10 * ED - 5, 3))
    assert funds.burn_held(BONDED, ALICE, 9, best_effort=True) == 3
    funds.try_state()


def test_only_by_force_are_frozen_funds_on_hold_burned() -> None:
    runtime = runtime_with((ALICE, 10 * ED))
    funds = runtime.balances
    funds.hold(BONDED, ALICE, 4 * ED)
    funds.set_freeze(FREEZE, ALICE, 9 * ED)  # three of the four on hold are part of it
    assert_refused(TokenError.FROZEN, lambda: funds.burn_held(BONDED, ALICE, ED + 1))
    assert funds.burn_held(BONDED, ALICE, 4 * ED, best_effort=True) == ED
    assert funds.burn_held(BONDED, ALICE, 3 * ED, force=True) == 3 * ED
    funds.try_state()


def test_held_funds_move_free_or_on_hold() -> None:
    runtime = runtime_with((ALICE, 10 * ED), (BOB, ED))
    funds = runtime.balances
    funds.hold(BONDED, ALICE, 5 * ED)
    assert funds.transfer_on_hold(BONDED, ALICE, BOB, ED) == ED
    assert funds.transfer_on_hold(BONDED, ALICE, BOB, ED, on_hold=True) == ED
    assert (funds.balance(BOB), funds.balance_on_hold(BONDED, BOB)) == (2 * ED, ED)
    assert funds.transfer_on_hold(BONDED, ALICE, BOB, 9 * ED, best_effort=True) == 3 * ED
    assert_refused(TokenError.FROZEN, lambda: funds.transfer_on_hold(BONDED, ALICE, BOB, 1))
    funds.try_state()


def test_held_funds_create_an_account_only_where_they_become_free() -> None:
    runtime = runtime_with((ALICE, 10 * ED))
    funds = runtime.balances
    funds.hold(BONDED, ALICE, 5 * ED)
    funds.hold(ESCROW, ALICE, 1)
    move = funds.transfer_on_hold
    assert_refused(TokenError.CANNOT_CREATE_HOLD, lambda: move(BONDED, ALICE, CHARLIE, ED, on_hold=True))
    assert_refused(TokenError.CANNOT_CREATE, lambda: move(BONDED, ALICE, CHARLIE, ED - 1))
    assert_refused(TokenError.FUNDS_UNAVAILABLE, lambda: move(ESCROW, ALICE, CHARLIE, ED))
    assert move(BONDED, ALICE, CHARLIE, ED) == ED
    assert events_of(runtime, balances.Event) == [balances.Endowed(CHARLIE, ED)]
    funds.try_state()
