"""One asset as another pallet's currency: holds, freezes, and stake in any asset."""

from __future__ import annotations

import pytest

from pallets.assets import AssetCurrency
from pallets.assets.errors import BalanceLow, ContainsFreezes, ContainsHolds, Error
from pallets.assets.events import Burned, Deposited, Transferred, Withdrawn
from pallets.assets.freezer import Frozen, Thawed, TooManyFreezes
from pallets.assets.holder import Burned as HeldBurned
from pallets.assets.holder import Held, Released
from pallets.balances.types import IdAmount
from pallets.frame.call import call_of
from pallets.frame.error import ArithmeticProblem, DispatchError, TokenError, TokenFailure
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, assert_ok, events_of, run_to_block
from pallets.frame.traits import Fungible, Preservation, RuntimeFreezeReason
from pallets.staking import Slashed
from tests.pallets.assets.mock import (
    ALICE,
    ALSO_FROZEN,
    ALSO_HELD,
    ASSET,
    BOB,
    CHARLIE,
    FROZEN,
    HELD,
    NOBODY,
    STAKED_ASSET,
    TREASURY,
    AssetRuntime,
    account,
    new_runtime,
)

EXPENDABLE, PROTECT, PRESERVE = Preservation.EXPENDABLE, Preservation.PROTECT, Preservation.PRESERVE


@pytest.fixture
def runtime() -> AssetRuntime:
    return new_runtime(min_balance=10)


@pytest.fixture
def currency(runtime: AssetRuntime) -> Fungible:
    return AssetCurrency(runtime.assets.fungibles, runtime.assets_holder, ASSET)


def refused(error: DispatchError, reason: TokenError) -> bool:
    return error.failure == TokenFailure(reason)


def test_what_is_held_is_no_balance_and_still_of_the_supply(runtime: AssetRuntime, currency: Fungible) -> None:
    currency.hold(HELD, ALICE, 30)
    currency.hold(ALSO_HELD, ALICE, 5)
    assert (currency.balance(ALICE), currency.total_balance(ALICE), currency.issuance()) == (65, 100, 100)
    assert (currency.balance_on_hold(HELD, ALICE), currency.total_balance_on_hold(ALICE)) == (30, 35)
    assert runtime.assets_holder.holds.get((ASSET, ALICE)) == (IdAmount(HELD, 30), IdAmount(ALSO_HELD, 5))
    assert events_of(runtime, Held) == [Held(ALICE, ASSET, HELD, 30), Held(ALICE, ASSET, ALSO_HELD, 5)]
    assert currency.release(HELD, ALICE, 30) == 30
    assert runtime.assets_holder.holds.get((ASSET, ALICE)) == (IdAmount(ALSO_HELD, 5),)
    assert events_of(runtime, Released) == [Released(ALICE, ASSET, HELD, 30)]
    runtime.try_state()


def test_reasons_are_stored_as_pallet_index_and_variant(runtime: AssetRuntime, currency: Fungible) -> None:
    currency.hold(ALSO_HELD, ALICE, 5)
    stored = runtime.storage.get(runtime.assets_holder.holds.storage_key((ASSET, ALICE)))
    assert stored == b"\4" + bytes((40, 1)) + (5).to_bytes(16, "little")


def test_a_hold_leaves_the_least_balance_and_needs_an_account(runtime: AssetRuntime, currency: Fungible) -> None:
    with pytest.raises(DispatchError) as caught:
        currency.hold(HELD, ALICE, 91)
    assert refused(caught.value, TokenError.FUNDS_UNAVAILABLE)
    currency.hold(HELD, ALICE, 90)
    assert currency.reducible_balance(ALICE, EXPENDABLE) == 0  # with a hold on it the account cannot go
    with pytest.raises(DispatchError) as caught:
        currency.hold(HELD, NOBODY, 1)
    assert refused(caught.value, TokenError.CANNOT_CREATE_HOLD)
    assert_noop(runtime, Signed(ALICE), call_of(runtime.assets.transfer, ASSET, account(BOB), 10), BalanceLow)


