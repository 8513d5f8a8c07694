"""The TransactionPayment pallet.

The fee is withdrawn before the call; after it what was too much is given back, and the rest is destroyed, as by
`FungibleAdapter<Balances, ()>`. At the end of each block the multiplier is made anew, see `multiplier`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from functools import cached_property
from typing import Final, Protocol

from chain.primitives import U8, U32, AccountId, Balance, BlockNumber, FixedU128
from chain.validity import Invalid, InvalidTransaction
from pallets.frame.error import DispatchError
from pallets.frame.event import PalletEvent
from pallets.frame.pallet import Host, Pallet, config
from pallets.frame.storage import StorageValue, item
from pallets.frame.traits import Fungible, Preservation
from pallets.frame.weight import DispatchClass, DispatchInfo, Pays, PostDispatchInfo, Weight
from pallets.system.limits import BlockWeights
from pallets.system.types import ConsumedWeight
from pallets.transaction_payment.fees import BALANCE_MAX, FeeDetails, InclusionFee, length_as_fee, ref_time_as_fee
from pallets.transaction_payment.multiplier import FIXED_POINT, ConstantMultiplier, MultiplierUpdate

# a member of an enum takes ten times as long to look up as a name
_NO: Final = Pays.NO
_PRESERVE: Final = Preservation.PRESERVE


class Releases(IntEnum):
    """Layouts of this pallet's storage, in the pallet's own count."""

    V1_ANCIENT = 0
    V2 = 1


class WeighedBlock(Protocol):
    """What this pallet needs of System where the multiplier follows the fullness of blocks."""

    block_weight: StorageValue[ConsumedWeight]


@config
class Config:
    """What the runtime supplies.

    system: System, which only a multiplier that changes needs
    """

    currency: Fungible
    block_weights: BlockWeights
    weight_to_fee: Callable[[Weight], Balance] = ref_time_as_fee
    length_to_fee: Callable[[U32], Balance] = length_as_fee
    operational_fee_multiplier: U8 = 5
    multiplier_update: MultiplierUpdate = ConstantMultiplier()
    system: WeighedBlock | None = None


@config
class Genesis:
    """The multiplier at first, in FixedU128 parts."""

    multiplier: FixedU128 = FIXED_POINT


class Event(PalletEvent):
    """What was paid."""


class TransactionFeePaid(Event):
    """A transaction's fee, the tip being part of it, was paid."""

    who: AccountId
    actual_fee: Balance
    tip: Balance


