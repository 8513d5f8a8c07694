"""The Balances pallet.

Simplified against pallet_balances: no locks, which freezes took the place of (their storage is declared, and locks
that a state brings along count when freezes change); no development accounts at genesis; dust is always destroyed.
Holds tell no event, as in the runtimes of early 2025.
"""

from __future__ import annotations

from typing import Annotated

from chain.extrinsic import MultiAddress
from chain.primitives import U32, WEAKLY, AccountId, Balance, Compact, MaxLen
from pallets.balances.books import check_books
from pallets.balances.errors import (
    DeltaZero,
    Error,
    InsufficientBalance,
    IssuanceDeactivated,
    LiquidityRestrictions,
    TooManyFreezes,
)
from pallets.balances.events import (
    BalanceSet,
    Burned,
    Deposit,
    Event,
    Frozen,
    Issued,
    Minted,
    Rescinded,
    Reserved,
    ReserveRepatriated,
    Slashed,
    Thawed,
    TotalIssuanceForced,
    Transfer,
    Unreserved,
    Withdraw,
)
from pallets.balances.holds import AccountHolds, HoldBook
from pallets.balances.ledger import BALANCE_MAX, AccountStore, Ledger
from pallets.balances.named_reserves import NamedReserves
from pallets.balances.reserves import move_reserved
from pallets.balances.types import (
    AdjustmentDirection,
    BalanceLock,
    BalanceStatus,
    IdAmount,
    ReserveData,
    amount_of,
    largest,
    with_amount,
)
from pallets.balances.weights import WEIGHTS, burn_weight, upgrade_accounts_weight
from pallets.frame.call import call
from pallets.frame.error import ArithmeticCode, ArithmeticProblem, ensure
from pallets.frame.origin import Origin, ensure_root, ensure_signed
from pallets.frame.pallet import Host, Pallet, config
from pallets.frame.storage import StorageMap, StorageValue, item
from pallets.frame.traits import Preservation, RuntimeFreezeReason, RuntimeHoldReason, lookup
from pallets.frame.weight import Pays, PostDispatchInfo
from pallets.frame.weight_info import WeightInfo, benchmarked
from pallets.system.types import AccountData, AccountInfo

__all__ = ["Balances", "Config", "Error", "Event", "Genesis"]

_PRESERVE = Preservation.PRESERVE  # a member of an enum takes ten times as long to look up as a name

AccountFreezes = tuple[IdAmount[RuntimeFreezeReason], ...]
"""One entry for each reason for which the account's funds are frozen."""


@config
class Config:
    """What the runtime supplies."""

    account_store: AccountStore
    existential_deposit: Balance
    max_locks: U32 = 50
    max_reserves: U32 = 0
    max_freezes: U32 = 0  # as many as the runtime has freeze reasons
    weights: WeightInfo = WEIGHTS


@config
class Genesis:
    """The accounts of block zero; each at most once, and none below the existential deposit."""

    balances: tuple[tuple[AccountId, Balance], ...] = ()


