"""What pallets ask of each other: a currency, a dispatcher; and the small values that such requests are made with.

A hold is funds set aside for a reason. Reasons are declared where they are used, and named runtime-wide by the
pallet's index, as FRAME's composite enum does:

    class HoldReason(IntEnum):
        BONDED = 0

    self.config.currency.hold(hold_reason(self, HoldReason.BONDED), who, amount)
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import Protocol

from chain.extrinsic import Id, MultiAddress
from chain.primitives import U8, AccountId, Balance, BlockNumber, Hash
from chain.record import record
from pallets.frame.call import RuntimeCall
from pallets.frame.error import CannotLookup, DispatchError, DispatchFailure
from pallets.frame.origin import Origin
from pallets.frame.weight import PostDispatchInfo


class Preservation(Enum):
    """How much an account must keep when funds leave it (frame_support::traits::tokens::Preservation)."""

    EXPENDABLE = "expendable"
    """Nothing: it may be reaped."""

    PROTECT = "protect"
    """The existential deposit, unless something else than its balance provides for it."""

    PRESERVE = "preserve"
    """The existential deposit, whatever else provides for it."""


@record
class RuntimeHoldReason:
    """Why funds are on hold: the index of the pallet that holds them, then that pallet's own reason."""

    pallet_index: U8
    reason: U8


@record
class RuntimeFreezeReason:
    """Why funds are frozen: the index of the pallet that froze them, then that pallet's own reason."""

    pallet_index: U8
    reason: U8


@record
class RuntimeSlashReason:
    """Why funds are slashed: the index of the pallet that slashes them, then that pallet's own reason."""

    pallet_index: U8
    reason: U8


@record
class RuntimeLockId:
    """What locks funds: the index of the pallet that locks them, then that pallet's own identifier."""

    pallet_index: U8
    reason: U8


class Indexed(Protocol):
    """Anything that has a place in a runtime."""

    index: int


def hold_reason(pallet: Indexed, reason: IntEnum) -> RuntimeHoldReason:
    """A pallet's own reason as the runtime names it."""
    return RuntimeHoldReason(pallet.index, reason.value)


def freeze_reason(pallet: Indexed, reason: IntEnum) -> RuntimeFreezeReason:
    """A pallet's own reason as the runtime names it."""
    return RuntimeFreezeReason(pallet.index, reason.value)


def lookup(address: MultiAddress) -> AccountId:
    """The account that an address names; raises CannotLookup for every form but the account itself."""
    if isinstance(address, Id):
        return address.account
    raise DispatchError(CannotLookup())


class Randomness(Protocol):
    """Where random values come from (frame_support::traits::Randomness); how good they are, the source says."""

    def random(self, subject: bytes) -> tuple[Hash, BlockNumber]:
        """A value for the subject, and the block since which it may have been known."""
        ...


class Dispatcher(Protocol):
    """What runs calls: the composition."""

    def dispatch(self, call: RuntimeCall, origin: Origin) -> PostDispatchInfo:
        """Run a call in its own storage layer; a DispatchError undoes its writes and is raised on."""
        ...

    def failure_of(self, error: DispatchError) -> DispatchFailure:
        """The value form of a dispatch error."""
        ...


class Fungible(Protocol):
    """A currency (frame_support::traits::fungible); amounts are in planck.

    Everything that moves funds raises DispatchError where it cannot be done. Where that happens in the middle, what
    was written before stays: call it from a call, or inside `storage.transaction()`.
    best_effort: do as much as possible, and return how much that was
    force: disregard freezes; for slashing
    """

    # What there is

    def minimum_balance(self) -> Balance:
        """The existential deposit: an account with less is reaped."""
        ...

    def issuance(self) -> Balance:
        """All funds that exist."""
        ...

    def balance(self, who: AccountId) -> Balance:
        """The account's free funds, frozen ones among them."""
        ...

    def total_balance(self, who: AccountId) -> Balance:
        """The account's free funds and those on hold."""
        ...

    def reducible_balance(self, who: AccountId, preservation: Preservation, *, force: bool = False) -> Balance:
        """How much may leave the account."""
        ...

    def ensure_can_withdraw(self, who: AccountId, amount: Balance, preservation: Preservation) -> None:
        """Raises what taking `amount` out of the account would raise."""
        ...

    # Moving, making and destroying

    def transfer(self, source: AccountId, dest: AccountId, amount: Balance, preservation: Preservation) -> Balance:
        """Move funds; the amount. To the same account nothing moves."""
        ...

    def mint_into(self, who: AccountId, amount: Balance) -> Balance:
        """Make funds."""
        ...

    def burn_from(
        self,
        who: AccountId,
        amount: Balance,
        preservation: Preservation = Preservation.EXPENDABLE,
        *,
        best_effort: bool = False,
        force: bool = False,
    ) -> Balance:
        """Destroy funds; how much."""
        ...

    # In two steps: what was withdrawn stays issued until it is deposited elsewhere or dropped

    def withdraw(self, who: AccountId, amount: Balance, preservation: Preservation) -> None:
        """Take funds out of an account."""
        ...

    def deposit(self, who: AccountId, amount: Balance) -> Balance:
        """Put withdrawn funds into an account; 0 where it would stay below the minimum."""
        ...

    def drop_withdrawn(self, amount: Balance) -> None:
        """Destroy withdrawn funds."""
        ...

    # Holds

    def balance_on_hold(self, reason: RuntimeHoldReason, who: AccountId) -> Balance:
        """The account's funds on hold for this reason."""
        ...

    def total_balance_on_hold(self, who: AccountId) -> Balance:
        """The account's funds on hold for any reason."""
        ...

    def hold(self, reason: RuntimeHoldReason, who: AccountId, amount: Balance) -> None:
        """Set free funds aside; frozen ones may be among them."""
        ...

    def release(
        self, reason: RuntimeHoldReason, who: AccountId, amount: Balance, *, best_effort: bool = False
    ) -> Balance:
        """Make held funds free; how much."""
        ...

    def burn_held(
        self,
        reason: RuntimeHoldReason,
        who: AccountId,
        amount: Balance,
        *,
        best_effort: bool = False,
        force: bool = False,
    ) -> Balance:
        """Destroy held funds; how much."""
        ...

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
        """Move held funds to another account, where they are free, or `on_hold` for the same reason; how much."""
        ...
