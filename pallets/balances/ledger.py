"""The ledger: free funds, what keeps an account alive, and the issuance.

Free funds of at least the existential deposit provide for an account; funds on hold or frozen consume it, so that
nothing else may let it go. Every change of a balance ends in `write`, which keeps these references right, destroys
dust and tells who was created. The order of its steps is pallet_balances' `try_mutate_account`; an account that
stays what it was takes the short way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from chain.primitives import AccountId, Balance
from chain.record import maker_of, record
from pallets.balances.events import DustLost, Endowed, Upgraded
from pallets.frame.error import ArithmeticCode, ArithmeticProblem, TokenError, TokenProblem
from pallets.frame.event import PalletEvent
from pallets.frame.storage import StorageMap, StorageValue
from pallets.frame.traits import Preservation
from pallets.system.types import NEW_LOGIC, AccountData, AccountInfo

BALANCE_MAX: Final = 2**128 - 1

NOTHING: Final = AccountData()

_new_data, _new_info = maker_of(AccountData), maker_of(AccountInfo)
"""The balance of an account that does not exist."""


class AccountStore(Protocol):
    """Where balances live, and who counts the references to accounts: System."""

    account: StorageMap[AccountId, AccountInfo]

    def inc_providers(self, who: AccountId) -> bool:
        """One more reason that the account exists; whether this created it."""
        ...

    def dec_providers(self, who: AccountId) -> bool:
        """One reason less; whether this reaped the account. Raises ConsumerRemaining."""
        ...

    def inc_consumers(self, who: AccountId) -> None:
        """One more reason that the account may not vanish; raises NoProviders or TooManyConsumers."""
        ...

    def dec_consumers(self, who: AccountId) -> None:
        """One such reason less."""
        ...


@record
class Ledger:
    """Free funds and the issuance, bound to one state."""

    store: AccountStore
    accounts: StorageMap[AccountId, AccountInfo]
    """The store's: looked up once."""

    issuance: StorageValue[Balance]
    minimum: Balance
    deposit_event: Callable[[PalletEvent], None]

    def info(self, who: AccountId) -> AccountInfo:
        """The account's record; all zeros where it does not exist."""
        return self.accounts.get(who)

    # What may be done

    def reducible(self, info: AccountInfo, preservation: Preservation, force: bool) -> Balance:
        """How much free funds may leave an account; `force` disregards freezes."""
        data = info.data
        # what is frozen may be on hold as well, so holds count toward the frozen amount
        untouchable = 0 if force else max(data.frozen - data.reserved, 0)
        if self._must_stay(info, preservation):
            untouchable = max(untouchable, self.minimum)
        return max(data.free - untouchable, 0)

    def _must_stay(self, info: AccountInfo, preservation: Preservation) -> bool:
        if preservation is Preservation.PRESERVE:
            return True
        if preservation is Preservation.PROTECT:
            return info.data.free > 0 and info.providers == 1
        return info.data.free > 0 and not can_lose_provider(info)

    def ensure_can_withdraw(self, info: AccountInfo, amount: Balance, preservation: Preservation) -> None:
        """Raises the dispatch error that says why `amount` may not leave the account."""
        if not amount:
            return
        if amount > self.issuance.get():
            raise ArithmeticProblem(ArithmeticCode.UNDERFLOW)
        data = info.data
        left = data.free - amount
        if left >= self.minimum and left >= data.frozen - data.reserved:
            return  # more than anything could ask for stays
        if left < 0:
            raise TokenProblem(TokenError.FUNDS_UNAVAILABLE)
        if amount > self.reducible(info, Preservation.EXPENDABLE, force=False):
            raise TokenProblem(TokenError.FROZEN)
        # of an account that must stay for its consumers the minimum is not reducible, so this one may be reaped
        if left < self.minimum and preservation is not Preservation.EXPENDABLE:
            raise TokenProblem(TokenError.NOT_EXPENDABLE)

    def ensure_can_deposit(self, info: AccountInfo, amount: Balance) -> None:
        """Raises the dispatch error that says why `amount`, which is issued already, may not enter the account."""
        if not amount:
            return
        free = info.data.free + amount
        if free < self.minimum:
            raise TokenProblem(TokenError.BELOW_MINIMUM)
        if free + info.data.reserved > BALANCE_MAX:
            raise ArithmeticProblem(ArithmeticCode.OVERFLOW)

    # Moving free funds

    def decrease(
        self, who: AccountId, amount: Balance, preservation: Preservation, *, best_effort: bool, force: bool
    ) -> Balance:
        """Take free funds; how much."""
        info = self.accounts.get(who)
        data = info.data
        left = data.free - amount
        if left < self.minimum or left < data.frozen - data.reserved:
            reducible = self.reducible(info, preservation, force)
            if amount > reducible:
                if not best_effort:
                    raise TokenProblem(TokenError.FUNDS_UNAVAILABLE)
                amount = reducible
        self._set_free(who, info, data.free - amount)
        return amount

    def increase(self, who: AccountId, amount: Balance, *, best_effort: bool) -> Balance:
        """Give free funds; how much. A best effort that would not reach the minimum gives nothing."""
        info = self.accounts.get(who)
        before = info.data.free
        free = before + amount
        if free > BALANCE_MAX:
            if not best_effort:
                raise ArithmeticProblem(ArithmeticCode.OVERFLOW)
            free = BALANCE_MAX
        if free < self.minimum:
            if not best_effort:
                raise TokenProblem(TokenError.BELOW_MINIMUM)
            return 0
        if free != before:
            self._set_free(who, info, free)
        return free - before

    def transfer(self, source: AccountId, dest: AccountId, amount: Balance, preservation: Preservation) -> bool:
        """Move free funds; False, and nothing moved, where both accounts are the same."""
        info, dest_info = self.accounts.get(source), self.accounts.get(dest)
        self.ensure_can_withdraw(info, amount, preservation)
        self.ensure_can_deposit(dest_info, amount)
        if source == dest:
            return False
        # what may be withdrawn is reducible, so all of it moves
        self._set_free(source, info, info.data.free - amount)
        if amount:
            self._set_free(dest, dest_info, dest_info.data.free + amount)
        return True

    # Issuance

    def issue(self, amount: Balance) -> None:
        """More funds exist; held at the largest balance."""
        self.issuance.put(min(self.issuance.get() + amount, BALANCE_MAX))

    def rescind(self, amount: Balance) -> None:
        """Less funds exist; held at zero."""
        left = self.issuance.get() - amount
        self.issuance.put(left if left > 0 else 0)

    # Records

    def _set_free(self, who: AccountId, info: AccountInfo, free: Balance) -> None:
        """Give the account other free funds; `write`, without its questions where nothing but the number changes."""
        data = info.data
        if free >= self.minimum and data.free >= self.minimum and data.flags & NEW_LOGIC:
            changed = _new_data(free, data.reserved, data.frozen, data.flags)
            self.accounts.insert(who, _new_info(info.nonce, info.consumers, info.providers, info.sufficients, changed))
        else:
            self.write(who, info, _with_free(data, free))

    def write(self, who: AccountId, info: AccountInfo, data: AccountData) -> None:
        """Give the account, whose record is `info`, the balance `data`.

        Raises ConsumerRemaining, NoProviders or TooManyConsumers where the references do not allow it.
        """
        before = info.data
        if not before.flags & NEW_LOGIC:
            self.upgrade(who)
            info = self.accounts.get(who)
            before, data = info.data, AccountData(data.free, data.reserved, data.frozen, info.data.flags)
        minimum = self.minimum
        did_consume, does_consume = _consumes(before), _consumes(data)
        if before.free >= minimum and data.free >= minimum and did_consume == does_consume:
            self.accounts.insert(who, _with_data(info, data))
            return
        self._refer(who, before.free >= minimum, data.free >= minimum, did_consume, does_consume)
        dies = data.free < minimum and not data.reserved
        info = self.accounts.get(who)
        if info.providers or info.sufficients:
            self.accounts.insert(who, _with_data(info, NOTHING if dies else data))
        else:
            self.accounts.remove(who)
        if before == NOTHING:
            self.deposit_event(Endowed(who, data.free))
        if dies and data.free:
            self.deposit_event(DustLost(who, data.free))
            self.rescind(data.free)

    def _refer(
        self, who: AccountId, did_provide: bool, does_provide: bool, did_consume: bool, does_consume: bool
    ) -> None:
        """Count the references that a change of balance makes and drops."""
        if does_provide and not did_provide:
            self.store.inc_providers(who)
        if did_consume and not does_consume:
            self.store.dec_consumers(who)
        if does_consume and not did_consume:
            self.store.inc_consumers(who)
        if did_provide and not does_provide:
            self.store.dec_providers(who)  # last, because it may reap the account

    def upgrade(self, who: AccountId) -> bool:
        """Bring an account from before holds and freezes to the present layout; whether it needed that."""
        info = self.accounts.get(who)
        data = info.data
        if data.flags & NEW_LOGIC:
            return False
        free = data.free
        if data.reserved and not data.frozen:
            if not info.providers:  # reserved funds without a provider: let the account live
                free = max(free, self.minimum)
                self.store.inc_providers(who)
                info = self.accounts.get(who)
            # however many consumers there are
            info = AccountInfo(info.nonce, info.consumers + 1, info.providers, info.sufficients, info.data)
        upgraded = AccountData(free, data.reserved, data.frozen, data.flags | NEW_LOGIC)
        if info.providers or info.sufficients:
            self.accounts.insert(who, _with_data(info, upgraded))
        else:
            self.accounts.remove(who)
        self.deposit_event(Upgraded(who))
        return True


def can_lose_provider(info: AccountInfo) -> bool:
    """Whether one provider less leaves the account in order: nothing consumes it, or others provide."""
    return info.consumers == 0 or info.providers > 1


def _consumes(data: AccountData) -> bool:
    return data.reserved > 0 or data.frozen > 0


def _with_free(data: AccountData, free: Balance) -> AccountData:
    return AccountData(free, data.reserved, data.frozen, data.flags)


def _with_data(info: AccountInfo, data: AccountData) -> AccountInfo:
    return _new_info(info.nonce, info.consumers, info.providers, info.sufficients, data)
