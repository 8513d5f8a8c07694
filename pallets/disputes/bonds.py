"""The money of disputes: bonds are on hold in their owners' accounts, and a lost one is shared.

A winner gets `Config.winner_percent` of the loser's bond, and the rest goes to the slash destination, so that nobody
can argue with an account of their own for nothing. Where nobody won, all of both bonds goes there.
"""

from __future__ import annotations

from chain.primitives import AccountId, Balance
from pallets.disputes.events import BondLost
from pallets.disputes.storage import DisputeStorage
from pallets.disputes.types import ClaimId
from pallets.frame.error import DispatchError

PERCENT = 100


def hold_bond(disputes: DisputeStorage, who: AccountId, amount: Balance) -> None:
    """Set a bond aside; raises DispatchError where the account has not got it."""
    disputes.config.currency.hold(disputes.reason, who, amount)


def release_bond(disputes: DisputeStorage, who: AccountId, amount: Balance) -> None:
    """Give a bond back."""
    disputes.config.currency.release(disputes.reason, who, amount)


def lose_bond(
    disputes: DisputeStorage, claim: ClaimId, loser: AccountId, amount: Balance, winner: AccountId | None
) -> None:
    """Take a bond away: the winner's part, where there is a winner, then the rest."""
    paid = 0
    if winner is not None:
        paid = _pay(disputes, loser, winner, amount * disputes.config.winner_percent // PERCENT)
    rest = amount - paid
    rest -= _pay(disputes, loser, disputes.config.slash_destination, rest)
    if rest:  # too little to open an account with
        disputes.config.currency.burn_held(disputes.reason, loser, rest, best_effort=True, force=True)
    disputes.config.stakes.record_fault(loser)
    disputes.deposit_event(BondLost(claim, loser, amount, paid))


def _pay(disputes: DisputeStorage, source: AccountId, dest: AccountId, amount: Balance) -> Balance:
    """Held funds to another account; nothing where it cannot receive them. How much."""
    if not amount:
        return 0
    try:
        with disputes.storage.transaction():
            return disputes.config.currency.transfer_on_hold(disputes.reason, source, dest, amount, force=True)
    except DispatchError:
        return 0