def test_what_is_held_can_be_burnt_or_moved(runtime: AssetRuntime, currency: Fungible) -> None:
    currency.hold(HELD, ALICE, 60)
    assert currency.burn_held(HELD, ALICE, 10) == 10
    assert (currency.issuance(), currency.balance_on_hold(HELD, ALICE)) == (90, 50)
    assert events_of(runtime, HeldBurned) == [HeldBurned(ALICE, ASSET, HELD, 10)]
    assert currency.transfer_on_hold(HELD, ALICE, BOB, 20) == 20
    assert (currency.balance(BOB), currency.balance_on_hold(HELD, BOB)) == (20, 0)
    assert currency.transfer_on_hold(HELD, ALICE, BOB, 99, best_effort=True, on_hold=True) == 30
    assert (currency.balance_on_hold(HELD, BOB), currency.total_balance_on_hold(ALICE)) == (30, 0)
    with pytest.raises(DispatchError) as caught:
        currency.burn_held(HELD, BOB, 31)
    assert refused(caught.value, TokenError.FROZEN)
    currency.hold(ALSO_HELD, BOB, 5)
    with pytest.raises(DispatchError) as caught:
        currency.burn_held(HELD, BOB, 31)
    assert refused(caught.value, TokenError.FUNDS_UNAVAILABLE)
    with pytest.raises(DispatchError) as caught:
        currency.release(HELD, BOB, 31)
    assert refused(caught.value, TokenError.FUNDS_UNAVAILABLE)
    assert currency.burn_held(HELD, BOB, 99, best_effort=True) == 30
    runtime.try_state()


def test_an_asset_with_holds_or_freezes_cannot_go(runtime: AssetRuntime, currency: Fungible) -> None:
    currency.hold(HELD, ALICE, 60)
    destroy = call_of(runtime.assets.start_destroy, ASSET)
    assert_noop(runtime, Signed(ALICE), destroy, ContainsHolds)
    currency.release(HELD, ALICE, 60)
    runtime.assets_freezer.set_freeze(ASSET, FROZEN, ALICE, 5)
    assert_noop(runtime, Signed(ALICE), destroy, ContainsFreezes)
    runtime.assets_freezer.thaw(ASSET, FROZEN, ALICE)
    runtime.ok(ALICE, destroy)


def test_an_account_with_a_hold_is_not_refunded() -> None:
    runtime = new_runtime(sufficient=False)
    runtime.assets_holder.hold(ASSET, HELD, ALICE, 5)
    assert_noop(runtime, Signed(ALICE), call_of(runtime.assets.refund, ASSET, True), ContainsHolds)


def test_the_largest_freeze_counts_and_holds_count_toward_it(runtime: AssetRuntime, currency: Fungible) -> None:
    freezer = runtime.assets_freezer
    freezer.set_freeze(ASSET, FROZEN, ALICE, 40)
    freezer.set_freeze(ASSET, ALSO_FROZEN, ALICE, 70)
    assert (freezer.frozen_balance(ASSET, ALICE), freezer.balance_frozen(ASSET, FROZEN, ALICE)) == (70, 40)
    assert currency.reducible_balance(ALICE, EXPENDABLE) == 30
    currency.hold(HELD, ALICE, 25)
    assert currency.reducible_balance(ALICE, EXPENDABLE) == 30  # 75 are left, of which 70 - 25 must stay
    with pytest.raises(TooManyFreezes):
        freezer.set_freeze(ASSET, RuntimeFreezeReason(41, 0), ALICE, 1)
    freezer.extend_freeze(ASSET, FROZEN, ALICE, 30)
    assert freezer.balance_frozen(ASSET, FROZEN, ALICE) == 40
    freezer.thaw(ASSET, ALSO_FROZEN, ALICE)
    freezer.set_freeze(ASSET, FROZEN, ALICE, 0)
    assert events_of(runtime, Frozen) == [Frozen(ALICE, ASSET, 40), Frozen(ALICE, ASSET, 30)]
    assert events_of(runtime, Thawed) == [Thawed(ALICE, ASSET, 30), Thawed(ALICE, ASSET, 40)]
    assert freezer.frozen_balance(ASSET, ALICE) is None
    runtime.try_state()


def test_a_frozen_rest_may_not_leave(runtime: AssetRuntime, currency: Fungible) -> None:
    runtime.assets_freezer.set_freeze(ASSET, FROZEN, ALICE, 50)
    with pytest.raises(DispatchError) as caught:
        currency.ensure_can_withdraw(ALICE, 51, EXPENDABLE)
    assert refused(caught.value, TokenError.FROZEN)
    currency.ensure_can_withdraw(ALICE, 50, EXPENDABLE)


