"""Records of the System pallet."""

from __future__ import annotations

from typing import Final

from chain.primitives import U32, U128, Balance, Compact, Hash, Nonce
from chain.record import maker_of, record
from pallets.frame.weight import U64_MAX, DispatchClass, DispatchInfo, Pays, PostDispatchInfo, Weight

# a member of an enum takes ten times as long to look up as a name
_NORMAL: Final = DispatchClass.NORMAL
_OPERATIONAL: Final = DispatchClass.OPERATIONAL

NEW_LOGIC = 1 << 127
"""The flag that every account bears since holds and freezes came (pallet_balances::ExtraFlags)."""


@record
class AccountData:
    """An account's balance; all in planck."""

    free: Balance = 0
    reserved: Balance = 0
    frozen: Balance = 0
    flags: U128 = NEW_LOGIC


@record
class AccountInfo:
    """An account: its nonce, why it may not vanish, why it exists, and its balance.

    consumers: references that block its removal; providers, sufficients: reasons that it exists
    """

    nonce: Nonce = 0
    consumers: U32 = 0
    providers: U32 = 0
    sufficients: U32 = 0
    data: AccountData = AccountData()

    def with_nonce(self, nonce: Nonce) -> AccountInfo:
        """The same account, so many transactions on."""
        return _new_info(nonce, self.consumers, self.providers, self.sufficients, self.data)

    def with_data(self, data: AccountData) -> AccountInfo:
        """The same account with another balance."""
        return AccountInfo(self.nonce, self.consumers, self.providers, self.sufficients, data)


_new_info = maker_of(AccountInfo)


@record
class ConsumedWeight:
    """Weight used in a block, by dispatch class."""

    normal: Weight = Weight()
    operational: Weight = Weight()
    mandatory: Weight = Weight()

    def of(self, dispatch_class: DispatchClass) -> Weight:
        """The weight used by one class."""
        return (self.normal, self.operational, self.mandatory)[dispatch_class]

    def plus(self, weight: Weight, dispatch_class: DispatchClass) -> ConsumedWeight:
        """With more weight in one class."""
        return self.replaced(self.of(dispatch_class) + weight, dispatch_class)

    def minus(self, weight: Weight, dispatch_class: DispatchClass) -> ConsumedWeight:
        """With less weight in one class."""
        return self.replaced(self.of(dispatch_class) - weight, dispatch_class)

    def replaced(self, weight: Weight, dispatch_class: DispatchClass) -> ConsumedWeight:
        """With another weight in one class."""
        if dispatch_class is _NORMAL:
            return _new_consumed(weight, self.operational, self.mandatory)
        if dispatch_class is _OPERATIONAL:
            return ConsumedWeight(self.normal, weight, self.mandatory)
        return ConsumedWeight(self.normal, self.operational, weight)

    def total(self) -> Weight:
        """The weight used by all classes."""
        normal, operational, mandatory = self.normal, self.operational, self.mandatory
        return Weight(
            min(normal.ref_time + operational.ref_time + mandatory.ref_time, U64_MAX),
            min(normal.proof_size + operational.proof_size + mandatory.proof_size, U64_MAX),
        )

    def total_exceeds(self, limit: Weight) -> bool:
        """Whether the weight used by all classes is more than `limit` in any dimension."""
        normal, operational, mandatory = self.normal, self.operational, self.mandatory
        return (
            normal.ref_time + operational.ref_time + mandatory.ref_time > limit.ref_time
            or normal.proof_size + operational.proof_size + mandatory.proof_size > limit.proof_size
        )


_new_consumed = maker_of(ConsumedWeight)


@record
class DispatchEventInfo:
    """What an extrinsic really cost, as its event tells."""

    weight: Weight
    dispatch_class: DispatchClass
    pays_fee: Pays


def outcome_of(info: DispatchInfo, post: PostDispatchInfo, base: Weight) -> DispatchEventInfo:
    """What an extrinsic cost, `base` being the weight of one that does nothing."""
    return DispatchEventInfo(post.used(info) + base, info.dispatch_class, max(info.pays_fee, post.pays_fee))


@record
class LastRuntimeUpgradeInfo:
    """The runtime version that last migrated the state."""

    spec_version: Compact[U32]
    spec_name: str


@record
class CodeUpgradeAuthorization:
    """The code of which runtime may be brought, and whether it must be a newer one of the same name."""

    code_hash: Hash
    check_version: bool
