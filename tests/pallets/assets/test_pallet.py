"""Assets at genesis, what may be asked of them, and checks that find contradictions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pallets.assets import Genesis
from pallets.assets.types import Approval, AssetMetadata
from pallets.frame.call import call_of
from pallets.frame.guard import TryStateError
from tests.pallets.assets.mock import ALICE, ASSET, BOB, CHARLIE, DAVE, AssetRuntime, account, new_runtime


@pytest.fixture
def runtime() -> AssetRuntime:
    return new_runtime()


def test_the_first_assets_have_owners_names_and_holders() -> None:
    runtime = AssetRuntime()
    runtime.balances.mint_into(BOB, 100)
    runtime.assets.build_genesis(
        Genesis(
            assets=((7, ALICE, True, 5), (8, BOB, False, 1)),
            metadata=((7, b"Seven", b"VII", 10),),
            accounts=((7, CHARLIE, 50), (8, BOB, 3)),
            next_asset_id=9,
        )
    )
    assets = runtime.assets
    seven = assets.details(7)
    assert (seven.owner, seven.issuer, seven.supply, seven.accounts, seven.sufficients) == (ALICE, ALICE, 50, 1, 1)
    assert assets.metadata.get(7) == AssetMetadata(0, b"Seven", b"VII", 10)
    assert (assets.balance(7, CHARLIE), assets.issuance(8), assets.next_asset_id.get()) == (50, 3, 9)
    assert (runtime.system.account.get(CHARLIE).sufficients, runtime.system.account.get(BOB).consumers) == (1, 1)
    runtime.try_state()


@pytest.mark.parametrize(
    "genesis",
    [
        Genesis(assets=((7, ALICE, True, 5), (7, BOB, True, 5))),
        Genesis(assets=((7, ALICE, True, 0),)),
        Genesis(metadata=((7, b"", b"", 0),)),
        Genesis(assets=((7, ALICE, True, 5),), metadata=((7, bytes(51), b"", 0),)),
    ],
)
def test_an_impossible_genesis_is_refused(genesis: Genesis) -> None:
    with pytest.raises(ValueError, match="at genesis"):
        AssetRuntime().assets.build_genesis(genesis)


def test_what_an_account_has_of_every_asset(runtime: AssetRuntime) -> None:
    runtime.forced(call_of(runtime.assets.force_create, 3, account(BOB), True, 1))
    runtime.ok(BOB, call_of(runtime.assets.mint, 3, account(ALICE), 8))
    assert sorted(runtime.assets.account_balances(ALICE)) == [(ASSET, 100), (3, 8)]
    assert runtime.assets.account_balances(DAVE) == []
    assert [runtime.assets.fungibles.asset_exists(asset) for asset in (3, 4)] == [True, False]


WRONG: list[tuple[str, Callable[[AssetRuntime], object]]] = [
    ("accounts have 101 of a supply of 100", lambda r: change_account(r, balance=101)),
    (r"it has \(1, 1, 0\) .* and counts \(2, 1, 0\)", lambda r: change_asset(r, accounts=2)),
    (r"it has \(1, 1, 0\) .* and counts \(1, 0, 0\)", lambda r: change_asset(r, sufficients=0)),
    (r"it has \(1, 1, 1\) .* and counts \(1, 1, 0\)", lambda r: approve(r, ASSET)),
    ("asset 5 is not there", lambda r: approve(r, 5)),
    ("asset 5 is not there", lambda r: r.assets.metadata.insert(5, AssetMetadata())),
    ("asset 0 is not there", lambda r: r.assets.asset.remove(ASSET)),
    ("has 5 on hold, 0 for reasons", lambda r: r.assets_holder.balances_on_hold.insert((ASSET, BOB), 5)),
    ("has a floor of 5, the largest is None", lambda r: r.assets_freezer.frozen_balances.insert((ASSET, BOB), 5)),
]


@pytest.mark.parametrize(("complaint", "spoil"), WRONG)
def test_contradictions_are_found(
    runtime: AssetRuntime, complaint: str, spoil: Callable[[AssetRuntime], object]
) -> None:
    runtime.try_state()
    spoil(runtime)
    with pytest.raises(TryStateError, match=complaint):
        runtime.try_state()


def change_account(runtime: AssetRuntime, balance: int) -> None:
    account = runtime.assets.account.get((ASSET, ALICE))
    assert account is not None
    runtime.assets.account.insert((ASSET, ALICE), replace(account, balance=balance))


def change_asset(runtime: AssetRuntime, **changes: int) -> None:
    details = runtime.assets.details(ASSET)
    accounts, sufficients = changes.get("accounts", details.accounts), changes.get("sufficients", details.sufficients)
    runtime.assets.asset.insert(ASSET, replace(details, accounts=accounts, sufficients=sufficients))


def approve(runtime: AssetRuntime, asset: int) -> None:
    runtime.assets.approvals.insert((asset, ALICE, BOB), Approval(1, 0))
