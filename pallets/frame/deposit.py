"""Deposits that pallets reserve for what they store."""

from __future__ import annotations

from typing import Protocol

from chain.primitives import AccountId, Balance


class DepositCurrency(Protocol):
    """A currency whose funds can be reserved (frame_support::traits::ReservableCurrency)."""

    def reserve(self, who: AccountId, amount: Balance) -> None:
        """Set free funds aside."""
        ...

    def unreserve(self, who: AccountId, amount: Balance) -> Balance:
        """Make reserved funds free; how much could not be."""
        ...


def change_deposit(currency: DepositCurrency, who: AccountId, old: Balance, new: Balance) -> None:
    """Reserve what the new deposit is more than the old one, or free what it is less."""
    if new > old:
        currency.reserve(who, new - old)
    elif new < old:
        currency.unreserve(who, old - new)
