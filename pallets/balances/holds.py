"""Holds: funds that an account still owns and may not spend, each set aside for a reason (fungible::hold).

The sum of an account's holds is in `AccountData.reserved`, together with reserves of the old kind.
"""

from __future__ import annotations

from typing import Annotated

from chain.primitives import BY_RUNTIME, AccountId, Balance
from chain.record import record
from pallets.balances.ledger import BALANCE_MAX, Ledger
from pallets.balances.types import IdAmount, amount_of, with_amount
from pallets.frame.error import ArithmeticCode, ArithmeticProblem, TokenError, TokenProblem
from pallets.frame.storage import StorageMap
from pallets.frame.traits import Preservation, RuntimeHoldReason
from pallets.system.types import AccountData

AccountHolds = Annotated[tuple[IdAmount[RuntimeHoldReason], ...], BY_RUNTIME]
"""One entry for each reason for which the account has funds on hold."""


@record
class HoldBook:
    """The holds of all accounts, bound to one state."""

    ledger: Ledger
    holds: StorageMap[AccountId, AccountHolds]

    def amount(self, reason: RuntimeHoldReason, who: AccountId) -> Balance:
        """Funds on hold for one reason."""
        return amount_of(self.holds.get(who), reason)

    def reducible(self, who: AccountId, force: bool) -> Balance:
        """How much of all held funds may leave the account; `force` disregards freezes."""
        data = self.ledger.info(who).data
        return data.reserved if force else max(data.reserved - max(data.frozen - data.free, 0), 0)

    def hold(self, reason: RuntimeHoldReason, who: AccountId, amount: Balance) -> None:
        """Set free funds aside."""
        info = self.ledger.info(who)
        if amount > self.ledger.reducible(info, Preservation.PROTECT, force=True):
            raise TokenProblem(TokenError.FUNDS_UNAVAILABLE)
        if not info.providers:
            raise TokenProblem(TokenError.CANNOT_CREATE_HOLD)
        self.ledger.decrease(who, amount, Preservation.PROTECT, best_effort=False, force=True)
        self._increase(reason, who, amount)

    def release(self, reason: RuntimeHoldReason, who: AccountId, amount: Balance, best_effort: bool) -> Balance:
        """Make held funds free; how much."""
        self._ensure_depositable(who, amount)
        released = self._decrease(reason, who, amount, best_effort)
        return self.ledger.increase(who, released, best_effort=True)

    def burn(
        self, reason: RuntimeHoldReason, who: AccountId, amount: Balance, best_effort: bool, force: bool
    ) -> Balance:
        """Destroy held funds; how much."""
        reducible = self.reducible(who, force)
        if amount > reducible:
            if not best_effort:
                raise TokenProblem(TokenError.FROZEN)
            amount = reducible
        burned = self._decrease(reason, who, amount, best_effort)
        self.ledger.rescind(burned)
        return burned

    def transfer(
        self,
        reason: RuntimeHoldReason,
        source: AccountId,
        dest: AccountId,
        amount: Balance,
        *,
        best_effort: bool,
        on_hold: bool,
        force: bool,
    ) -> Balance:
        """Move held funds to another account, where they are free or on hold for the same reason; how much."""
        have, reducible = self.amount(reason, source), self.reducible(source, force)
        if best_effort:
            amount = min(amount, reducible, have)
        elif amount > reducible:
            raise TokenProblem(TokenError.FROZEN)
        elif amount > have:
            raise TokenProblem(TokenError.FUNDS_UNAVAILABLE)
        self._ensure_depositable(dest, amount)
        if on_hold and not self.ledger.info(dest).providers:
            raise TokenProblem(TokenError.CANNOT_CREATE_HOLD)
        moved = self._decrease(reason, source, amount, best_effort)
        if on_hold:
            return self._increase(reason, dest, moved)
        return self.ledger.increase(dest, moved, best_effort=best_effort)

    def _ensure_depositable(self, who: AccountId, amount: Balance) -> None:
        try:
            self.ledger.ensure_can_deposit(self.ledger.info(who), amount)
        except (TokenProblem, ArithmeticProblem) as problem:
            raise TokenProblem(TokenError.CANNOT_CREATE) from problem

    def _increase(self, reason: RuntimeHoldReason, who: AccountId, amount: Balance) -> Balance:
        if amount:
            # cannot leave its type: all of an account's funds are part of the issuance
            self._set(reason, who, self.amount(reason, who) + amount)
        return amount

    def _decrease(self, reason: RuntimeHoldReason, who: AccountId, amount: Balance, best_effort: bool) -> Balance:
        before = self.amount(reason, who)
        if amount > before:
            if not best_effort:
                raise TokenProblem(TokenError.FUNDS_UNAVAILABLE)
            amount = before
        self._set(reason, who, before - amount)
        return amount

    def _set(self, reason: RuntimeHoldReason, who: AccountId, amount: Balance) -> None:
        """Set one hold, and the account's reserved funds with it."""
        info, holds = self.ledger.info(who), self.holds.get(who)
        reserved = info.data.reserved + amount - amount_of(holds, reason)
        if reserved < 0:
            raise ArithmeticProblem(ArithmeticCode.UNDERFLOW)
        if reserved > BALANCE_MAX:
            raise ArithmeticProblem(ArithmeticCode.OVERFLOW)
        self.ledger.write(who, info, AccountData(info.data.free, reserved, info.data.frozen, info.data.flags))
        self.holds.insert(who, with_amount(holds, reason, amount))
