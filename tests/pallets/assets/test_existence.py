"""Accounts of an asset that a deposit keeps: opened for oneself or for others, and closed again."""

from __future__ import annotations

import pytest

from chain.scale import codec_of
from pallets.assets.errors import AlreadyExists, Frozen, NoDeposit, NoPermission, Unknown, WouldBurn
from pallets.assets.events import Touched
from pallets.assets.types import (
    AccountStatus,
    AssetAccount,
    Consumer,
    DepositFrom,
    DepositHeld,
    DepositRefunded,
    ExistenceReason,
    Sufficient,
)
from pallets.balances.errors import InsufficientBalance
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, events_of
from tests.pallets.assets.mock import ALICE, ASSET, BOB, CHARLIE, NOBODY, AssetRuntime, account, new_runtime


@pytest.fixture
def runtime() -> AssetRuntime:
    return new_runtime(sufficient=False)


def test_a_deposit_opens_an_account_that_stays_when_it_is_empty(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    runtime.ok(BOB, call_of(assets.touch, ASSET))
    assert assets.account.get((ASSET, BOB)) == AssetAccount(0, AccountStatus.LIQUID, DepositHeld(10))
    assert events_of(runtime, Touched) == [Touched(ASSET, BOB, BOB)]
    assert (runtime.system.account.get(BOB).data.reserved, assets.deposit_held(ASSET, BOB)) == (10, (BOB, 10))
    assert_noop(runtime, Signed(BOB), call_of(assets.touch, ASSET), AlreadyExists)
    assert_noop(runtime, Signed(BOB), call_of(assets.touch, 5), Unknown)
    assert_noop(runtime, Signed(NOBODY), call_of(assets.touch, ASSET), InsufficientBalance)
    runtime.ok(ALICE, call_of(assets.transfer, ASSET, account(BOB), 30))
    runtime.ok(BOB, call_of(assets.transfer, ASSET, account(ALICE), 30))
    assert assets.account.contains_key((ASSET, BOB))
    runtime.ok(BOB, call_of(assets.refund, ASSET, False))
    assert not assets.account.contains_key((ASSET, BOB))
    assert (runtime.system.account.get(BOB).data.reserved, assets.details(ASSET).accounts) == (0, 1)


def test_refunding_with_a_balance_burns_it_where_that_is_allowed(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    runtime.ok(BOB, call_of(assets.touch, ASSET))
    runtime.ok(ALICE, call_of(assets.transfer, ASSET, account(BOB), 30))
    assert_noop(runtime, Signed(BOB), call_of(assets.refund, ASSET, False), WouldBurn)
    runtime.ok(BOB, call_of(assets.refund, ASSET, True))
    assert (assets.balance(ASSET, BOB), assets.issuance(ASSET)) == (0, 100)  # as in polkadot-sdk, the supply stays
    runtime.assets.try_state()


def test_a_consumer_may_leave_and_others_have_no_deposit(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    assert_noop(runtime, Signed(BOB), call_of(assets.refund, ASSET, True), NoDeposit)
    runtime.ok(ALICE, call_of(assets.refund, ASSET, True))
    assert runtime.system.account.get(ALICE).consumers == 0
    sufficient = new_runtime()
    assert_noop(sufficient, Signed(ALICE), call_of(sufficient.assets.refund, ASSET, True), NoDeposit)


def test_anybody_may_open_an_account_for_somebody_without_funds(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    assert assets.should_touch(ASSET, NOBODY)
    runtime.ok(CHARLIE, call_of(assets.touch_other, ASSET, account(NOBODY)))
    assert assets.account.get((ASSET, NOBODY)) == AssetAccount(0, AccountStatus.LIQUID, DepositFrom(CHARLIE, 10))
    assert events_of(runtime, Touched) == [Touched(ASSET, NOBODY, CHARLIE)]
    assert not assets.should_touch(ASSET, NOBODY)
    runtime.ok(ALICE, call_of(assets.transfer, ASSET, account(NOBODY), 5))
    close = call_of(assets.refund_other, ASSET, account(NOBODY))
    assert_noop(runtime, Signed(BOB), close, NoPermission)
    assert_noop(runtime, Signed(CHARLIE), close, WouldBurn)
    runtime.ok(ALICE, call_of(assets.burn, ASSET, account(NOBODY), 5))
    runtime.ok(ALICE, call_of(assets.freeze, ASSET, account(NOBODY)))
    assert_noop(runtime, Signed(CHARLIE), close, Frozen)
    runtime.ok(ALICE, call_of(assets.thaw, ASSET, account(NOBODY)))
    runtime.ok(CHARLIE, close)
    assert runtime.system.account.get(CHARLIE).data.reserved == 0
    assert_noop(runtime, Signed(CHARLIE), close, NoDeposit)


def test_the_admin_may_close_what_others_opened(runtime: AssetRuntime) -> None:
    runtime.ok(CHARLIE, call_of(runtime.assets.touch_other, ASSET, account(NOBODY)))
    runtime.ok(ALICE, call_of(runtime.assets.refund_other, ASSET, account(NOBODY)))
    assert runtime.system.account.get(CHARLIE).data.reserved == 0


def test_whom_a_deposit_helps(runtime: AssetRuntime) -> None:
    assert runtime.assets.should_touch(5, BOB)
    assert not runtime.assets.should_touch(ASSET, BOB)  # a consumer's place is free
    assert runtime.assets.deposit_required() == 10


@pytest.mark.parametrize(
    ("reason", "encoded"),
    [
        (Consumer(), b"\0"),
        (Sufficient(), b"\1"),
        (DepositHeld(7), b"\2" + (7).to_bytes(16, "little")),
        (DepositRefunded(), b"\3"),
        (DepositFrom(ALICE, 7), b"\4" + ALICE + (7).to_bytes(16, "little")),
    ],
)
def test_reasons_are_numbered_as_in_frame(reason: ExistenceReason, encoded: bytes) -> None:
    assert codec_of(ExistenceReason).encode(reason) == encoded
