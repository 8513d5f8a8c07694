"""Whether the books of the Balances pallet balance: what `try_state` asks after each block of a test."""

from __future__ import annotations

from typing import Protocol

from chain.primitives import AccountId, Balance
from pallets.balances.holds import AccountHolds
from pallets.balances.types import BalanceLock, IdAmount, largest
from pallets.frame.guard import TryStateError
from pallets.frame.storage import StorageMap, StorageValue
from pallets.frame.traits import RuntimeFreezeReason
from pallets.system.types import AccountInfo


class Books(Protocol):
    """The storage that has to agree with the accounts."""

    total_issuance: StorageValue[Balance]
    inactive_issuance: StorageValue[Balance]
    locks: StorageMap[AccountId, tuple[BalanceLock, ...]]
    holds: StorageMap[AccountId, AccountHolds]
    freezes: StorageMap[AccountId, tuple[IdAmount[RuntimeFreezeReason], ...]]


def check_books(books: Books, accounts: StorageMap[AccountId, AccountInfo], minimum: Balance) -> None:
    """Raises TryStateError with the account and the figures that contradict each other."""
    total = 0
    for who, info in accounts.iter():
        total += info.data.free + info.data.reserved
        _check_references(who, info, minimum)
    issuance, inactive = books.total_issuance.get(), books.inactive_issuance.get()
    _require(total == issuance, f"accounts have {total}, {issuance} is issued")
    _require(inactive <= issuance, f"{inactive} is inactive, {issuance} is issued")
    for who, holds in books.holds.iter():
        reserved, held = accounts.get(who).data.reserved, sum(each.amount for each in holds)
        _require(held <= reserved, f"0x{who.hex()}: {held} on hold, {reserved} reserved")
        reasons = {each.id for each in holds if each.amount}
        _require(len(reasons) == len(holds), f"0x{who.hex()}: a hold stands twice or is zero")
    for who, freezes in books.freezes.iter():
        floor = largest(books.locks.get(who), freezes)
        frozen = accounts.get(who).data.frozen
        _require(frozen == floor, f"0x{who.hex()}: {frozen} frozen, the largest freeze is {floor}")


def _check_references(who: AccountId, info: AccountInfo, minimum: Balance) -> None:
    data = info.data
    if data.free >= minimum:
        _require(info.providers > 0, f"0x{who.hex()}: has the existential deposit and no provider")
    if data.reserved or data.frozen:
        _require(info.consumers > 0, f"0x{who.hex()}: has reserved or frozen funds and no consumer")
    if not data.reserved:
        _require(not 0 < data.free < minimum, f"0x{who.hex()}: {data.free} is dust")


def _require(condition: bool, complaint: str) -> None:
    if not condition:
        raise TryStateError(f"balances: {complaint}")
