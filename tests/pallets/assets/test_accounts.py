"""What calls move: amounts, least balances, references, and who may do it (in substance pallet_assets' own tests)."""

from __future__ import annotations

import pytest

from pallets.assets.errors import (
    AssetNotLive,
    BalanceLow,
    Frozen,
    IncorrectStatus,
    NoAccount,
    NoPermission,
    Unknown,
)
from pallets.assets.events import Burned, Issued, Transferred
from pallets.assets.types import AccountStatus, AssetAccount, Consumer, Sufficient
from pallets.frame.call import call_of
from pallets.frame.error import ArithmeticCode, ArithmeticFailure, TokenError, TokenFailure
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, events_of
from tests.pallets.assets.mock import ALICE, ASSET, BOB, CHARLIE, DAVE, NOBODY, AssetRuntime, account, new_runtime


@pytest.fixture
def runtime() -> AssetRuntime:
    return new_runtime()


def test_minting_needs_the_issuer_and_grows_the_supply(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    runtime.ok(ALICE, call_of(assets.mint, ASSET, account(BOB), 50))
    assert (assets.balance(ASSET, BOB), assets.issuance(ASSET)) == (50, 150)
    assert events_of(runtime, Issued)[-1] == Issued(ASSET, BOB, 50)
    assert_noop(runtime, Signed(BOB), call_of(assets.mint, ASSET, account(BOB), 1), NoPermission)
    unknown = TokenFailure(TokenError.UNKNOWN_ASSET)
    assert_noop(runtime, Signed(ALICE), call_of(assets.mint, 5, account(BOB), 1), unknown)
    overflow = ArithmeticFailure(ArithmeticCode.OVERFLOW)
    assert_noop(runtime, Signed(ALICE), call_of(assets.mint, ASSET, account(BOB), 2**128 - 1), overflow)


def test_minting_nothing_is_told_whoever_asks_and_checks_nothing(runtime: AssetRuntime) -> None:
    runtime.ok(BOB, call_of(runtime.assets.mint, 77, account(BOB), 0))
    assert events_of(runtime, Issued)[-1] == Issued(77, BOB, 0)


def test_a_transfer_moves_the_amount_and_closes_an_empty_account(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    runtime.ok(ALICE, call_of(assets.transfer, ASSET, account(BOB), 50))
    assert (assets.balance(ASSET, ALICE), assets.balance(ASSET, BOB)) == (50, 50)
    runtime.ok(BOB, call_of(assets.transfer, ASSET, account(CHARLIE), 50))
    assert not assets.account.contains_key((ASSET, BOB))
    assert assets.account.get((ASSET, CHARLIE)) == AssetAccount(50, AccountStatus.LIQUID, Sufficient())
    assert events_of(runtime, Transferred)[-1] == Transferred(ASSET, BOB, CHARLIE, 50)
    assert_noop(runtime, Signed(BOB), call_of(assets.transfer, ASSET, account(ALICE), 1), NoAccount)
    assert_noop(runtime, Signed(ALICE), call_of(assets.transfer, ASSET, account(BOB), 51), BalanceLow)
    assert_noop(runtime, Signed(ALICE), call_of(assets.transfer, 5, account(BOB), 1), Unknown)


def test_a_transfer_to_oneself_is_checked_told_and_changes_nothing(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    runtime.ok(ALICE, call_of(assets.transfer, ASSET, account(ALICE), 100))
    assert (assets.balance(ASSET, ALICE), assets.details(ASSET).accounts) == (100, 1)
    assert events_of(runtime, Transferred) == [Transferred(ASSET, ALICE, ALICE, 100)]
    assert_noop(runtime, Signed(ALICE), call_of(assets.transfer, ASSET, account(ALICE), 101), BalanceLow)


def test_a_transfer_of_nothing_does_nothing(runtime: AssetRuntime) -> None:
    runtime.ok(ALICE, call_of(runtime.assets.transfer, ASSET, account(BOB), 0))
    assert events_of(runtime, Transferred) == []


def test_what_would_be_too_little_to_stay_goes_along() -> None:
    runtime = new_runtime(min_balance=10)
    assets = runtime.assets
    runtime.ok(ALICE, call_of(assets.transfer, ASSET, account(BOB), 91))
    assert (assets.balance(ASSET, BOB), assets.issuance(ASSET)) == (100, 100)
    assert events_of(runtime, Transferred)[-1] == Transferred(ASSET, ALICE, BOB, 100)
    runtime.ok(ALICE, call_of(assets.burn, ASSET, account(BOB), 91))
    assert (assets.balance(ASSET, BOB), assets.issuance(ASSET)) == (0, 0)
    assert events_of(runtime, Burned)[-1] == Burned(ASSET, BOB, 100)


def test_keeping_alive_forbids_what_would_close_the_account() -> None:
    runtime = new_runtime(min_balance=10)
    keep = runtime.assets.transfer_keep_alive
    assert_noop(runtime, Signed(ALICE), call_of(keep, ASSET, account(BOB), 91), BalanceLow)
    runtime.ok(ALICE, call_of(keep, ASSET, account(BOB), 90))
    assert runtime.assets.balance(ASSET, ALICE) == 10


def test_an_account_opens_with_the_least_balance_or_not_at_all() -> None:
    runtime = new_runtime(min_balance=10)
    assets, below = runtime.assets, TokenFailure(TokenError.BELOW_MINIMUM)
    assert_noop(runtime, Signed(ALICE), call_of(assets.transfer, ASSET, account(BOB), 9), below)
    assert_noop(runtime, Signed(ALICE), call_of(assets.mint, ASSET, account(BOB), 9), below)
    assert_noop(runtime, Signed(ALICE), call_of(assets.force_transfer, ASSET, account(ALICE), account(BOB), 9), below)
    runtime.ok(ALICE, call_of(assets.transfer, ASSET, account(BOB), 10))


def test_burning_takes_at_most_what_is_there_and_needs_the_admin(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    assert_noop(runtime, Signed(BOB), call_of(assets.burn, ASSET, account(ALICE), 1), NoPermission)
    assert_noop(runtime, Signed(ALICE), call_of(assets.burn, ASSET, account(BOB), 1), NoAccount)
    runtime.ok(ALICE, call_of(assets.burn, ASSET, account(ALICE), 2**128 - 1))
    assert (assets.balance(ASSET, ALICE), assets.issuance(ASSET)) == (0, 0)
    assert events_of(runtime, Burned) == [Burned(ASSET, ALICE, 100)]
    assert_noop(runtime, Signed(ALICE), call_of(assets.burn, 5, account(ALICE), 1), Unknown)


def test_only_the_admin_forces_transfers(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    force = call_of(assets.force_transfer, ASSET, account(ALICE), account(BOB), 40)
    assert_noop(runtime, Signed(BOB), force, NoPermission)
    runtime.ok(ALICE, force)
    assert assets.balance(ASSET, BOB) == 40


def test_an_account_of_an_insufficient_asset_consumes_its_native_account() -> None:
    runtime = new_runtime(sufficient=False)
    assets, system = runtime.assets, runtime.system
    assert assets.account.get((ASSET, ALICE)) == AssetAccount(100, AccountStatus.LIQUID, Consumer())
    assert system.account.get(ALICE).consumers == 1
    cannot = TokenFailure(TokenError.CANNOT_CREATE)
    assert_noop(runtime, Signed(ALICE), call_of(assets.transfer, ASSET, account(NOBODY), 10), cannot)
    runtime.ok(ALICE, call_of(assets.transfer, ASSET, account(BOB), 100))
    assert (system.account.get(ALICE).consumers, system.account.get(BOB).consumers) == (0, 1)


def test_the_last_place_for_a_consumer_stays_free() -> None:
    runtime = new_runtime(sufficient=False)
    most = runtime.system.config.max_consumers
    for _ in range(most - 1):
        runtime.system.inc_consumers(BOB)
    cannot = TokenFailure(TokenError.CANNOT_CREATE)
    assert_noop(runtime, Signed(ALICE), call_of(runtime.assets.transfer, ASSET, account(BOB), 10), cannot)
    runtime.system.dec_consumers(BOB)
    runtime.ok(ALICE, call_of(runtime.assets.transfer, ASSET, account(BOB), 10))


def test_a_sufficient_asset_keeps_an_account_without_native_funds(runtime: AssetRuntime) -> None:
    system = runtime.system
    runtime.ok(ALICE, call_of(runtime.assets.transfer, ASSET, account(DAVE), 10))
    found = system.account.get(DAVE)
    assert (found.providers, found.sufficients, found.consumers) == (0, 1, 0)
    runtime.ok(DAVE, call_of(runtime.assets.transfer, ASSET, account(ALICE), 10))
    assert not system.account_exists(DAVE)


def test_a_frozen_account_receives_and_does_not_send(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    assert_noop(runtime, Signed(BOB), call_of(assets.freeze, ASSET, account(ALICE)), NoPermission)
    assert_noop(runtime, Signed(ALICE), call_of(assets.freeze, ASSET, account(NOBODY)), NoAccount)
    runtime.ok(ALICE, call_of(assets.freeze, ASSET, account(ALICE)))
    assert_noop(runtime, Signed(ALICE), call_of(assets.transfer, ASSET, account(BOB), 50), Frozen)
    runtime.ok(ALICE, call_of(assets.mint, ASSET, account(ALICE), 5))
    assert_noop(runtime, Signed(BOB), call_of(assets.thaw, ASSET, account(ALICE)), NoPermission)
    runtime.ok(ALICE, call_of(assets.thaw, ASSET, account(ALICE)))
    runtime.ok(ALICE, call_of(assets.transfer, ASSET, account(BOB), 50))


def test_a_blocked_account_neither_receives_nor_sends(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    runtime.ok(ALICE, call_of(assets.transfer, ASSET, account(BOB), 10))
    runtime.ok(ALICE, call_of(assets.block, ASSET, account(BOB)))
    blocked = TokenFailure(TokenError.BLOCKED)
    assert_noop(runtime, Signed(ALICE), call_of(assets.transfer, ASSET, account(BOB), 10), blocked)
    assert_noop(runtime, Signed(ALICE), call_of(assets.mint, ASSET, account(BOB), 10), blocked)
    assert_noop(runtime, Signed(BOB), call_of(assets.transfer, ASSET, account(ALICE), 10), Frozen)
    runtime.ok(ALICE, call_of(assets.thaw, ASSET, account(BOB)))
    runtime.ok(BOB, call_of(assets.transfer, ASSET, account(ALICE), 10))


def test_a_frozen_asset_moves_for_nobody(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    runtime.ok(ALICE, call_of(assets.freeze_asset, ASSET))
    assert_noop(runtime, Signed(ALICE), call_of(assets.transfer, ASSET, account(BOB), 50), AssetNotLive)
    assert_noop(runtime, Signed(ALICE), call_of(assets.mint, ASSET, account(BOB), 50), AssetNotLive)
    runtime.ok(ALICE, call_of(assets.thaw_asset, ASSET))
    runtime.ok(ALICE, call_of(assets.transfer, ASSET, account(BOB), 50))


def test_an_asset_on_its_way_out_is_of_no_use(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    runtime.ok(ALICE, call_of(assets.start_destroy, ASSET))
    assert_noop(runtime, Signed(ALICE), call_of(assets.transfer, ASSET, account(BOB), 50), AssetNotLive)
    unknown = TokenFailure(TokenError.UNKNOWN_ASSET)
    assert_noop(runtime, Signed(ALICE), call_of(assets.mint, ASSET, account(BOB), 50), unknown)
    assert_noop(runtime, Signed(ALICE), call_of(assets.burn, ASSET, account(ALICE), 5), IncorrectStatus)
    assert_noop(runtime, Signed(ALICE), call_of(assets.freeze, ASSET, account(ALICE)), IncorrectStatus)
    assert_noop(runtime, Signed(ALICE), call_of(assets.block, ASSET, account(ALICE)), IncorrectStatus)
    assert_noop(runtime, Signed(ALICE), call_of(assets.thaw, ASSET, account(ALICE)), IncorrectStatus)


def test_transfer_all_leaves_nothing_or_the_least_balance() -> None:
    runtime = new_runtime(min_balance=10)
    assets = runtime.assets
    runtime.ok(ALICE, call_of(assets.transfer_all, ASSET, account(BOB), True))
    assert (assets.balance(ASSET, ALICE), assets.balance(ASSET, BOB)) == (10, 90)
    runtime.ok(ALICE, call_of(assets.transfer_all, ASSET, account(BOB), False))
    assert not assets.account.contains_key((ASSET, ALICE))
    assert events_of(runtime, Transferred)[-1] == Transferred(ASSET, ALICE, BOB, 10)
    runtime.ok(ALICE, call_of(assets.transfer_all, ASSET, account(BOB), False))  # nothing is there, so nothing moves
