"""A runtime with the native currency, two instances of Assets, holds and freezes on assets, and stake in an asset.

The deposits are those that pallet_assets tests itself with: 1 an asset, 10 an account, 1 a name and 1 a byte of it,
1 an approval. The existential deposit is 1.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from chain.extrinsic import Id
from chain.primitives import AccountId
from chain.state.overlay import Overlay
from pallets import assets, balances, staking
from pallets.assets import AssetCurrency, freezer, holder
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.origin import ROOT, Signed
from pallets.frame.testing import MockRuntime, assert_ok
from pallets.frame.traits import RuntimeFreezeReason, RuntimeHoldReason

ALICE, BOB, CHARLIE, DAVE = (AccountId(bytes([letter]) * 32) for letter in b"abcd")
NOBODY = AccountId(b"\xee" * 32)
TREASURY = AccountId(b"\xdd" * 32)

ASSET = 0
STAKED_ASSET = 9


class Reason(IntEnum):
    """Reasons of a pallet at index 40, which the tests stand for."""

    FIRST = 0
    SECOND = 1


HELD, ALSO_HELD = (RuntimeHoldReason(40, reason.value) for reason in Reason)
FROZEN, ALSO_FROZEN = (RuntimeFreezeReason(40, reason.value) for reason in Reason)


class AssetRuntime(MockRuntime):
    """Assets twice, and what stands around them."""

    def __init__(self, storage: Overlay | None = None) -> None:
        super().__init__(storage)
        self.told = Told()
        self.balances = balances.Balances(
            self, balances.Config(account_store=self.system, existential_deposit=1, max_freezes=2), index=4
        )
        self.assets_holder = holder.AssetsHolder(self, holder.Config(assets=lambda: self.assets.fungibles), index=12)
        self.assets_freezer = freezer.AssetsFreezer(self, freezer.Config(max_freezes=2), index=13)
        self.assets = assets.Assets(self, self._config(self.assets_holder, self.assets_freezer), index=10)
        self.foreign_assets = assets.Assets(
            self,
            assets.Config(
                currency=self.balances,
                account_store=self.system,
                asset_deposit=5,
                asset_account_deposit=10,
                metadata_deposit_base=1,
                metadata_deposit_per_byte=1,
                approval_deposit=1,
                string_limit=4,
                counts_ids=True,
            ),
            index=11,
            name="ForeignAssets",
        )
        self.staking = staking.Staking(
            self,
            staking.Config(
                currency=AssetCurrency(self.assets.fungibles, self.assets_holder, STAKED_ASSET),
                slash_destination=TREASURY,
                unbonding_delay=2,
            ),
            index=20,
        )

    def _config(self, on_hold: assets.BalanceOnHold, frozen: assets.FrozenBalance) -> assets.Config:
        return assets.Config(
            currency=self.balances,
            account_store=self.system,
            asset_deposit=1,
            asset_account_deposit=10,
            metadata_deposit_base=1,
            metadata_deposit_per_byte=1,
            approval_deposit=1,
            remove_items_limit=5,
            holder=on_hold,
            freezer=frozen,
            callback=self.told,
        )

    def ok(self, who: AccountId, call: RuntimeCall) -> None:
        """Dispatch a signed call that must succeed."""
        assert_ok(self, Signed(who), call)

    def forced(self, call: RuntimeCall) -> None:
        """Dispatch a root call that must succeed."""
        assert_ok(self, ROOT, call)


class Told:
    """A callback that remembers, and refuses asset 666."""

    def __init__(self) -> None:
        self.created_assets: list[tuple[int, AccountId]] = []
        self.destroyed_assets: list[int] = []
        self.asked: Callable[[int], object] = bool
        """What is asked of each new asset first."""

    def created(self, asset: int, owner: AccountId) -> bool:
        self.asked(asset)
        self.created_assets.append((asset, owner))
        return asset != 666

    def destroyed(self, asset: int) -> bool:
        self.destroyed_assets.append(asset)
        return asset != 667


def new_runtime(*, sufficient: bool = True, min_balance: int = 1, funds: int = 100) -> AssetRuntime:
    """Alice owns an asset of which she has 100; Alice to Charlie have native funds."""
    runtime = AssetRuntime()
    for who in (ALICE, BOB, CHARLIE):
        runtime.balances.mint_into(who, funds)
    force = call_of(runtime.assets.force_create, ASSET, account(ALICE), sufficient, min_balance)
    runtime.forced(force)
    runtime.ok(ALICE, call_of(runtime.assets.mint, ASSET, account(ALICE), 100))
    return runtime


def account(who: AccountId) -> Id:
    """The address of an account."""
    return Id(who)
