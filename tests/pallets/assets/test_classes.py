"""Assets as a whole: creation for a deposit, teams, names, approvals, destruction in steps."""

from __future__ import annotations

import pytest

from chain.primitives import AccountId
from pallets.assets.errors import (
    AssetNotLive,
    BadAssetId,
    BadMetadata,
    CallbackFailed,
    IncorrectStatus,
    InUse,
    MinBalanceZero,
    NoPermission,
    NotFrozen,
    Unapproved,
    Unknown,
)
from pallets.assets.events import (
    AccountsDestroyed,
    ApprovalCancelled,
    ApprovalsDestroyed,
    ApprovedTransfer,
    AssetMinBalanceChanged,
    AssetStatusChanged,
    Created,
    Destroyed,
    ForceCreated,
    MetadataCleared,
    MetadataSet,
    TeamChanged,
    Transferred,
)
from pallets.assets.types import Approval, AssetMetadata, AssetStatus
from pallets.balances.errors import InsufficientBalance
from pallets.frame.call import call_of
from pallets.frame.error import BadOrigin
from pallets.frame.origin import NO_ORIGIN, ROOT, Signed
from pallets.frame.testing import assert_noop, assert_ok, events_of
from tests.pallets.assets.mock import (
    ALICE,
    ASSET,
    BOB,
    CHARLIE,
    DAVE,
    NOBODY,
    AssetRuntime,
    account,
    new_runtime,
)


@pytest.fixture
def runtime() -> AssetRuntime:
    return new_runtime()


def reserved(runtime: AssetRuntime, who: AccountId) -> int:
    return runtime.system.account.get(who).data.reserved


