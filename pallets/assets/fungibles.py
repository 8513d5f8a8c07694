"""What other pallets may do with assets (frame_support::traits::fungibles), beside the calls.

The functions are those that frame_support defines over any ledger, so they are not quite the calls: what would be too
little to stay is taken from the source and not given to the destination, and stays in the supply.
"""

from __future__ import annotations

from dataclasses import replace

from chain.primitives import AccountId, Balance
from pallets.assets.accounts import AssetAccounts
from pallets.assets.events import Burned, Deposited, Issued, Transferred, Withdrawn
from pallets.assets.types import AssetDetails, AssetId
from pallets.balances.ledger import BALANCE_MAX
from pallets.frame.error import ArithmeticCode, ArithmeticProblem, DispatchError, TokenError, TokenProblem
from pallets.frame.traits import Preservation


class AssetFungibles:
    """The assets of one pallet, for other pallets; freezes are respected whoever asks."""

    __slots__ = ("_assets",)

    def __init__(self, assets: AssetAccounts) -> None:
        self._assets = assets

    # What there is

    def asset_exists(self, asset: AssetId) -> bool:
        """Whether there is such an asset."""
        return self._assets.asset_exists(asset)

    def account_exists(self, asset: AssetId, who: AccountId) -> bool:
        """Whether the account is open, with or without a balance."""
        return self._assets.account.contains_key((asset, who))

    def minimum_balance(self, asset: AssetId) -> Balance:
        """The least that an account may have."""
        return self._assets.minimum_balance(asset)

    def issuance(self, asset: AssetId) -> Balance:
        """All of the asset that exists."""
        return self._assets.issuance(asset)

    def balance(self, asset: AssetId, who: AccountId) -> Balance:
        """What the account has, without what is on hold."""
        return self._assets.balance(asset, who)

    def total_balance(self, asset: AssetId, who: AccountId) -> Balance:
        """What the account has, with what is on hold."""
        return self._assets.total_balance(asset, who)

    def reducible_balance(self, asset: AssetId, who: AccountId, preservation: Preservation) -> Balance:
        """How much may leave the account; nothing where the asset or the account is in no state for that."""
        try:
            return self._assets.spendable(asset, who, preservation is not Preservation.EXPENDABLE)
        except DispatchError:
            return 0

    def ensure_can_withdraw(self, asset: AssetId, who: AccountId, amount: Balance, preservation: Preservation) -> None:
        """Raises what taking `amount` out of the account would raise."""
        would_die = None if preservation is Preservation.EXPENDABLE else TokenError.NOT_EXPENDABLE
        self._assets.ensure_can_decrease(asset, who, amount, would_die)

    def ensure_can_deposit(self, asset: AssetId, who: AccountId, amount: Balance) -> None:
        """Raises what putting `amount`, which exists already, into the account would raise."""
        self._assets.ensure_can_increase(asset, who, amount, minted=False)

    # Moving, making and destroying

    def transfer(
        self, asset: AssetId, source: AccountId, dest: AccountId, amount: Balance, preservation: Preservation
    ) -> Balance:
        """Move some of the asset; the amount. To the same account nothing moves, and nothing is told."""
        self.ensure_can_withdraw(asset, source, amount, preservation)
        self.ensure_can_deposit(asset, dest, amount)
        if source == dest:
            return amount
        self.decrease_balance(asset, source, amount, preservation, best_effort=True)
        self.increase_balance(asset, dest, amount)
        self._assets.deposit_event(Transferred(asset, source, dest, amount))
        return amount

    def mint_into(self, asset: AssetId, who: AccountId, amount: Balance) -> Balance:
        """Make some of the asset."""
        if self.issuance(asset) + amount > BALANCE_MAX:
            raise ArithmeticProblem(ArithmeticCode.OVERFLOW)
        self.increase_balance(asset, who, amount)
        self.set_issuance(asset, self.issuance(asset) + amount)
        self._assets.deposit_event(Issued(asset, who, amount))
        return amount

    def burn_from(
        self,
        asset: AssetId,
        who: AccountId,
        amount: Balance,
        preservation: Preservation = Preservation.EXPENDABLE,
        *,
        best_effort: bool = False,
    ) -> Balance:
        """Destroy some of the asset; how much, which is more where the rest would be too little to stay."""
        actual = min(self.reducible_balance(asset, who, preservation), amount)
        if actual != amount and not best_effort:
            raise TokenProblem(TokenError.FUNDS_UNAVAILABLE)
        burned = self.decrease_balance(asset, who, actual, preservation, best_effort=True)
        self.set_issuance(asset, max(self.issuance(asset) - burned, 0))
        self._assets.deposit_event(Burned(asset, who, burned))
        return burned

    # In two steps

    def withdraw(self, asset: AssetId, who: AccountId, amount: Balance, preservation: Preservation) -> Balance:
        """Take some of the asset out of an account; how much. It stays issued."""
        taken = self.decrease_balance(asset, who, amount, preservation, best_effort=False)
        self._assets.deposit_event(Withdrawn(asset, who, taken))
        return taken

    def deposit(self, asset: AssetId, who: AccountId, amount: Balance) -> Balance:
        """Put what was withdrawn into an account; how much."""
        self.increase_balance(asset, who, amount)
        self._assets.deposit_event(Deposited(asset, who, amount))
        return amount

    def drop_withdrawn(self, asset: AssetId, amount: Balance) -> None:
        """Destroy what was withdrawn."""
        if amount:
            self.set_issuance(asset, max(self.issuance(asset) - amount, 0))

    # The ledger, for those who keep the supply right themselves

    def decrease_balance(
        self, asset: AssetId, who: AccountId, amount: Balance, preservation: Preservation, *, best_effort: bool
    ) -> Balance:
        """Take from an account and leave the supply; how much: more, where the rest would be too little to stay."""
        keep_alive = preservation is not Preservation.EXPENDABLE
        return self._assets.debit(asset, who, amount, keep_alive=keep_alive, best_effort=best_effort, change=_unchanged)

    def increase_balance(self, asset: AssetId, who: AccountId, amount: Balance) -> None:
        """Give to an account and leave the supply."""
        self._assets.credit(asset, who, amount, _unchanged)

    def set_issuance(self, asset: AssetId, supply: Balance) -> None:
        """Say how much of the asset there is."""
        found = self._assets.asset.get(asset)
        if found is not None:
            self._assets.asset.insert(asset, replace(found, supply=supply))


def _unchanged(details: AssetDetails, _: Balance) -> AssetDetails:
    return details
