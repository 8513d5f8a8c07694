"""The AssetsHolder pallet: parts of what accounts have of an asset, set aside for reasons (pallet_assets_holder).

self.assets_holder = AssetsHolder(self, holder.Config(assets=lambda: self.assets.fungibles), index=51)
self.assets = Assets(self, assets.Config(holder=self.assets_holder, ...), index=50)
"""

from __future__ import annotations

from collections.abc import Callable

from chain.primitives import AccountId, Balance
from pallets.assets.fungibles import AssetFungibles
from pallets.assets.types import AssetId
from pallets.balances.ledger import BALANCE_MAX
from pallets.balances.types import IdAmount, amount_of
from pallets.frame.error import (
    ArithmeticCode,
    ArithmeticProblem,
    DispatchError,
    PalletError,
    TokenError,
    TokenProblem,
)
from pallets.frame.event import PalletEvent
from pallets.frame.guard import TryStateError
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageDoubleMap
from pallets.frame.traits import Preservation, RuntimeHoldReason

AssetHolds = tuple[IdAmount[RuntimeHoldReason], ...]
"""One entry for each reason for which an account has some of an asset on hold."""


@config
class Config:
    """What the runtime supplies: the assets, which ask this pallet in turn what of them is on hold."""

    assets: Callable[[], AssetFungibles]


class Event(PalletEvent):
    """What happened to holds."""


class Held(Event):
    """More is on hold."""

    who: AccountId
    asset_id: AssetId
    reason: RuntimeHoldReason
    amount: Balance


class Released(Event):
    """Less is on hold."""

    who: AccountId
    asset_id: AssetId
    reason: RuntimeHoldReason
    amount: Balance


class Burned(Event):
    """What was on hold was destroyed."""

    who: AccountId
    asset_id: AssetId
    reason: RuntimeHoldReason
    amount: Balance


class Error(PalletError):
    """Why a hold failed."""


class TooManyHolds(Error):
    """The account has as many holds as there are reasons."""