def test_transfers_by_other_pallets_keep_what_they_must(runtime: AssetRuntime, currency: Fungible) -> None:
    for preservation in (PROTECT, PRESERVE):
        with pytest.raises(DispatchError) as caught:
            currency.transfer(ALICE, BOB, 91, preservation)
        assert refused(caught.value, TokenError.NOT_EXPENDABLE)
    with pytest.raises(DispatchError) as caught:
        currency.transfer(ALICE, BOB, 9, EXPENDABLE)
    assert refused(caught.value, TokenError.BELOW_MINIMUM)
    assert currency.transfer(ALICE, ALICE, 50, EXPENDABLE) == 50
    assert currency.transfer(ALICE, BOB, 90, PRESERVE) == 90
    assert events_of(runtime, Transferred) == [Transferred(ASSET, ALICE, BOB, 90)]


def test_dust_of_such_a_transfer_stays_in_the_supply(runtime: AssetRuntime, currency: Fungible) -> None:
    currency.transfer(ALICE, BOB, 91, EXPENDABLE)
    assert (currency.balance(ALICE), currency.balance(BOB), currency.issuance()) == (0, 91, 100)
    runtime.try_state()


def test_minting_and_burning_change_the_supply(runtime: AssetRuntime, currency: Fungible) -> None:
    assert currency.mint_into(BOB, 50) == 50
    with pytest.raises(ArithmeticProblem):
        currency.mint_into(BOB, 2**128 - 1)
    assert currency.burn_from(BOB, 45) == 50  # the rest would be too little to stay
    assert events_of(runtime, Burned) == [Burned(ASSET, BOB, 50)]
    with pytest.raises(DispatchError) as caught:
        currency.burn_from(ALICE, 101)
    assert refused(caught.value, TokenError.FUNDS_UNAVAILABLE)
    assert currency.burn_from(ALICE, 101, PRESERVE, best_effort=True) == 90
    assert (currency.balance(ALICE), currency.issuance()) == (10, 10)


def test_what_is_withdrawn_is_issued_until_it_is_dropped(runtime: AssetRuntime, currency: Fungible) -> None:
    currency.withdraw(ALICE, 30, PRESERVE)
    assert (currency.balance(ALICE), currency.issuance()) == (70, 100)
    assert currency.deposit(BOB, 9) == 0
    assert currency.deposit(BOB, 20) == 20
    currency.drop_withdrawn(10)
    assert currency.issuance() == 90
    assert events_of(runtime, Withdrawn) == [Withdrawn(ASSET, ALICE, 30)]
    assert events_of(runtime, Deposited) == [Deposited(ASSET, BOB, 20)]
    currency.withdraw(ALICE, 65, EXPENDABLE)  # 5 more go, too little to stay
    assert currency.issuance() == 85


def test_an_unknown_asset_is_a_currency_without_funds(runtime: AssetRuntime) -> None:
    nothing = AssetCurrency(runtime.assets.fungibles, runtime.assets_holder, 99)
    assert (nothing.minimum_balance(), nothing.issuance(), nothing.balance(ALICE)) == (0, 0, 0)
    assert nothing.reducible_balance(ALICE, EXPENDABLE) == 0
    with pytest.raises(DispatchError) as caught:
        nothing.transfer(ALICE, BOB, 1, EXPENDABLE)
    assert refused(caught.value, TokenError.UNKNOWN_ASSET)
    with pytest.raises(Error):
        nothing.withdraw(ALICE, 1, EXPENDABLE)


def test_stake_may_be_in_any_asset(runtime: AssetRuntime) -> None:
    runtime.forced(call_of(runtime.assets.force_create, STAKED_ASSET, account(CHARLIE), True, 10))
    runtime.ok(CHARLIE, call_of(runtime.assets.mint, STAKED_ASSET, account(BOB), 500))
    staking, assets = runtime.staking, runtime.assets
    runtime.ok(BOB, call_of(staking.bond, amount=300))
    assert (assets.balance(STAKED_ASSET, BOB), assets.total_balance(STAKED_ASSET, BOB)) == (200, 500)
    assert_ok(runtime, Signed(BOB), call_of(staking.unbond, amount=100))
    run_to_block(runtime, 3)
    runtime.ok(BOB, call_of(staking.withdraw_unbonded))
    assert assets.balance(STAKED_ASSET, BOB) == 300
    assert staking.slash(BOB, 50) == 50
    assert (assets.balance(STAKED_ASSET, TREASURY), staking.active(BOB)) == (50, 150)
    assert staking.slash(BOB, 5) == 5
    assert events_of(runtime, Slashed) == [Slashed(BOB, 50), Slashed(BOB, 5)]
    assert assets.issuance(STAKED_ASSET) == 500
    runtime.try_state()