class TransactionPayment(Pallet[Config]):
    next_fee_multiplier: StorageValue[FixedU128] = item(default=FIXED_POINT)
    """What the fee for weight is multiplied with."""

    releases: StorageValue[Releases] = item(name="StorageVersion")
    """Layout of this storage, in the pallet's own count."""

    def __init__(self, host: Host, config: Config, *, index: int, name: str | None = None) -> None:
        super().__init__(host, config, index=index, name=name)
        self._most = config.block_weights.max_block
        self._length_to_fee = config.length_to_fee
        self._asked: tuple[object, ...] = ()
        self._answered: Balance = 0

    @cached_property
    def _base_fees(self) -> tuple[Balance, ...]:
        """What a transaction of each class costs before anything else."""
        limits = self.config.block_weights
        return tuple([self.weight_to_fee(limits.of(each).base_extrinsic) for each in DispatchClass])

    # What a transaction costs

    def compute_fee(self, length: U32, info: DispatchInfo, tip: Balance) -> Balance:
        """The fee before the call ran, tip included.

        length: bytes of the extrinsic with its length prefix
        """
        if info.pays_fee is _NO:
            return tip
        return self._fee(length, info.total_weight, info.dispatch_class, tip)

    def compute_actual_fee(self, length: U32, info: DispatchInfo, post: PostDispatchInfo, tip: Balance) -> Balance:
        """The fee after the call ran: never more, and only the tip where it turned out free.

        post: `actual_weight` is that of call and extensions together, as `DispatchInfo.total_weight`
        """
        if info.pays_fee is _NO or post.pays_fee is _NO:
            return tip
        declared = info.total_weight
        used = declared if post.actual_weight is None else post.actual_weight.at_most(declared)
        return self._fee(length, used, info.dispatch_class, tip)

    def fee_details(self, length: U32, info: DispatchInfo, tip: Balance) -> FeeDetails:
        """The fee before the call ran, by its parts."""
        if info.pays_fee is _NO:
            return FeeDetails(None, tip)
        base, adjusted = self._base_fees[info.dispatch_class], self._adjusted(info.total_weight)
        return FeeDetails(InclusionFee(base, self.config.length_to_fee(length), min(adjusted, BALANCE_MAX)), tip)

    def weight_to_fee(self, weight: Weight) -> Balance:
        """The fee for a weight before it is multiplied; nothing is charged for more than a block can hold."""
        charged = weight.at_most(self._most) if weight.exceeds(self._most) else weight
        return self.config.weight_to_fee(charged)

    def _fee(self, length: U32, weight: Weight, dispatch_class: DispatchClass, tip: Balance) -> Balance:
        asked = self.next_fee_multiplier.get(), length, weight, dispatch_class
        if asked != self._asked:  # a fee is asked for twice, and calls of one kind differ in nothing
            fee = self._base_fees[dispatch_class] + self._length_to_fee(length) + self._adjusted(weight)
            self._asked, self._answered = asked, fee
        fee = self._answered + tip
        return fee if fee < BALANCE_MAX else BALANCE_MAX

    def _adjusted(self, weight: Weight) -> int:
        return self.next_fee_multiplier.get() * self.weight_to_fee(weight) // FIXED_POINT

    # Taking it

    def ensure_can_withdraw(self, who: AccountId, fee: Balance) -> None:
        """Raises InvalidTransaction Payment where the account could not pay and live."""
        try:
            self.config.currency.ensure_can_withdraw(who, fee, _PRESERVE)
        except DispatchError as error:
            raise InvalidTransaction(Invalid.PAYMENT) from error

    def withdraw_fee(self, who: AccountId, fee: Balance) -> None:
        """Take the fee before the call; raises InvalidTransaction Payment."""
        if not fee:
            return
        try:
            self.config.currency.withdraw(who, fee, _PRESERVE)
        except DispatchError as error:
            raise InvalidTransaction(Invalid.PAYMENT) from error

    def correct_and_deposit_fee(self, who: AccountId, withdrawn: Balance, actual: Balance, tip: Balance) -> None:
        """After the call: give back what was too much (to an account that still exists), destroy the rest, tell."""
        if withdrawn:
            currency = self.config.currency
            refund = max(withdrawn - actual, 0)
            refunded = currency.deposit(who, refund) if refund and currency.total_balance(who) else 0
            currency.drop_withdrawn(withdrawn - refunded)
        self.deposit_event(TransactionFeePaid(who, actual, tip))

    # The next block's multiplier

    def on_finalize(self, now: BlockNumber) -> None:
        """Make the multiplier of the next block, of the weight that normal calls had in this one."""
        system, previous = self.config.system, self.next_fee_multiplier.get()
        normal = Weight() if system is None else system.block_weight.get().normal
        following = self.config.multiplier_update.next(previous, normal, self.config.block_weights)
        if following != previous:
            self.next_fee_multiplier.put(following)

    def integrity_test(self) -> None:
        """The multiplier can leave its minimum, and is told of the block where it shall follow it."""
        update = self.config.multiplier_update
        is_constant = isinstance(update, ConstantMultiplier)
        assert is_constant or self.config.system is not None, "a multiplier that changes needs Config.system"
        update.check(self.config.block_weights)

    def build_genesis(self, genesis: Genesis) -> None:
        """The multiplier, and the layout of this storage."""
        self.next_fee_multiplier.put(genesis.multiplier)
        self.releases.put(Releases.V2)
