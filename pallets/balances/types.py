"""Records of the Balances pallet."""

from __future__ import annotations

from enum import IntEnum
from typing import Generic, TypeVar

from chain.primitives import Balance, Bytes8
from chain.record import record

Id = TypeVar("Id")


class BalanceStatus(IntEnum):
    """What becomes of reserved funds that change hands."""

    FREE = 0
    RESERVED = 1


class AdjustmentDirection(IntEnum):
    """Which way root moves the issuance."""

    INCREASE = 0
    DECREASE = 1


class Reasons(IntEnum):
    """What a lock keeps funds from."""

    FEE = 0
    MISC = 1
    ALL = 2


@record
class BalanceLock:
    """A lock of the old kind; freezes took its place."""

    id: Bytes8
    amount: Balance
    reasons: Reasons


@record
class ReserveData:
    """A named reserve of the old kind; holds took its place."""

    id: Bytes8
    amount: Balance


@record
class IdAmount(Generic[Id]):
    """So much for this reason."""

    id: Id
    amount: Balance


def amount_of(entries: tuple[IdAmount[Id], ...], reason: Id) -> Balance:
    """The amount of one reason; zero where it has no entry."""
    for entry in entries:
        if entry.id == reason:
            return entry.amount
    return 0


def with_amount(entries: tuple[IdAmount[Id], ...], reason: Id, amount: Balance) -> tuple[IdAmount[Id], ...]:
    """The entries with one reason's amount set: in its place or at the end; gone where it is zero."""
    if all(entry.id != reason for entry in entries):
        return (*entries, IdAmount(reason, amount)) if amount else entries
    return tuple(
        IdAmount(reason, amount) if entry.id == reason else entry for entry in entries if amount or entry.id != reason
    )


def largest(locks: tuple[BalanceLock, ...], freezes: tuple[IdAmount[Id], ...]) -> Balance:
    """The floor that locks and freezes set together: they overlap."""
    return max([lock.amount for lock in locks] + [freeze.amount for freeze in freezes], default=0)
