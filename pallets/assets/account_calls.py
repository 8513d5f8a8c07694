"""The calls that concern what accounts have of an asset."""
# ruff: noqa: A002  (the name of the parameter is `id` on the wire)

from __future__ import annotations

from dataclasses import replace

from chain.extrinsic import MultiAddress
from chain.primitives import U32, AccountId, Balance, Compact
from pallets.assets.classes import AssetClasses
from pallets.assets.errors import IncorrectStatus, NoAccount, NoPermission
from pallets.assets.events import Blocked, Frozen, Thawed
from pallets.assets.fungibles import AssetFungibles
from pallets.assets.types import AccountStatus, AssetDetails, AssetId, AssetStatus
from pallets.frame.call import call
from pallets.frame.error import BadOrigin, ensure
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.traits import Preservation, lookup
from pallets.frame.weight_info import benchmarked

AssetIdParameter = Compact[U32]
"""An asset's id as calls carry it."""


class AccountCalls(AssetClasses):
    """Minting, burning, moving, freezing, approving, and deposits for accounts."""

    @property
    def fungibles(self) -> AssetFungibles:
        """What other pallets may do with these assets."""
        return AssetFungibles(self)

    @call(6, weight=benchmarked("mint"))
    def mint(self, origin: Origin, id: AssetIdParameter, beneficiary: MultiAddress, amount: Compact[Balance]) -> None:
        """Make some of an asset; its issuer only."""
        issuer = ensure_signed(origin)
        self.do_mint(id, lookup(beneficiary), amount, issuer)

    @call(7, weight=benchmarked("burn"))
    def burn(self, origin: Origin, id: AssetIdParameter, who: MultiAddress, amount: Compact[Balance]) -> None:
        """Destroy up to an amount of what an account has, and what would be too little to stay; the admin only."""
        admin = ensure_signed(origin)
        self.do_burn(id, lookup(who), amount, admin)

    @call(8, weight=benchmarked("transfer"))
    def transfer(self, origin: Origin, id: AssetIdParameter, target: MultiAddress, amount: Compact[Balance]) -> None:
        """Send some of an asset, and with it what would be too little to stay."""
        source = ensure_signed(origin)
        self.do_transfer(id, source, lookup(target), amount)

    @call(9, weight=benchmarked("transfer_keep_alive"))
    def transfer_keep_alive(
        self, origin: Origin, id: AssetIdParameter, target: MultiAddress, amount: Compact[Balance]
    ) -> None:
        """Send some of an asset; refused where the sender's account would be closed."""
        source = ensure_signed(origin)
        self.do_transfer(id, source, lookup(target), amount, keep_alive=True)

    @call(10, weight=benchmarked("force_transfer"))
    def force_transfer(
        self, origin: Origin, id: AssetIdParameter, source: MultiAddress, dest: MultiAddress, amount: Compact[Balance]
    ) -> None:
        """Send some of an asset of any account; the admin only."""
        admin = ensure_signed(origin)
        self.do_transfer(id, lookup(source), lookup(dest), amount, admin=admin)

    @call(11, weight=benchmarked("freeze"))
    def freeze(self, origin: Origin, id: AssetIdParameter, who: MultiAddress) -> None:
        """Keep an account from sending an asset; the freezer only."""
        self._ensure_freezer(origin, id)
        self.deposit_event(Frozen(id, self._mark(id, who, AccountStatus.FROZEN)))

    @call(12, weight=benchmarked("thaw"))
    def thaw(self, origin: Origin, id: AssetIdParameter, who: MultiAddress) -> None:
        """Let an account send and receive an asset again; the admin only."""
        signer = ensure_signed(origin)
        ensure(signer == self._in_use(id).admin, NoPermission)
        self.deposit_event(Thawed(id, self._mark(id, who, AccountStatus.LIQUID)))

    @call(22, weight=benchmarked("approve_transfer"))
    def approve_transfer(
        self, origin: Origin, id: AssetIdParameter, delegate: MultiAddress, amount: Compact[Balance]
    ) -> None:
        """Let somebody move so much more of one's own."""
        owner = ensure_signed(origin)
        self.do_approve_transfer(id, owner, lookup(delegate), amount)

    @call(23, weight=benchmarked("cancel_approval"))
    def cancel_approval(self, origin: Origin, id: AssetIdParameter, delegate: MultiAddress) -> None:
        """Let somebody move nothing more of one's own."""
        owner = ensure_signed(origin)
        self.do_cancel_approval(id, owner, lookup(delegate))

    @call(24, weight=benchmarked("force_cancel_approval"))
    def force_cancel_approval(
        self, origin: Origin, id: AssetIdParameter, owner: MultiAddress, delegate: MultiAddress
    ) -> None:
        """Let a delegate move nothing more of an owner's; the admin or the force origin only."""
        details = self.live_details(id)
        if not self.is_forced(origin):
            ensure(ensure_signed(origin) == details.admin, NoPermission)
        self.do_cancel_approval(id, lookup(owner), lookup(delegate))

    @call(25, weight=benchmarked("transfer_approved"))
    def transfer_approved(
        self,
        origin: Origin,
        id: AssetIdParameter,
        owner: MultiAddress,
        destination: MultiAddress,
        amount: Compact[Balance],
    ) -> None:
        """Send some of an owner's, who approved it."""
        delegate = ensure_signed(origin)
        self.do_transfer_approved(id, lookup(owner), delegate, lookup(destination), amount)

    @call(26, weight=benchmarked("touch"))
    def touch(self, origin: Origin, id: AssetIdParameter) -> None:
        """Open an own account of an asset, for a deposit."""
        who = ensure_signed(origin)
        self.do_touch(id, who, who)

    @call(27, weight=benchmarked("refund"))
    def refund(self, origin: Origin, id: AssetIdParameter, allow_burn: bool) -> None:
        """Close an own account and take its deposit back; what it has is destroyed where that is allowed."""
        self.do_refund(id, ensure_signed(origin), allow_burn)

    @call(29, weight=benchmarked("touch_other"))
    def touch_other(self, origin: Origin, id: AssetIdParameter, who: MultiAddress) -> None:
        """Open somebody's account of an asset, for an own deposit."""
        depositor = ensure_signed(origin)
        self.do_touch(id, lookup(who), depositor)

    @call(30, weight=benchmarked("refund_other"))
    def refund_other(self, origin: Origin, id: AssetIdParameter, who: MultiAddress) -> None:
        """Close an empty account that was opened for somebody; whoever did so, or the admin."""
        caller = ensure_signed(origin)
        self.do_refund_other(id, lookup(who), caller)

    @call(31, weight=benchmarked("block"))
    def block(self, origin: Origin, id: AssetIdParameter, who: MultiAddress) -> None:
        """Keep an account from sending and receiving an asset; the freezer only."""
        self._ensure_freezer(origin, id)
        self.deposit_event(Blocked(id, self._mark(id, who, AccountStatus.BLOCKED)))

    @call(32, weight=benchmarked("transfer_all"))
    def transfer_all(self, origin: Origin, id: AssetIdParameter, dest: MultiAddress, keep_alive: bool) -> None:
        """Send all of an asset that may be sent, or all but the least balance."""
        who = ensure_signed(origin)
        preservation = Preservation.PRESERVE if keep_alive else Preservation.EXPENDABLE
        amount = self.fungibles.reducible_balance(id, who, preservation)
        self.fungibles.transfer(id, who, lookup(dest), amount, preservation)

    def is_forced(self, origin: Origin) -> bool:
        """Whether the origin may do anything with any asset."""
        try:
            self.config.force_origin.ensure_origin(origin)
        except BadOrigin:
            return False
        return True

    def _in_use(self, asset: AssetId) -> AssetDetails:
        details = self.details(asset)
        ensure(details.status is not AssetStatus.DESTROYING, IncorrectStatus)
        return details

    def _ensure_freezer(self, origin: Origin, asset: AssetId) -> None:
        signer = ensure_signed(origin)
        ensure(signer == self._in_use(asset).freezer, NoPermission)

    def _mark(self, asset: AssetId, address: MultiAddress, status: AccountStatus) -> AccountId:
        who = lookup(address)
        account = self.account.get((asset, who))
        if account is None:
            raise NoAccount
        self.account.insert((asset, who), replace(account, status=status))
        return who
