"""Reserves with a name: so that several users of reserved funds know which part is theirs.

Holds took their place; pallets that still ask for them get them from `Balances.named_reserves`. What is reserved under
a name is part of the account's reserved funds, and the names of an account stand in ascending order
(frame_support::traits::NamedReservableCurrency).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Protocol

from chain.primitives import U32, AccountId, Balance, Bytes8
from pallets.balances.errors import TooManyReserves
from pallets.balances.events import Slashed
from pallets.balances.types import BalanceStatus, ReserveData
from pallets.frame.error import ensure
from pallets.frame.event import PalletEvent
from pallets.frame.storage import StorageMap

AccountReserves = tuple[ReserveData, ...]
"""One entry for each name under which the account has reserved funds."""


class Reservable(Protocol):
    """Reserves without a name."""

    def reserve(self, who: AccountId, amount: Balance) -> None:
        """Set free funds aside."""
        ...

    def unreserve(self, who: AccountId, amount: Balance) -> Balance:
        """Make reserved funds free; how much could not be."""
        ...

    def slash_reserved(self, who: AccountId, amount: Balance) -> Balance:
        """Take reserved funds out of an account; how much. They stay issued."""
        ...

    def repatriate_reserved(
        self, slashed: AccountId, beneficiary: AccountId, amount: Balance, status: BalanceStatus
    ) -> Balance:
        """Move reserved funds to another account; how much could not be."""
        ...


class NamedReserves:
    """The named reserves of all accounts, bound to one state."""

    __slots__ = ("_currency", "_deposit_event", "_limit", "_reserves")

    def __init__(
        self,
        currency: Reservable,
        reserves: StorageMap[AccountId, AccountReserves],
        limit: U32,
        deposit_event: Callable[[PalletEvent], None],
    ) -> None:
        self._currency, self._reserves, self._limit = currency, reserves, limit
        self._deposit_event = deposit_event

    def reserved(self, name: Bytes8, who: AccountId) -> Balance:
        """Funds reserved under the name."""
        found = _entry(self._reserves.get(who), name)
        return 0 if found is None else found.amount

    def reserve(self, name: Bytes8, who: AccountId, amount: Balance) -> None:
        """Reserve free funds under a name; raises TooManyReserves, or what `reserve` raises."""
        if amount:
            self._add(name, who, amount)
            self._currency.reserve(who, amount)

    def unreserve(self, name: Bytes8, who: AccountId, amount: Balance) -> Balance:
        """Make funds free that are reserved under the name; how much could not be."""
        entries = self._reserves.get(who)
        found = _entry(entries, name)
        if not amount or found is None:
            return amount
        change = min(found.amount, amount)
        actual = change - self._currency.unreserve(who, change)
        left = _less(entries, name, actual)
        kept = tuple(each for each in left if each.id != name or each.amount)
        if kept:
            self._reserves.insert(who, kept)
        else:
            self._reserves.remove(who)
        return amount - actual

    def slash(self, name: Bytes8, who: AccountId, amount: Balance) -> Balance:
        """Take funds that are reserved under the name out of the account; how much. They stay issued."""
        if not amount:
            return 0
        entries = self._reserves.get(who)
        found, actual = _entry(entries, name), 0
        if found is not None:
            actual = self._currency.slash_reserved(who, min(found.amount, amount))
            self._deposit_event(Slashed(who, actual))  # told twice, as in polkadot-sdk
        self._keep(who, entries, name, actual)
        return actual

    def repatriate(
        self, name: Bytes8, slashed: AccountId, beneficiary: AccountId, amount: Balance, status: BalanceStatus
    ) -> Balance:
        """Move funds reserved under the name to another account, free or reserved under it too; how much could not be.

        Raises DeadAccount, or TooManyReserves of the other account.
        """
        if not amount:
            return 0
        if slashed == beneficiary:
            if status is BalanceStatus.FREE:
                return self.unreserve(name, slashed, amount)
            return max(amount - self.reserved(name, slashed), 0)
        entries = self._reserves.get(slashed)
        found, actual = _entry(entries, name), 0
        if found is not None:
            change = min(found.amount, amount)
            actual = change - self._currency.repatriate_reserved(slashed, beneficiary, change, status)
            if status is BalanceStatus.RESERVED:
                self._add(name, beneficiary, actual)
        self._keep(slashed, entries, name, actual)
        return amount - actual

    def _add(self, name: Bytes8, who: AccountId, amount: Balance) -> None:
        entries = self._reserves.get(who)
        position = bisect_left(entries, name, key=_name_of)
        found = _entry(entries, name)
        ensure(found is not None or len(entries) < self._limit, TooManyReserves)
        before, behind = (0, position) if found is None else (found.amount, position + 1)
        self._reserves.insert(who, (*entries[:position], ReserveData(name, before + amount), *entries[behind:]))

    def _keep(self, who: AccountId, entries: AccountReserves, name: Bytes8, taken: Balance) -> None:
        """Write what is left; an entry of zero and a list of none stay, as in polkadot-sdk."""
        self._reserves.insert(who, _less(entries, name, taken))


def _entry(entries: AccountReserves, name: Bytes8) -> ReserveData | None:
    return next((each for each in entries if each.id == name), None)


def _less(entries: AccountReserves, name: Bytes8, amount: Balance) -> AccountReserves:
    return tuple(ReserveData(name, each.amount - amount) if each.id == name else each for each in entries)


def _name_of(entry: ReserveData) -> Bytes8:
    return entry.id
