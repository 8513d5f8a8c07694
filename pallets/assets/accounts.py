"""What moves between accounts of an asset: checks first, then the records of both accounts and of the asset.

Two ways lead here. Calls use `do_mint`, `do_burn` and `do_transfer`: what would be left below the least balance goes
with the amount. `fungibles` (the functions that frame_support defines over these) uses `credit` and `debit`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chain.primitives import AccountId, Balance
from pallets.assets.errors import BalanceLow, Frozen, IncorrectStatus, NoAccount, NoPermission
from pallets.assets.events import Burned, Issued, Transferred
from pallets.assets.existence import AccountExistence
from pallets.assets.types import AccountStatus, AssetAccount, AssetDetails, AssetId, AssetStatus
from pallets.balances.ledger import BALANCE_MAX
from pallets.frame.error import ArithmeticCode, ArithmeticProblem, TokenError, TokenProblem, ensure

Change = Callable[[AssetDetails, Balance], AssetDetails]
"""What a movement does to the asset itself, given the amount; raises DispatchError to forbid it."""


class AssetAccounts(AccountExistence):
    """Moves assets."""

    # Whether it can be done

    def ensure_can_increase(self, asset: AssetId, who: AccountId, amount: Balance, *, minted: bool) -> None:
        """Raises what putting `amount` into the account would raise; `minted` if the supply grows with it."""
        details = self.asset.get(asset)
        if details is None or details.status is AssetStatus.DESTROYING:
            raise TokenProblem(TokenError.UNKNOWN_ASSET)
        if minted and details.supply + amount > BALANCE_MAX:
            raise ArithmeticProblem(ArithmeticCode.OVERFLOW)
        account = self.account.get((asset, who))
        if account is not None:
            if account.status is AccountStatus.BLOCKED:
                raise TokenProblem(TokenError.BLOCKED)
            if account.balance + amount > BALANCE_MAX:
                raise ArithmeticProblem(ArithmeticCode.OVERFLOW)
            return
        if amount < details.min_balance:
            raise TokenProblem(TokenError.BELOW_MINIMUM)
        if not details.is_sufficient and not self.config.account_store.can_accrue_consumers(who, 2):
            raise TokenProblem(TokenError.CANNOT_CREATE)

    def ensure_can_decrease(
        self, asset: AssetId, who: AccountId, amount: Balance, would_die: TokenError | None
    ) -> Balance:
        """Raises what taking `amount` out of the account would raise; what else would go, being too little to stay.

        would_die: what is raised where something else would go; None where that is welcome
        """
        details = self.asset.get(asset)
        if details is None:
            raise TokenProblem(TokenError.UNKNOWN_ASSET)
        if amount > details.supply:
            raise ArithmeticProblem(ArithmeticCode.UNDERFLOW)
        if details.status is not AssetStatus.LIVE:
            is_frozen = details.status is AssetStatus.FROZEN
            raise TokenProblem(TokenError.FROZEN if is_frozen else TokenError.UNKNOWN_ASSET)
        if not amount:
            return 0
        account = self.account.get((asset, who))
        if account is None:
            raise TokenProblem(TokenError.FUNDS_UNAVAILABLE)
        if not account.may_send:
            raise TokenProblem(TokenError.FROZEN)
        rest = account.balance - amount
        if rest < 0:
            raise TokenProblem(TokenError.FUNDS_UNAVAILABLE)
        floor = self._floor(asset, who, details)
        if floor is not None:
            if rest < floor:
                frozen = self.config.freezer.frozen_balance(asset, who)
                raise TokenProblem(TokenError.FROZEN if frozen else TokenError.ONLY_PROVIDER)
            return 0
        if rest >= details.min_balance:
            return 0
        if would_die is not None:
            raise TokenProblem(would_die)
        return rest

    def spendable(self, asset: AssetId, who: AccountId, keep_alive: bool) -> Balance:
        """How much may leave the account; raises Unknown, AssetNotLive, NoAccount or Frozen."""
        details = self.live_details(asset)
        account = self.account.get((asset, who))
        if account is None:
            raise NoAccount
        ensure(account.may_send, Frozen)
        floor = self._floor(asset, who, details)
        if floor is None:
            floor = details.min_balance if keep_alive else 0
        return min(max(account.balance - floor, 0), details.supply)

    def _floor(self, asset: AssetId, who: AccountId, details: AssetDetails) -> Balance | None:
        """What must stay because of holds and freezes, which overlap; None where there are none."""
        held = self.config.holder.balance_on_hold(asset, who)
        frozen = self.config.freezer.frozen_balance(asset, who)
        if held is None and frozen is None:
            return None
        return max((frozen or 0) - (held or 0), details.min_balance)

    # One account

    def credit(self, asset: AssetId, who: AccountId, amount: Balance, change: Change) -> None:
        """Put exactly `amount` into the account."""
        if not amount:
            return
        self.ensure_can_increase(asset, who, amount, minted=True)
        details = change(self.live_details(asset), amount)
        self.asset.insert(asset, self._credited(asset, who, amount, details))

    def debit(
        self, asset: AssetId, who: AccountId, amount: Balance, *, keep_alive: bool, best_effort: bool, change: Change
    ) -> Balance:
        """Take `amount` out of the account; how much: more, where the rest would be too little to stay."""
        if not amount:
            return 0
        details = self.live_details(asset)
        actual = self._debit_of(asset, who, amount, keep_alive, best_effort)
        details = change(details, actual)
        account = self.account.get((asset, who))
        if account is None:
            raise NoAccount
        left = replace(account, balance=account.balance - actual)
        if left.balance < details.min_balance:
            self._ensure_can_die(asset, who)
        self.asset.insert(asset, self._debited(asset, who, left, details))
        if not self.account.contains_key((asset, who)):
            self._tell_death(asset, who)
        return actual

    def _debit_of(
        self, asset: AssetId, who: AccountId, amount: Balance, keep_alive: bool, best_effort: bool
    ) -> Balance:
        actual = min(self.spendable(asset, who, keep_alive), amount)
        ensure(best_effort or actual >= amount, BalanceLow)
        would_die = TokenError.ONLY_PROVIDER if keep_alive else None
        return actual + self.ensure_can_decrease(asset, who, actual, would_die)

    def _credited(self, asset: AssetId, who: AccountId, amount: Balance, details: AssetDetails) -> AssetDetails:
        """The asset once the account has more of it, opened where it was not."""
        account = self.account.get((asset, who))
        if account is None:
            details, reason = self._opened(who, details)
            account = AssetAccount(0, AccountStatus.LIQUID, reason)
        self.account.insert((asset, who), replace(account, balance=account.balance + amount))
        return details

    def _debited(self, asset: AssetId, who: AccountId, left: AssetAccount, details: AssetDetails) -> AssetDetails:
        """The asset once the account has only what is left, closed where that is too little."""
        closed = None
        if left.balance < details.min_balance:
            closed = self._closed(who, details, left.reason)
        self.account.insert((asset, who), left if closed is None else None)
        return closed or details

    # What calls ask for

    def do_mint(self, asset: AssetId, who: AccountId, amount: Balance, issuer: AccountId | None) -> None:
        """Make some of the asset; `issuer`, if any, must be the asset's."""

        def grow(details: AssetDetails, made: Balance) -> AssetDetails:
            ensure(issuer in (None, details.issuer), NoPermission)
            return replace(details, supply=details.supply + made)

        self.credit(asset, who, amount, grow)
        self.deposit_event(Issued(asset, who, amount))

    def do_burn(self, asset: AssetId, who: AccountId, amount: Balance, admin: AccountId | None) -> Balance:
        """Destroy up to `amount` of what the account has; `admin`, if any, must be the asset's."""
        ensure(self.details(asset).status is not AssetStatus.DESTROYING, IncorrectStatus)

        def shrink(details: AssetDetails, gone: Balance) -> AssetDetails:
            ensure(admin in (None, details.admin), NoPermission)
            return replace(details, supply=max(details.supply - gone, 0))

        burned = self.debit(asset, who, amount, keep_alive=False, best_effort=True, change=shrink)
        self.deposit_event(Burned(asset, who, burned))
        return burned

    def do_transfer(
        self,
        asset: AssetId,
        source: AccountId,
        dest: AccountId,
        amount: Balance,
        *,
        keep_alive: bool = False,
        admin: AccountId | None = None,
    ) -> Balance:
        """Move some of the asset; how much: more, where the source would keep too little to stay.

        admin: in whose name this is done; None for the source's own
        """
        if not amount:
            return 0
        details = self.live_details(asset)
        moved = self._debit_of(asset, source, amount, keep_alive, best_effort=False)
        self.ensure_can_increase(asset, dest, moved, minted=False)
        ensure(admin in (None, details.admin), NoPermission)
        if source != dest:
            self._move(asset, source, dest, moved, details)
        self.deposit_event(Transferred(asset, source, dest, moved))
        if not self.account.contains_key((asset, source)):
            self._tell_death(asset, source)
        return moved

    def _move(self, asset: AssetId, source: AccountId, dest: AccountId, amount: Balance, details: AssetDetails) -> None:
        account = self.account.get((asset, source))
        if account is None:
            raise NoAccount
        left = replace(account, balance=account.balance - amount)
        if left.balance < details.min_balance:
            self._ensure_can_die(asset, source)
        details = self._credited(asset, dest, amount, details)
        self.asset.insert(asset, self._debited(asset, source, left, details))
