"""The AssetsFreezer pallet: floors under what accounts have of an asset, each for a reason (pallet_assets_freezer)."""

from __future__ import annotations

from typing import Annotated

from chain.primitives import U32, AccountId, Balance, MaxLen
from pallets.assets.types import AssetId
from pallets.balances.types import IdAmount, amount_of
from pallets.frame.error import PalletError, ensure
from pallets.frame.event import PalletEvent
from pallets.frame.guard import TryStateError
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageDoubleMap
from pallets.frame.traits import RuntimeFreezeReason

AssetFreezes = tuple[IdAmount[RuntimeFreezeReason], ...]
"""One entry for each reason for which an account's asset is frozen."""


@config
class Config:
    """What the runtime supplies."""

    max_freezes: U32  # as many as the runtime has freeze reasons


class Event(PalletEvent):
    """What happened to freezes."""


class Frozen(Event):
    """The floor rose."""

    who: AccountId
    asset_id: AssetId
    amount: Balance


class Thawed(Event):
    """The floor sank."""

    who: AccountId
    asset_id: AssetId
    amount: Balance


class Error(PalletError):
    """Why a freeze failed."""


class TooManyFreezes(Error):
    """The account has as many freezes as it may."""


class AssetsFreezer(Pallet[Config]):
    """Freezes of assets; they overlap, so the largest counts."""

    freezes: StorageDoubleMap[AssetId, AccountId, Annotated[AssetFreezes, MaxLen(Config.max_freezes)]]
    """The floor that each reason sets."""

    frozen_balances: StorageDoubleMap[AssetId, AccountId, Balance | None]
    """The largest of them."""

    # What Assets asks

    def frozen_balance(self, asset: AssetId, who: AccountId) -> Balance | None:
        """The floor under what the account has; None where nothing is frozen."""
        return self.frozen_balances.get((asset, who))

    def died(self, asset: AssetId, who: AccountId) -> None:
        """The account is gone."""
        self.freezes.remove((asset, who))
        self.frozen_balances.remove((asset, who))

    def contains_freezes(self, asset: AssetId) -> bool:
        """Whether anything of the asset is frozen."""
        return any(True for _ in self.freezes.iter_keys(prefix=(asset,)))

    # fungibles::freeze

    def balance_frozen(self, asset: AssetId, reason: RuntimeFreezeReason, who: AccountId) -> Balance:
        """The floor that one reason sets."""
        return amount_of(self.freezes.get((asset, who)), reason)

    def set_freeze(self, asset: AssetId, reason: RuntimeFreezeReason, who: AccountId, amount: Balance) -> None:
        """Set the floor of one reason; zero removes it. It may exceed what the account has. Raises TooManyFreezes."""
        if not amount:
            self.thaw(asset, reason, who)
            return
        freezes = self.freezes.get((asset, who))
        if any(each.id == reason for each in freezes):
            freezes = tuple(IdAmount(reason, amount) if each.id == reason else each for each in freezes)
        else:
            ensure(len(freezes) < self.config.max_freezes, TooManyFreezes)
            freezes = (*freezes, IdAmount(reason, amount))
        self._update(asset, who, freezes)

    def extend_freeze(self, asset: AssetId, reason: RuntimeFreezeReason, who: AccountId, amount: Balance) -> None:
        """Raise the floor of one reason to at least `amount`."""
        if amount:
            self.set_freeze(asset, reason, who, max(amount, self.balance_frozen(asset, reason, who)))

    def thaw(self, asset: AssetId, reason: RuntimeFreezeReason, who: AccountId) -> None:
        """Remove the floor of one reason."""
        freezes = self.freezes.get((asset, who))
        self._update(asset, who, tuple(each for each in freezes if each.id != reason))

    def _update(self, asset: AssetId, who: AccountId, freezes: AssetFreezes) -> None:
        before = self.frozen_balances.get((asset, who)) or 0
        after = max((each.amount for each in freezes), default=0)
        if freezes:
            self.freezes.insert((asset, who), freezes)
            self.frozen_balances.insert((asset, who), after)
        else:
            self.died(asset, who)
        if before > after:
            self.deposit_event(Thawed(who, asset, before - after))
        elif after > before:
            self.deposit_event(Frozen(who, asset, after - before))

    def try_state(self) -> None:
        """The floor is the largest over the reasons."""
        for (asset, who), floor in self.frozen_balances.iter():
            largest = max((each.amount for each in self.freezes.get((asset, who))), default=None)
            if floor != largest:
                raise TryStateError(f"asset {asset}: 0x{who.hex()} has a floor of {floor}, the largest is {largest}")