class Balances(Pallet[Config]):
    storage_version = 1

    total_issuance: StorageValue[Balance] = item(encoded_late=True)
    """All funds that exist."""

    inactive_issuance: StorageValue[Balance]
    """Funds that do not vote, as those of a treasury."""

    account: StorageMap[AccountId, AccountData] = item(default=AccountData())
    """Unused: balances are part of `System.Account`."""

    locks: StorageMap[AccountId, Annotated[tuple[BalanceLock, ...], MaxLen(Config.max_locks), WEAKLY]]
    """Locks of the old kind."""

    reserves: StorageMap[AccountId, Annotated[tuple[ReserveData, ...], MaxLen(Config.max_reserves)]]
    """Named reserves of the old kind."""

    holds: StorageMap[AccountId, AccountHolds]
    """Funds on hold, by reason; as many entries as there are reasons at most."""

    freezes: StorageMap[AccountId, Annotated[AccountFreezes, MaxLen(Config.max_freezes)]]
    """Floors under the total balance, by reason; the largest counts."""

    def __init__(self, host: Host, config: Config, *, index: int, name: str | None = None) -> None:
        super().__init__(host, config, index=index, name=name)
        self._ledger = Ledger(
            config.account_store,
            config.account_store.account,
            self.total_issuance,
            config.existential_deposit,
            self.deposit_event,
        )
        self._holds = HoldBook(self._ledger, self.holds)

    # Calls

    @call(0, weight=benchmarked("transfer_allow_death"))
    def transfer_allow_death(self, origin: Origin, dest: MultiAddress, value: Compact[Balance]) -> None:
        """Send free funds; the sender is reaped where less than the existential deposit is left."""
        self.transfer(ensure_signed(origin), lookup(dest), value, Preservation.EXPENDABLE)

    @call(2, weight=benchmarked("force_transfer"))
    def force_transfer(self, origin: Origin, source: MultiAddress, dest: MultiAddress, value: Compact[Balance]) -> None:
        """Send free funds of any account; root only."""
        ensure_root(origin)
        self.transfer(lookup(source), lookup(dest), value, Preservation.EXPENDABLE)

    @call(3, weight=benchmarked("transfer_keep_alive"))
    def transfer_keep_alive(self, origin: Origin, dest: MultiAddress, value: Compact[Balance]) -> None:
        """Send free funds; refused where the sender would be reaped."""
        self.transfer(ensure_signed(origin), lookup(dest), value, _PRESERVE)

    @call(4, weight=benchmarked("transfer_all"))
    def transfer_all(self, origin: Origin, dest: MultiAddress, keep_alive: bool) -> None:
        """Send all that may be sent, or all but the existential deposit."""
        who = ensure_signed(origin)
        preservation = Preservation.PRESERVE if keep_alive else Preservation.EXPENDABLE
        self.transfer(who, lookup(dest), self.reducible_balance(who, preservation), preservation)

    @call(5, weight=benchmarked("force_unreserve"))
    def force_unreserve(self, origin: Origin, who: MultiAddress, amount: Balance) -> None:
        """Make reserved funds free, as far as there are any; root only."""
        ensure_root(origin)
        self.unreserve(lookup(who), amount)

    @call(6, weight=upgrade_accounts_weight)
    def upgrade_accounts(self, origin: Origin, who: list[AccountId]) -> PostDispatchInfo:
        """Bring accounts to the present layout; free of charge where at least nine in ten needed it."""
        ensure_signed(origin)
        upgraded = sum(self._ledger.upgrade(each) for each in who)
        is_free = bool(who) and upgraded * 10 >= len(who) * 9
        return PostDispatchInfo(pays_fee=Pays.NO if is_free else Pays.YES)

    @call(8, weight=benchmarked("force_set_balance_killing"))
    def force_set_balance(self, origin: Origin, who: MultiAddress, new_free: Compact[Balance]) -> None:
        """Set free funds, and the issuance with them; less than the existential deposit is nothing. Root only."""
        ensure_root(origin)
        account = lookup(who)
        info = self._ledger.info(account)
        before = info.data
        free = new_free if new_free >= self.config.existential_deposit else 0
        self._ledger.write(account, info, AccountData(free, before.reserved, before.frozen, before.flags))
        if free > before.free:
            self._ledger.issue(free - before.free)
            self.deposit_event(Issued(free - before.free))
        elif free < before.free:
            self._ledger.rescind(before.free - free)
            self.deposit_event(Rescinded(before.free - free))
        self.deposit_event(BalanceSet(account, free))

    @call(9, weight=benchmarked("force_adjust_total_issuance"))
    def force_adjust_total_issuance(
        self, origin: Origin, direction: AdjustmentDirection, delta: Compact[Balance]
    ) -> None:
        """Change the issuance alone, for chains whose books are wrong; root only."""
        ensure_root(origin)
        ensure(delta > 0, DeltaZero)
        old = self.total_issuance.get()
        new = min(old + delta, BALANCE_MAX) if direction is AdjustmentDirection.INCREASE else max(old - delta, 0)
        ensure(self.inactive_issuance.get() <= new, IssuanceDeactivated)
        self.total_issuance.put(new)
        self.deposit_event(TotalIssuanceForced(old, new))

    @call(10, weight=burn_weight)
    def burn(self, origin: Origin, value: Compact[Balance], keep_alive: bool) -> None:
        """Destroy own free funds."""
        preservation = Preservation.PRESERVE if keep_alive else Preservation.EXPENDABLE
        self.burn_from(ensure_signed(origin), value, preservation)

    # Fungible: what there is

    def minimum_balance(self) -> Balance:
        """The existential deposit."""
        return self.config.existential_deposit

    def issuance(self) -> Balance:
        """All funds that exist."""
        return self.total_issuance.get()

    def balance(self, who: AccountId) -> Balance:
        """Free funds."""
        return self._ledger.info(who).data.free

    def total_balance(self, who: AccountId) -> Balance:
        """Free funds, those on hold and those reserved."""
        data = self._ledger.info(who).data
        return data.free + data.reserved

    def reducible_balance(self, who: AccountId, preservation: Preservation, *, force: bool = False) -> Balance:
        """How much may leave the account; `force` disregards freezes."""
        return self._ledger.reducible(self._ledger.info(who), preservation, force)

    def ensure_can_withdraw(self, who: AccountId, amount: Balance, preservation: Preservation) -> None:
        """Raises what taking `amount` out of the account would raise."""
        self._ledger.ensure_can_withdraw(self._ledger.info(who), amount, preservation)

    # Fungible: moving, making and destroying

    def transfer(self, source: AccountId, dest: AccountId, amount: Balance, preservation: Preservation) -> Balance:
        """Move free funds; to the same account nothing moves and nothing is told."""
        if self._ledger.transfer(source, dest, amount, preservation):
            self.deposit_event(Transfer(source, dest, amount))
        return amount

    def mint_into(self, who: AccountId, amount: Balance) -> Balance:
        """Make funds; raises Overflow, or BelowMinimum where the account would stay below it."""
        if self.total_issuance.get() + amount > BALANCE_MAX:
            raise ArithmeticProblem(ArithmeticCode.OVERFLOW)
        minted = self._ledger.increase(who, amount, best_effort=False)
        self._ledger.issue(minted)
        self.deposit_event(Minted(who, amount))
        return minted

    def burn_from(
        self,
        who: AccountId,
        amount: Balance,
        preservation: Preservation = Preservation.EXPENDABLE,
        *,
        best_effort: bool = False,
        force: bool = False,
    ) -> Balance:
        """Destroy free funds; how much. Raises FundsUnavailable."""
        burned = self._ledger.decrease(who, amount, preservation, best_effort=best_effort, force=force)
        self._ledger.rescind(burned)
        self.deposit_event(Burned(who, burned))
        return burned

    # Fungible: in two steps

    def withdraw(self, who: AccountId, amount: Balance, preservation: Preservation) -> None:
        """Take free funds out of an account; they stay issued. Raises FundsUnavailable."""
        self._ledger.decrease(who, amount, preservation, best_effort=False, force=False)
        self.deposit_event(Withdraw(who, amount))

    def deposit(self, who: AccountId, amount: Balance) -> Balance:
        """Put withdrawn funds into an account; how much: 0 where it would stay below the minimum."""
        deposited = self._ledger.increase(who, amount, best_effort=True)
        self.deposit_event(Deposit(who, deposited))
        return deposited

    def drop_withdrawn(self, amount: Balance) -> None:
        """Destroy withdrawn funds."""
        if amount:
            self._ledger.rescind(amount)

    # Fungible: holds

    def balance_on_hold(self, reason: RuntimeHoldReason, who: AccountId) -> Balance:
        """Funds on hold for one reason."""
        return self._holds.amount(reason, who)

    def total_balance_on_hold(self, who: AccountId) -> Balance:
        """Funds on hold for any reason, or reserved."""
        return self._ledger.info(who).data.reserved

    def hold(self, reason: RuntimeHoldReason, who: AccountId, amount: Balance) -> None:
        """Set free funds aside; raises FundsUnavailable, or CannotCreateHold where the account does not exist."""
        self._holds.hold(reason, who, amount)

    def release(
        self, reason: RuntimeHoldReason, who: AccountId, amount: Balance, *, best_effort: bool = False
    ) -> Balance:
        """Make held funds free; how much. Raises FundsUnavailable."""
        return self._holds.release(reason, who, amount, best_effort)

    def burn_held(
        self,
        reason: RuntimeHoldReason,
        who: AccountId,
        amount: Balance,
        *,
        best_effort: bool = False,
        force: bool = False,
    ) -> Balance:
        """Destroy held funds; how much. Raises Frozen or FundsUnavailable."""
        return self._holds.burn(reason, who, amount, best_effort, force)

    def transfer_on_hold(
        self,
        reason: RuntimeHoldReason,
        source: AccountId,
        dest: AccountId,
        amount: Balance,
        *,
        best_effort: bool = False,
        on_hold: bool = False,
        force: bool = False,
    ) -> Balance:
        """Move held funds to another account; how much. Raises Frozen, FundsUnavailable, CannotCreate(Hold)."""
        return self._holds.transfer(reason, source, dest, amount, best_effort=best_effort, on_hold=on_hold, force=force)

    # Freezes: a floor under free and held funds together

    def balance_frozen(self, reason: RuntimeFreezeReason, who: AccountId) -> Balance:
        """The floor that one reason sets."""
        return amount_of(self.freezes.get(who), reason)

    def set_freeze(self, reason: RuntimeFreezeReason, who: AccountId, amount: Balance) -> None:
        """Set the floor of one reason; zero removes it. It may exceed what the account has. Raises TooManyFreezes."""
        freezes = with_amount(self.freezes.get(who), reason, amount)
        ensure(len(freezes) <= self.config.max_freezes, TooManyFreezes)
        self._update_freezes(who, freezes)

    def thaw(self, reason: RuntimeFreezeReason, who: AccountId) -> None:
        """Remove the floor of one reason."""
        self.set_freeze(reason, who, 0)

    def _update_freezes(self, who: AccountId, freezes: AccountFreezes) -> None:
        info = self._ledger.info(who)
        before = info.data.frozen
        frozen = largest(self.locks.get(who), freezes)
        data = AccountData(info.data.free, info.data.reserved, frozen, info.data.flags)
        self._ledger.write(who, info, data)
        if freezes:
            self.freezes.insert(who, freezes)
        else:
            self.freezes.remove(who)
        if frozen < before:
            self.deposit_event(Thawed(who, before - frozen))
        elif frozen > before:
            self.deposit_event(Frozen(who, frozen - before))

    # Reserves without a name, which holds took the place of

    def reserve(self, who: AccountId, amount: Balance) -> None:
        """Set free funds aside without a reason; raises InsufficientBalance or LiquidityRestrictions."""
        if not amount:
            return
        info = self._ledger.info(who)
        data = info.data
        free = data.free - amount
        ensure(free >= 0, InsufficientBalance)
        ensure(free >= data.frozen, LiquidityRestrictions)
        self._ledger.write(who, info, AccountData(free, data.reserved + amount, data.frozen, data.flags))
        self.deposit_event(Reserved(who, amount))

    def unreserve(self, who: AccountId, amount: Balance) -> Balance:
        """Make reserved funds free; how much could not be."""
        info = self._ledger.info(who)
        data = info.data
        if not amount or not data.free + data.reserved:
            return amount
        actual = min(amount, data.reserved)
        free = min(data.free + actual, BALANCE_MAX)
        self._ledger.write(who, info, AccountData(free, data.reserved - actual, data.frozen, data.flags))
        self.deposit_event(Unreserved(who, actual))
        return amount - actual

    def repatriate_reserved(
        self, slashed: AccountId, beneficiary: AccountId, amount: Balance, status: BalanceStatus
    ) -> Balance:
        """Move reserved funds to another account; how much could not be. Raises DeadAccount."""
        if slashed == beneficiary:
            available = min(amount, self._holds.reducible(slashed, force=False))
            if status is BalanceStatus.FREE:
                self.unreserve(slashed, available)
            return amount - available
        if not amount:
            return 0
        moved = move_reserved(self._ledger, slashed, beneficiary, amount, status)
        self.deposit_event(ReserveRepatriated(slashed, beneficiary, moved, status))
        return amount - moved

    def slash_reserved(self, who: AccountId, amount: Balance) -> Balance:
        """Take reserved funds out of an account; how much. They stay issued, until deposited elsewhere or dropped."""
        info = self._ledger.info(who)
        data = info.data
        if not amount or not data.free + data.reserved:
            return 0
        actual = min(amount, data.reserved)
        self._ledger.write(who, info, AccountData(data.free, data.reserved - actual, data.frozen, data.flags))
        self.deposit_event(Slashed(who, actual))
        return actual

    @property
    def named_reserves(self) -> NamedReserves:
        """Reserves under the names of those who made them."""
        return NamedReserves(self, self.reserves, self.config.max_reserves, self.deposit_event)

    # Genesis and checks

    def build_genesis(self, genesis: Genesis) -> None:
        """Endow the accounts; raises ValueError for one that stands twice or is below the existential deposit."""
        account, endowed = self.config.account_store.account, dict(genesis.balances)
        if len(endowed) != len(genesis.balances):
            raise ValueError("balances at genesis: an account stands twice")
        for who, free in genesis.balances:
            if free < self.config.existential_deposit:
                raise ValueError(f"balances at genesis: 0x{who.hex()} has {free}, less than the existential deposit")
            info = account.get(who)  # funds provide for an account; at genesis nobody is told that it is new
            account.insert(
                who, AccountInfo(info.nonce, info.consumers, info.providers + 1, info.sufficients, AccountData(free))
            )
        self.total_issuance.put(sum(endowed.values()))

    def try_state(self) -> None:
        """The issuance is the sum of all accounts, and holds, freezes and references agree with the balances."""
        check_books(self, self.config.account_store.account, self.config.existential_deposit)

    def integrity_test(self) -> None:
        """An existential deposit of zero would let accounts live on nothing."""
        if self.config.existential_deposit < 1:
            raise AssertionError("the existential deposit must be greater than zero")
