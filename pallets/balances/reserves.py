"""Reserved funds that change hands (frame_support::traits::ReservableCurrency)."""

from __future__ import annotations

from chain.primitives import AccountId, Balance
from pallets.balances.errors import DeadAccount
from pallets.balances.ledger import BALANCE_MAX, NOTHING, Ledger
from pallets.balances.types import BalanceStatus
from pallets.frame.error import ArithmeticCode, ArithmeticProblem, ensure
from pallets.system.types import AccountData


def move_reserved(
    ledger: Ledger, source: AccountId, dest: AccountId, amount: Balance, status: BalanceStatus
) -> Balance:
    """Move reserved funds, holds among them, to another account where they are free or reserved; how much.

    Raises DeadAccount where that account does not exist.
    """
    before = ledger.info(source).data
    # freezes are a floor under free and reserved funds together
    moved = min(amount, max(before.reserved - max(before.frozen - before.free, 0), 0))
    there = ledger.info(dest).data
    ensure(there != NOTHING, DeadAccount)
    free, reserved = there.free, there.reserved
    if status is BalanceStatus.FREE:
        free += moved
    else:
        reserved += moved
    if max(free, reserved) > BALANCE_MAX:
        raise ArithmeticProblem(ArithmeticCode.OVERFLOW)
    left = AccountData(before.free, before.reserved - moved, before.frozen, before.flags)
    ledger.write(source, ledger.info(source), left)
    ledger.write(dest, ledger.info(dest), AccountData(free, reserved, there.frozen, there.flags))
    return moved
