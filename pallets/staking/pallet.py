"""Stake and reputation. Stake stays in its owner's account, on hold; a fault takes part of it away.

Simplified against pallet_staking: no nominators, no eras, no validator election. One stake answers for all that its
owner takes part in, so two faults at once slash what the first has left.
"""

from __future__ import annotations

from enum import IntEnum

from chain.primitives import U32, AccountId, Balance, BlockNumber
from pallets.frame.arithmetic import ensure_add, saturating_add
from pallets.frame.call import call
from pallets.frame.error import DispatchError, PalletError, ensure
from pallets.frame.event import PalletEvent
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageMap, StorageValue, item
from pallets.frame.traits import Preservation, RuntimeHoldReason, hold_reason
from pallets.frame.weight import db
from pallets.staking.types import Config, Ledger

INITIAL_REPUTATION = 100
"""Of an account that never took part: twelve faults in a row bring it to nothing, one success moves it a percent."""


class HoldReason(IntEnum):
    """Why funds are held."""

    BONDED = 0


@config
class Genesis:
    """Stakes of block zero, out of the balances that their owners have by then."""

    bonds: tuple[tuple[AccountId, Balance], ...] = ()


class Event(PalletEvent):
    """What happened."""


class Bonded(Event):
    """An account put more at stake."""

    who: AccountId
    amount: Balance


class Unbonded(Event):
    """Stake will be free in block `at`."""

    who: AccountId
    amount: Balance
    at: BlockNumber


class Withdrawn(Event):
    """Stake is free."""

    who: AccountId
    amount: Balance


class Slashed(Event):
    """Stake was lost."""

    who: AccountId
    amount: Balance


class Rewarded(Event):
    """An account was paid for its work."""

    who: AccountId
    amount: Balance


class ReputationChanged(Event):
    """An account is trusted more, or less."""

    who: AccountId
    before: U32
    after: U32


class Error(PalletError):
    """Why a call failed."""


class NothingBonded(Error):
    """The account has no such stake."""


class BelowMinimumBond(Error):
    """What would be at stake is less than the least bond."""


class TooManyChunks(Error):
    """Too much is unlocking at different times; withdraw first."""


class NothingToWithdraw(Error):
    """No stake may leave yet."""