class AssetsHolder(Pallet[Config]):
    """Holds on assets; what is on hold is not part of the account's balance, and still of the supply."""

    holds: StorageDoubleMap[AssetId, AccountId, AssetHolds]
    """What is on hold for each reason."""

    balances_on_hold: StorageDoubleMap[AssetId, AccountId, Balance | None]
    """What is on hold altogether."""

    # What Assets asks

    def balance_on_hold(self, asset: AssetId, who: AccountId) -> Balance | None:
        """All that is on hold; None where nothing is."""
        return self.balances_on_hold.get((asset, who))

    def died(self, asset: AssetId, who: AccountId) -> None:
        """The account is gone."""
        self.holds.remove((asset, who))
        self.balances_on_hold.remove((asset, who))

    def contains_holds(self, asset: AssetId) -> bool:
        """Whether anything of the asset is on hold."""
        return any(True for _ in self.holds.iter_keys(prefix=(asset,)))

    # fungibles::hold

    def amount_on_hold(self, asset: AssetId, reason: RuntimeHoldReason, who: AccountId) -> Balance:
        """What is on hold for one reason."""
        return amount_of(self.holds.get((asset, who)), reason)

    def total_balance_on_hold(self, asset: AssetId, who: AccountId) -> Balance:
        """What is on hold for any reason."""
        return self.balances_on_hold.get((asset, who)) or 0

    def hold(self, asset: AssetId, reason: RuntimeHoldReason, who: AccountId, amount: Balance) -> None:
        """Set some of an asset aside; raises CannotCreateHold or FundsUnavailable."""
        assets = self.config.assets()
        self._ensure_holdable(asset, who)
        if amount > assets.reducible_balance(asset, who, Preservation.PROTECT):
            raise TokenProblem(TokenError.FUNDS_UNAVAILABLE)
        assets.decrease_balance(asset, who, amount, Preservation.PROTECT, best_effort=False)
        self._set(asset, reason, who, self.amount_on_hold(asset, reason, who) + amount)
        self.deposit_event(Held(who, asset, reason, amount))

    def release(
        self,
        asset: AssetId,
        reason: RuntimeHoldReason,
        who: AccountId,
        amount: Balance,
        *,
        best_effort: bool = False,
    ) -> Balance:
        """Give what was set aside back to the account; how much. Raises CannotCreate or FundsUnavailable."""
        self._ensure_depositable(asset, who, amount)
        released = self._decrease(asset, reason, who, amount, best_effort)
        self.config.assets().increase_balance(asset, who, released)
        self.deposit_event(Released(who, asset, reason, released))
        return released

    def burn_held(
        self,
        asset: AssetId,
        reason: RuntimeHoldReason,
        who: AccountId,
        amount: Balance,
        *,
        best_effort: bool = False,
    ) -> Balance:
        """Destroy what was set aside; how much. Raises Frozen or FundsUnavailable."""
        amount = self._within_all(asset, who, amount, best_effort)
        burned = self._decrease(asset, reason, who, amount, best_effort)
        self.config.assets().drop_withdrawn(asset, burned)
        self.deposit_event(Burned(who, asset, reason, burned))
        return burned

    def transfer_on_hold(
        self,
        asset: AssetId,
        reason: RuntimeHoldReason,
        source: AccountId,
        dest: AccountId,
        amount: Balance,
        *,
        best_effort: bool = False,
        on_hold: bool = False,
    ) -> Balance:
        """Move what was set aside to another account; how much. It is on hold there for the same reason, or free.

        No event is told, as none is by pallet_assets_holder.
        """
        amount = self._within_all(asset, source, amount, best_effort)
        have = self.amount_on_hold(asset, reason, source)
        if amount > have:
            if not best_effort:
                raise TokenProblem(TokenError.FUNDS_UNAVAILABLE)
            amount = have
        self._ensure_depositable(asset, dest, amount)
        if on_hold:
            self._ensure_holdable(asset, dest)
        moved = self._decrease(asset, reason, source, amount, best_effort)
        if on_hold:
            self._set(asset, reason, dest, self.amount_on_hold(asset, reason, dest) + moved)
        else:
            self.config.assets().increase_balance(asset, dest, moved)
        return moved

    # Parts

    def _within_all(self, asset: AssetId, who: AccountId, amount: Balance, best_effort: bool) -> Balance:
        """The amount, at most all that is on hold; freezes do not bind what is on hold."""
        liquid = self.total_balance_on_hold(asset, who)
        if amount > liquid and not best_effort:
            raise TokenProblem(TokenError.FROZEN)
        return min(amount, liquid)

    def _ensure_holdable(self, asset: AssetId, who: AccountId) -> None:
        if not self.config.assets().account_exists(asset, who):
            raise TokenProblem(TokenError.CANNOT_CREATE_HOLD)

    def _ensure_depositable(self, asset: AssetId, who: AccountId, amount: Balance) -> None:
        try:
            self.config.assets().ensure_can_deposit(asset, who, amount)
        except DispatchError as problem:
            raise TokenProblem(TokenError.CANNOT_CREATE) from problem

    def _decrease(
        self, asset: AssetId, reason: RuntimeHoldReason, who: AccountId, amount: Balance, best_effort: bool
    ) -> Balance:
        before = self.amount_on_hold(asset, reason, who)
        if amount > before:
            if not best_effort:
                raise TokenProblem(TokenError.FUNDS_UNAVAILABLE)
            amount = before
        self._set(asset, reason, who, before - amount)
        return amount

    def _set(self, asset: AssetId, reason: RuntimeHoldReason, who: AccountId, amount: Balance) -> None:
        holds = self.holds.get((asset, who))
        total = self.total_balance_on_hold(asset, who) + amount - amount_of(holds, reason)
        if total > BALANCE_MAX:
            raise ArithmeticProblem(ArithmeticCode.OVERFLOW)
        left = with_amount_swapped(holds, reason, amount)
        if left:
            self.holds.insert((asset, who), left)
        else:
            self.holds.remove((asset, who))
        self.balances_on_hold.insert((asset, who), total or None)

    def try_state(self) -> None:
        """What is on hold altogether is the sum over the reasons."""
        for (asset, who), total in self.balances_on_hold.iter():
            by_reason = sum(each.amount for each in self.holds.get((asset, who)))
            if total != by_reason:
                raise TryStateError(f"asset {asset}: 0x{who.hex()} has {total} on hold, {by_reason} for reasons")


def with_amount_swapped(holds: AssetHolds, reason: RuntimeHoldReason, amount: Balance) -> AssetHolds:
    """The holds with one reason's amount set; where it is zero, the last entry takes its place (`swap_remove`)."""
    entries = list(holds)
    place = next((place for place, entry in enumerate(entries) if entry.id == reason), None)
    if place is None:
        return (*holds, IdAmount(reason, amount)) if amount else holds
    if amount:
        entries[place] = IdAmount(reason, amount)
    else:
        last = entries.pop()
        if place < len(entries):
            entries[place] = last
    return tuple(entries)