def test_an_asset_is_created_for_a_deposit(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    create = call_of(assets.create, 7, account(ALICE), 1)
    runtime.ok(BOB, create)
    details = assets.details(7)
    assert (details.owner, details.issuer, details.admin, details.freezer) == (BOB, ALICE, ALICE, ALICE)
    assert (details.deposit, reserved(runtime, BOB), details.is_sufficient) == (1, 1, False)
    assert events_of(runtime, Created) == [Created(7, BOB, ALICE)]
    assert runtime.told.created_assets[-1] == (7, BOB)
    assert_noop(runtime, Signed(BOB), create, InUse)
    assert_noop(runtime, Signed(BOB), call_of(assets.create, 8, account(ALICE), 0), MinBalanceZero)
    assert_noop(runtime, Signed(NOBODY), call_of(assets.create, 8, account(ALICE), 1), InsufficientBalance)
    assert_noop(runtime, ROOT, call_of(assets.create, 8, account(ALICE), 1), BadOrigin)
    assert_noop(runtime, Signed(BOB), call_of(assets.create, 666, account(ALICE), 1), CallbackFailed)


def test_the_force_origin_creates_without_a_deposit(runtime: AssetRuntime) -> None:
    force = call_of(runtime.assets.force_create, 7, account(NOBODY), True, 1)
    assert_noop(runtime, Signed(ALICE), force, BadOrigin)
    runtime.forced(force)
    details = runtime.assets.details(7)
    assert (details.owner, details.freezer, details.deposit, details.is_sufficient) == (NOBODY, NOBODY, 0, True)
    assert events_of(runtime, ForceCreated)[-1] == ForceCreated(7, NOBODY)


def test_counted_ids_follow_each_other(runtime: AssetRuntime) -> None:
    foreign = runtime.foreign_assets
    runtime.ok(ALICE, call_of(foreign.create, 90, account(ALICE), 1))  # nothing is counted before there is a start
    foreign.next_asset_id.put(5)
    assert_noop(runtime, Signed(ALICE), call_of(foreign.create, 6, account(ALICE), 1), BadAssetId)
    runtime.ok(ALICE, call_of(foreign.create, 5, account(ALICE), 1))
    assert_noop(runtime, ROOT, call_of(foreign.force_create, 5, account(ALICE), True, 1), InUse)
    runtime.forced(call_of(foreign.force_create, 6, account(ALICE), True, 1))
    assert foreign.next_asset_id.get() == 7
    foreign.next_asset_id.put(2**32 - 1)
    assert_noop(runtime, Signed(ALICE), call_of(foreign.create, 2**32 - 1, account(ALICE), 1), CallbackFailed)


def test_an_asset_is_destroyed_in_four_steps(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    runtime.ok(BOB, call_of(assets.create, 7, account(BOB), 1))
    runtime.ok(BOB, call_of(assets.set_metadata, 7, b"name", b"s", 2))
    for who in (ALICE, BOB, CHARLIE):
        runtime.ok(BOB, call_of(assets.mint, 7, account(who), 10))
        runtime.ok(who, call_of(assets.approve_transfer, 7, account(DAVE), 3))
    assert_noop(runtime, Signed(ALICE), call_of(assets.start_destroy, 7), NoPermission)
    for step in (assets.destroy_accounts, assets.destroy_approvals, assets.finish_destroy):
        assert_noop(runtime, Signed(ALICE), call_of(step, 7), IncorrectStatus)
        assert_noop(runtime, NO_ORIGIN, call_of(step, 7), BadOrigin)
    runtime.ok(BOB, call_of(assets.start_destroy, 7))
    assert_noop(runtime, Signed(ALICE), call_of(assets.finish_destroy, 7), InUse)
    runtime.ok(ALICE, call_of(assets.destroy_accounts, 7))
    assert_noop(runtime, Signed(ALICE), call_of(assets.finish_destroy, 7), InUse)
    runtime.ok(ALICE, call_of(assets.destroy_approvals, 7))
    runtime.ok(ALICE, call_of(assets.finish_destroy, 7))
    assert events_of(runtime, AccountsDestroyed) == [AccountsDestroyed(7, 3, 0)]
    assert events_of(runtime, ApprovalsDestroyed) == [ApprovalsDestroyed(7, 3, 0)]
    assert events_of(runtime, Destroyed) == [Destroyed(7)]
    assert not assets.asset_exists(7)
    assert not assets.metadata.contains_key(7)
    assert [reserved(runtime, who) for who in (ALICE, BOB, CHARLIE)] == [0, 0, 0]
    assert [runtime.system.account.get(who).consumers for who in (ALICE, BOB, CHARLIE)] == [0, 0, 0]
    assert runtime.told.destroyed_assets == [7]


def test_the_force_origin_destroys_what_is_nobodys(runtime: AssetRuntime) -> None:
    runtime.forced(call_of(runtime.assets.start_destroy, ASSET))
    assert runtime.assets.details(ASSET).status is AssetStatus.DESTROYING


def test_one_call_destroys_so_many_and_pays_for_so_many(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    for number in range(7):
        stranger = AccountId(bytes((number + 1,)) * 32)
        runtime.ok(ALICE, call_of(assets.mint, ASSET, account(stranger), 10))
    runtime.ok(ALICE, call_of(assets.start_destroy, ASSET))
    destroy, of = call_of(assets.destroy_accounts, ASSET), assets.config.weights.of
    assert destroy.info().call_weight == of("destroy_accounts", c=5)
    assert assert_ok(runtime, Signed(BOB), destroy).actual_weight == of("destroy_accounts", c=5)
    assert events_of(runtime, AccountsDestroyed) == [AccountsDestroyed(ASSET, 5, 3)]
    assert assert_ok(runtime, Signed(BOB), destroy).actual_weight == of("destroy_accounts", c=3)
    assert assert_ok(runtime, Signed(BOB), destroy).actual_weight == of("destroy_accounts", c=0)


def test_a_name_takes_a_deposit_by_its_length(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    name = call_of(assets.set_metadata, ASSET, bytes(10), bytes(10), 12)
    assert_noop(runtime, Signed(BOB), name, NoPermission)
    assert_noop(runtime, Signed(ALICE), call_of(assets.set_metadata, 5, b"", b"", 1), Unknown)
    assert_noop(runtime, Signed(ALICE), call_of(assets.set_metadata, ASSET, bytes(51), b"", 1), BadMetadata)
    assert_noop(runtime, Signed(ALICE), call_of(assets.set_metadata, ASSET, b"", bytes(51), 1), BadMetadata)
    runtime.ok(ALICE, name)
    assert (reserved(runtime, ALICE), assets.metadata.get(ASSET).deposit) == (21, 21)
    assert events_of(runtime, MetadataSet) == [MetadataSet(ASSET, bytes(10), bytes(10), 12, False)]
    runtime.ok(ALICE, call_of(assets.set_metadata, ASSET, bytes(10), bytes(5), 12))
    assert reserved(runtime, ALICE) == 16
    runtime.ok(ALICE, call_of(assets.set_metadata, ASSET, bytes(10), bytes(15), 12))
    assert reserved(runtime, ALICE) == 26
    assert_noop(runtime, Signed(BOB), call_of(assets.clear_metadata, ASSET), NoPermission)
    runtime.ok(ALICE, call_of(assets.clear_metadata, ASSET))
    assert (reserved(runtime, ALICE), assets.metadata.get(ASSET)) == (0, AssetMetadata())
    assert events_of(runtime, MetadataCleared) == [MetadataCleared(ASSET)]
    assert_noop(runtime, Signed(ALICE), call_of(assets.clear_metadata, ASSET), Unknown)


def test_a_forced_name_keeps_its_deposit_and_may_be_for_good(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    runtime.ok(ALICE, call_of(assets.set_metadata, ASSET, b"nine char", b"", 0))
    force = call_of(assets.force_set_metadata, ASSET, b"t", b"s", 8, True)
    assert_noop(runtime, Signed(ALICE), force, BadOrigin)
    runtime.forced(force)
    assert assets.metadata.get(ASSET) == AssetMetadata(10, b"t", b"s", 8, is_frozen=True)
    assert_noop(runtime, Signed(ALICE), call_of(assets.set_metadata, ASSET, b"", b"", 0), NoPermission)
    assert_noop(runtime, ROOT, call_of(assets.force_set_metadata, ASSET, bytes(51), b"", 0, False), BadMetadata)
    assert_noop(runtime, ROOT, call_of(assets.force_set_metadata, 5, b"", b"", 0, False), Unknown)
    assert_noop(runtime, Signed(ALICE), call_of(assets.force_clear_metadata, ASSET), BadOrigin)
    runtime.forced(call_of(assets.force_clear_metadata, ASSET))
    assert reserved(runtime, ALICE) == 0


def test_the_owner_hands_an_asset_and_its_deposits_over(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    runtime.ok(ALICE, call_of(assets.create, 7, account(ALICE), 1))
    runtime.ok(ALICE, call_of(assets.set_metadata, 7, bytes(10), bytes(10), 12))
    hand = call_of(assets.transfer_ownership, 7, account(BOB))
    assert_noop(runtime, Signed(BOB), hand, NoPermission)
    assert_noop(runtime, Signed(ALICE), call_of(assets.transfer_ownership, 5, account(BOB)), Unknown)
    assert reserved(runtime, ALICE) == 22
    runtime.ok(ALICE, call_of(assets.transfer_ownership, 7, account(ALICE)))
    runtime.ok(ALICE, hand)
    assert (reserved(runtime, ALICE), reserved(runtime, BOB), assets.details(7).owner) == (0, 22, BOB)
    assert_noop(runtime, Signed(ALICE), hand, NoPermission)
    runtime.ok(BOB, call_of(assets.clear_metadata, 7))
    assert reserved(runtime, BOB) == 1


def test_the_owner_chooses_the_team(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    team = call_of(assets.set_team, ASSET, account(BOB), account(CHARLIE), account(DAVE))
    assert_noop(runtime, Signed(BOB), team, NoPermission)
    runtime.ok(ALICE, team)
    assert events_of(runtime, TeamChanged) == [TeamChanged(ASSET, BOB, CHARLIE, DAVE)]
    runtime.ok(BOB, call_of(assets.mint, ASSET, account(BOB), 10))
    runtime.ok(DAVE, call_of(assets.freeze, ASSET, account(BOB)))
    runtime.ok(CHARLIE, call_of(assets.thaw, ASSET, account(BOB)))
    runtime.ok(CHARLIE, call_of(assets.force_transfer, ASSET, account(BOB), account(CHARLIE), 5))
    runtime.ok(CHARLIE, call_of(assets.burn, ASSET, account(CHARLIE), 5))


def test_freezing_an_asset_is_the_freezers_and_thawing_the_admins(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    assert_noop(runtime, Signed(BOB), call_of(assets.freeze_asset, ASSET), NoPermission)
    assert_noop(runtime, Signed(ALICE), call_of(assets.thaw_asset, ASSET), NotFrozen)
    runtime.ok(ALICE, call_of(assets.freeze_asset, ASSET))
    assert_noop(runtime, Signed(ALICE), call_of(assets.freeze_asset, ASSET), AssetNotLive)
    assert_noop(runtime, Signed(BOB), call_of(assets.thaw_asset, ASSET), NoPermission)
    runtime.ok(ALICE, call_of(assets.thaw_asset, ASSET))


def test_the_force_origin_changes_everything_but_deposits(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    runtime.ok(ALICE, call_of(assets.create, 7, account(ALICE), 30))
    change = call_of(
        assets.force_asset_status, 7, account(BOB), account(BOB), account(CHARLIE), account(DAVE), 25, True, True
    )
    assert_noop(runtime, Signed(ALICE), change, BadOrigin)
    runtime.forced(change)
    details = assets.details(7)
    assert (details.owner, details.admin, details.min_balance, details.deposit) == (BOB, CHARLIE, 25, 1)
    assert (details.is_sufficient, details.status, reserved(runtime, ALICE)) == (True, AssetStatus.FROZEN, 1)
    assert events_of(runtime, AssetStatusChanged) == [AssetStatusChanged(7)]


def test_the_least_balance_sinks_or_changes_while_nobody_has_any(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    runtime.ok(ALICE, call_of(assets.create, 7, account(ALICE), 30))
    assert_noop(runtime, Signed(BOB), call_of(assets.set_min_balance, 7, 50), NoPermission)
    assert_noop(runtime, Signed(ALICE), call_of(assets.set_min_balance, ASSET, 50), NoPermission)  # it is sufficient
    runtime.ok(ALICE, call_of(assets.set_min_balance, 7, 50))
    runtime.ok(ALICE, call_of(assets.mint, 7, account(ALICE), 50))
    assert_noop(runtime, Signed(ALICE), call_of(assets.set_min_balance, 7, 60), NoPermission)
    runtime.ok(ALICE, call_of(assets.set_min_balance, 7, 10))
    assert events_of(runtime, AssetMinBalanceChanged)[-1] == AssetMinBalanceChanged(7, 10)


def test_a_delegate_moves_what_was_approved(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    runtime.ok(ALICE, call_of(assets.approve_transfer, ASSET, account(BOB), 50))
    runtime.ok(ALICE, call_of(assets.approve_transfer, ASSET, account(BOB), 10))
    assert (assets.allowance(ASSET, ALICE, BOB), assets.details(ASSET).approvals, reserved(runtime, ALICE)) == (
        60,
        1,
        1,
    )
    assert events_of(runtime, ApprovedTransfer)[-1] == ApprovedTransfer(ASSET, ALICE, BOB, 10)
    over = call_of(assets.transfer_approved, ASSET, account(ALICE), account(CHARLIE), 61)
    assert_noop(runtime, Signed(BOB), over, Unapproved)
    some = call_of(assets.transfer_approved, ASSET, account(ALICE), account(CHARLIE), 40)
    assert_noop(runtime, Signed(CHARLIE), some, Unapproved)
    runtime.ok(BOB, some)
    assert assets.approvals.get((ASSET, ALICE, BOB)) == Approval(20, 1)
    assert events_of(runtime, Transferred)[-1] == Transferred(ASSET, ALICE, CHARLIE, 40)
    runtime.ok(BOB, call_of(assets.transfer_approved, ASSET, account(ALICE), account(CHARLIE), 20))
    assert (assets.details(ASSET).approvals, reserved(runtime, ALICE), assets.balance(ASSET, CHARLIE)) == (0, 0, 60)
    assert not assets.approvals.contains_key((ASSET, ALICE, BOB))


def test_an_approval_can_be_cancelled_by_its_owner_the_admin_and_the_force_origin(runtime: AssetRuntime) -> None:
    assets = runtime.assets
    runtime.ok(ALICE, call_of(assets.transfer, ASSET, account(BOB), 20))
    approve = call_of(assets.approve_transfer, ASSET, account(CHARLIE), 5)
    forced = call_of(assets.force_cancel_approval, ASSET, account(BOB), account(CHARLIE))
    own = call_of(assets.cancel_approval, ASSET, account(CHARLIE))
    runtime.ok(BOB, approve)
    assert_noop(runtime, Signed(ALICE), own, Unknown)
    assert_noop(runtime, Signed(CHARLIE), forced, NoPermission)
    runtime.ok(BOB, own)
    assert (reserved(runtime, BOB), assets.details(ASSET).approvals) == (0, 0)
    runtime.ok(BOB, approve)
    runtime.ok(ALICE, forced)
    runtime.ok(BOB, approve)
    runtime.forced(forced)
    assert events_of(runtime, ApprovalCancelled) == [ApprovalCancelled(ASSET, BOB, CHARLIE)] * 3
    assert_noop(runtime, ROOT, forced, Unknown)