class Staking(Pallet[Config]):
    """Stake, slashes, rewards, and a reputation that takes long to earn and is soon lost."""

    ledger: StorageMap[AccountId, Ledger | None]
    """The stake of each account."""

    total_bonded: StorageValue[Balance]
    """All stake, active and unlocking."""

    reputation: StorageMap[AccountId, U32] = item(default=INITIAL_REPUTATION)
    """How much an account is trusted; its lottery weight is this times its active stake."""

    # Calls

    @call(0, weight=db(reads=4, writes=4))
    def bond(self, origin: Origin, amount: Balance) -> None:
        """Put more at stake."""
        self._bond(ensure_signed(origin), amount)

    @call(1, weight=db(reads=1, writes=1))
    def unbond(self, origin: Origin, amount: Balance) -> None:
        """Take stake back: it is free after the delay, and answers for its owner until then."""
        who = ensure_signed(origin)
        found = self._ledger_of(who)
        ensure(0 < amount <= found.active, NothingBonded)
        rest = found.active - amount
        ensure(rest == 0 or rest >= self.config.minimum_bond, BelowMinimumBond)
        at = ensure_add(U32, self.block_number(), self.config.unbonding_delay)
        changed = found.unbonded(amount, at)
        ensure(len(changed.unlocking) <= self.config.max_unlocking, TooManyChunks)
        self.ledger.insert(who, changed)
        self.deposit_event(Unbonded(who, amount, at))

    @call(2, weight=db(reads=4, writes=4))
    def withdraw_unbonded(self, origin: Origin) -> None:
        """Free the stake whose delay is over."""
        who = ensure_signed(origin)
        found = self._ledger_of(who)
        changed = found.withdrawn(self.block_number())
        amount = found.total - changed.total
        ensure(amount > 0, NothingToWithdraw)
        self.config.currency.release(self._reason, who, amount)
        self._write(who, found, changed)
        self.deposit_event(Withdrawn(who, amount))

    # For other pallets

    @property
    def unbonding_delay(self) -> BlockNumber:
        """For how many blocks at least today's stake can be slashed."""
        return self.config.unbonding_delay

    def active(self, who: AccountId) -> Balance:
        """Stake that its owner has not taken back."""
        return (self.ledger.get(who) or Ledger()).active

    def bonded(self, who: AccountId) -> Balance:
        """Stake that can be slashed: active and unlocking."""
        return (self.ledger.get(who) or Ledger()).total

    def lottery_weight(self, who: AccountId) -> int:
        """Active stake times reputation; 160 bits."""
        return self.active(who) * self.reputation.get(who)

    def slash(self, who: AccountId, amount: Balance) -> Balance:
        """Take stake away, at most all of it; how much. It goes to the slash destination.

        An amount too small to open that account is burnt.
        """
        found = self.ledger.get(who) or Ledger()
        taken = min(amount, found.total)
        if taken:
            self._take(who, taken)
            self._write(who, found, found.slashed(taken))
            self.deposit_event(Slashed(who, taken))
        return taken

    def reward(self, source: AccountId, who: AccountId, amount: Balance) -> None:
        """Pay out of a pot, which stays open; raises DispatchError where the account cannot receive it."""
        self.config.currency.transfer(source, who, amount, Preservation.PRESERVE)
        self.deposit_event(Rewarded(who, amount))

    def record_success(self, who: AccountId) -> None:
        """One more reputation, up to the most there is."""
        before = self.reputation.get(who)
        self._set_reputation(who, before, min(before + 1, self.config.max_reputation))

    def record_fault(self, who: AccountId) -> None:
        """Two thirds of the reputation are left, rounded down (iExec PoCo)."""
        before = self.reputation.get(who)
        self._set_reputation(who, before, before * 2 // 3)

    # Parts

    @property
    def _reason(self) -> RuntimeHoldReason:
        return hold_reason(self, HoldReason.BONDED)

    def _ledger_of(self, who: AccountId) -> Ledger:
        found = self.ledger.get(who)
        if found is None:
            raise NothingBonded
        return found

    def _bond(self, who: AccountId, amount: Balance) -> None:
        found = self.ledger.get(who) or Ledger()
        ensure(amount > 0 and found.active + amount >= self.config.minimum_bond, BelowMinimumBond)
        self.config.currency.hold(self._reason, who, amount)
        self._write(who, found, Ledger(found.active + amount, found.unlocking))
        self.deposit_event(Bonded(who, amount))

    def _write(self, who: AccountId, before: Ledger, after: Ledger) -> None:
        self.ledger.insert(who, after if after.total else None)
        self.total_bonded.mutate(lambda total: saturating_add(Balance, total - before.total, after.total))

    def _take(self, who: AccountId, amount: Balance) -> None:
        try:
            with self.storage.transaction():
                self.config.currency.transfer_on_hold(
                    self._reason, who, self.config.slash_destination, amount, force=True
                )
        except DispatchError:
            self.config.currency.burn_held(self._reason, who, amount, best_effort=True, force=True)

    def _set_reputation(self, who: AccountId, before: U32, after: U32) -> None:
        if after != before:
            self.reputation.insert(who, after)
            self.deposit_event(ReputationChanged(who, before, after))

    # Hooks

    def build_genesis(self, genesis: Genesis) -> None:
        """Bond the first stakes."""
        for who, amount in genesis.bonds:
            self._bond(who, amount)

    def try_state(self) -> None:
        """Every stake is on hold, to the planck."""
        total = 0
        for who, ledger in self.ledger.iter():
            assert ledger is not None
            held = self.config.currency.balance_on_hold(self._reason, who)
            assert held == ledger.total, f"{who.hex()} has {held} on hold for a stake of {ledger.total}"
            assert ledger.total > 0, f"{who.hex()} has an empty ledger"
            total += ledger.total
        assert total == self.total_bonded.get(), f"all stakes are {total}, not {self.total_bonded.get()}"

    def integrity_test(self) -> None:
        """A stake that can be withdrawn at once answers for nothing."""
        assert self.config.unbonding_delay > 0, "the unbonding delay is 0"
        assert self.config.minimum_bond > 0, "the least bond is 0"
