"""What happened to balances; the order is wire format."""

from __future__ import annotations

from chain.primitives import AccountId, Balance
from pallets.balances.types import BalanceStatus
from pallets.frame.event import PalletEvent


class Event(PalletEvent):
    """What happened to balances."""


class Endowed(Event):
    """An account was created with some free funds."""

    account: AccountId
    free_balance: Balance


class DustLost(Event):
    """An account was left with less than the existential deposit; the rest is destroyed."""

    account: AccountId
    amount: Balance


class Transfer(Event):
    """Funds moved."""

    from_: AccountId
    to: AccountId
    amount: Balance


class BalanceSet(Event):
    """Root set a balance."""

    who: AccountId
    free: Balance


class Reserved(Event):
    """Free funds were reserved."""

    who: AccountId
    amount: Balance


class Unreserved(Event):
    """Reserved funds were made free."""

    who: AccountId
    amount: Balance


class ReserveRepatriated(Event):
    """Reserved funds moved to another account."""

    from_: AccountId
    to: AccountId
    amount: Balance
    destination_status: BalanceStatus


class Deposit(Event):
    """Funds were put into an account, as a refund is."""

    who: AccountId
    amount: Balance


class Withdraw(Event):
    """Funds were taken out of an account, as a fee is."""

    who: AccountId
    amount: Balance


class Slashed(Event):
    """Funds were taken from an account for misbehaviour."""

    who: AccountId
    amount: Balance


class Minted(Event):
    """Funds were made in an account."""

    who: AccountId
    amount: Balance


class Burned(Event):
    """Funds of an account were destroyed."""

    who: AccountId
    amount: Balance


class Suspended(Event):
    """Funds were put out of circulation, to be restored."""

    who: AccountId
    amount: Balance


class Restored(Event):
    """Funds were put into circulation again."""

    who: AccountId
    amount: Balance


class Upgraded(Event):
    """An account was brought to the present layout."""

    who: AccountId


class Issued(Event):
    """The issuance grew."""

    amount: Balance


class Rescinded(Event):
    """The issuance shrank."""

    amount: Balance


class Locked(Event):
    """More of an account is locked."""

    who: AccountId
    amount: Balance


class Unlocked(Event):
    """Less of an account is locked."""

    who: AccountId
    amount: Balance


class Frozen(Event):
    """More of an account is frozen."""

    who: AccountId
    amount: Balance


class Thawed(Event):
    """Less of an account is frozen."""

    who: AccountId
    amount: Balance


class TotalIssuanceForced(Event):
    """Root changed the issuance."""

    old: Balance
    new: Balance
