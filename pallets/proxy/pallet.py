"""The Proxy pallet: storage and calls."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from functools import partial

from chain.crypto.derived import pure_proxy
from chain.crypto.hashing import blake2_256
from chain.extrinsic import MultiAddress
from chain.primitives import U16, U32, AccountId, Balance, BlockNumber, Compact, Hash
from chain.scale import codec_of
from pallets.frame.attempt import attempt
from pallets.frame.call import RuntimeCall, call
from pallets.frame.call_filter import filtered
from pallets.frame.deposit import change_deposit
from pallets.frame.error import ensure
from pallets.frame.origin import Origin, Signed, ensure_signed
from pallets.frame.pallet import Pallet
from pallets.frame.storage import StorageMap, Twox64
from pallets.frame.traits import lookup
from pallets.frame.view import view_function
from pallets.frame.weight import Pays, PostDispatchInfo
from pallets.frame.weight_info import benchmarked
from pallets.proxy import weights
from pallets.proxy.config import Config, ProxyType
from pallets.proxy.errors import Duplicate, Error, NoPermission, NoSelfProxy, NotFound, NotProxy, TooMany, Unannounced
from pallets.proxy.events import (
    Announced,
    DepositPoked,
    Event,
    ProxyAdded,
    ProxyExecuted,
    ProxyRemoved,
    PureCreated,
    PureKilled,
)
from pallets.proxy.kind import ProxyKind
from pallets.proxy.types import Announcement, Announcements, Delegates, DepositKind, ProxyDefinition

__all__ = ["Config", "Error", "Event", "Proxy"]


class Proxy(Pallet[Config]):
    """Accounts that act for others, within the kind of proxy that they are."""

    proxies: StorageMap[Twox64[AccountId], Delegates]
    """The delegates of each account, and what is reserved for them."""

    announcements: StorageMap[Twox64[AccountId], Announcements]
    """The calls that each delegate announced, and what is reserved for them."""

    # Calls

    @call(0, weight=weights.proxy_weight)
    def proxy(self, origin: Origin, real: MultiAddress, force_proxy_type: ProxyType | None, call: RuntimeCall) -> None:
        """Make a call for another account, as its delegate; its failure is told by the event."""
        who, account = ensure_signed(origin), lookup(real)
        found = self._delegate(account, who, force_proxy_type)
        ensure(found.delay == 0, Unannounced)
        self._act(found, account, call)

    @call(1, weight=weights.of_delegates("add_proxy"))
    def add_proxy(self, origin: Origin, delegate: MultiAddress, proxy_type: ProxyType, delay: BlockNumber) -> None:
        """Let another account act for the signer, `delay` blocks after it announced what it will do."""
        who, new = ensure_signed(origin), ProxyDefinition(lookup(delegate), proxy_type, delay)
        ensure(new.delegate != who, NoSelfProxy)
        delegates, deposit = self.proxies.get(who)
        position = bisect_left(delegates, new.place, key=_place)
        ensure(delegates[position : position + 1] != (new,), Duplicate)
        ensure(len(delegates) < self.config.max_proxies, TooMany)
        self._set_delegates(who, (*delegates[:position], new, *delegates[position:]), deposit)
        self.deposit_event(ProxyAdded(who, new.delegate, proxy_type, delay))

    @call(2, weight=weights.of_delegates("remove_proxy"))
    def remove_proxy(self, origin: Origin, delegate: MultiAddress, proxy_type: ProxyType, delay: BlockNumber) -> None:
        """No longer let another account act for the signer."""
        who, old = ensure_signed(origin), ProxyDefinition(lookup(delegate), proxy_type, delay)
        delegates, deposit = self.proxies.get(who)
        ensure(old in delegates, NotFound)
        self._set_delegates(who, tuple(each for each in delegates if each != old), deposit)
        self.deposit_event(ProxyRemoved(who, old.delegate, proxy_type, delay))

    @call(3, weight=weights.of_delegates("remove_proxies"))
    def remove_proxies(self, origin: Origin) -> None:
        """No longer let anybody act for the signer; an account without a key is lost by that."""
        who = ensure_signed(origin)
        _, deposit = self.proxies.take(who)
        self.config.currency.unreserve(who, deposit)

    @call(4, weight=weights.of_delegates("create_pure"))
    def create_pure(self, origin: Origin, proxy_type: ProxyType, delay: BlockNumber, index: U16) -> None:
        """Make an account that has no key, with the signer as its delegate; `index` tells it from others."""
        who = ensure_signed(origin)
        pure = self.pure_account(who, proxy_type, index)
        ensure(not self.proxies.contains_key(pure), Duplicate)
        ensure(self.config.max_proxies > 0, TooMany)
        deposit = self.deposit(1)
        self.config.currency.reserve(who, deposit)
        self.proxies.insert(pure, ((ProxyDefinition(who, proxy_type, delay),), deposit))
        self.deposit_event(PureCreated(pure, who, proxy_type, index))

    @call(5, weight=weights.of_delegates("kill_pure"))
    def kill_pure(
        self,
        origin: Origin,
        spawner: MultiAddress,
        proxy_type: ProxyType,
        index: U16,
        height: Compact[BlockNumber],
        ext_index: Compact[U32],
    ) -> None:
        """Give up an account without a key, in its name and for ever; its maker has the deposit back."""
        who, maker = ensure_signed(origin), lookup(spawner)
        ensure(self._pure_account_of(maker, proxy_type, index, height, ext_index) == who, NoPermission)
        _, deposit = self.proxies.take(who)
        self.config.currency.unreserve(maker, deposit)
        self.deposit_event(PureKilled(who, maker, proxy_type, index))

    @call(6, weight=weights.of_announcements("announce"))
    def announce(self, origin: Origin, real: MultiAddress, call_hash: Hash) -> None:
        """Give notice of a call for another account, by its hash."""
        who, account = ensure_signed(origin), lookup(real)
        self._delegate(account, who, None)
        pending, deposit = self.announcements.get(who)
        ensure(len(pending) < self.config.max_pending, TooMany)
        new = Announcement(account, call_hash, self.config.block_number_provider.current_block_number())
        self._set_announcements(who, (*pending, new), deposit)
        self.deposit_event(Announced(account, who, call_hash))

    @call(7, weight=weights.of_announcements("remove_announcement"))
    def remove_announcement(self, origin: Origin, real: MultiAddress, call_hash: Hash) -> None:
        """Take an own announcement back."""
        who, account = ensure_signed(origin), lookup(real)
        self._drop(who, lambda each: each.real == account and each.call_hash == call_hash)

    @call(8, weight=weights.of_announcements("reject_announcement"))
    def reject_announcement(self, origin: Origin, delegate: MultiAddress, call_hash: Hash) -> None:
        """Refuse what a delegate announced for the signer."""
        who, account = ensure_signed(origin), lookup(delegate)
        self._drop(account, lambda each: each.real == who and each.call_hash == call_hash)

    @call(9, weight=weights.proxy_announced_weight)
    def proxy_announced(
        self,
        origin: Origin,
        delegate: MultiAddress,
        real: MultiAddress,
        force_proxy_type: ProxyType | None,
        call: RuntimeCall,
    ) -> None:
        """Make a call that a delegate announced long enough ago; anybody may."""
        ensure_signed(origin)
        agent, account = lookup(delegate), lookup(real)
        found = self._delegate(account, agent, force_proxy_type)
        call_hash, now = blake2_256(call.encode()), self.config.block_number_provider.current_block_number()
        try:
            self._drop(
                agent,
                lambda each: (
                    each.real == account and each.call_hash == call_hash and max(now - each.height, 0) >= found.delay
                ),
            )
        except NotFound:
            raise Unannounced from None
        self._act(found, account, call)

    @call(10, weight=benchmarked("poke_deposit"))
    def poke_deposit(self, origin: Origin) -> PostDispatchInfo:
        """Bring the signer's deposits to what they cost now; free of charge where one was something else."""
        who = ensure_signed(origin)
        delegates, for_delegates = self.proxies.get(who)
        self._set_delegates(who, delegates, for_delegates)
        is_changed = self._tell_poked(who, DepositKind.PROXIES, for_delegates, self.proxies.get(who)[1])
        pending, for_pending = self.announcements.get(who)
        self._set_announcements(who, pending, for_pending)
        is_changed |= self._tell_poked(who, DepositKind.ANNOUNCEMENTS, for_pending, self.announcements.get(who)[1])
        return PostDispatchInfo(pays_fee=Pays.NO if is_changed else Pays.YES)

    # Questions

    @view_function(signature="check_permissions(<TasConfig>::RuntimeCall,T::ProxyType) -> bool")
    def check_permissions(self, call: RuntimeCall, proxy_type: ProxyType) -> bool:
        """Whether delegates of this kind may make the call."""
        return proxy_type.admits(call)

    @view_function(signature="is_superset(T::ProxyType,T::ProxyType) -> bool")
    def is_superset(self, to_check: ProxyType, against: ProxyType) -> bool:
        """Whether the first kind admits all that the second does."""
        return to_check.is_superset(against)

    # Acting

    def _delegate(self, real: AccountId, delegate: AccountId, kind: ProxyKind | None) -> ProxyDefinition:
        """The first entry of a delegate, of the first of this kind where one is given; raises NotProxy."""
        for each in self.proxies.get(real)[0]:
            if each.delegate == delegate and kind in (None, each.proxy_type):
                return each
        raise NotProxy

    def _act(self, definition: ProxyDefinition, real: AccountId, call: RuntimeCall) -> None:
        origin = filtered(Signed(real), partial(self._admits, definition.proxy_type))
        self.deposit_event(ProxyExecuted(attempt(self.config.dispatcher, call, origin).result))

    def _admits(self, kind: ProxyKind, call: RuntimeCall) -> bool:
        """Whether a delegate may make the call; none may make itself or others more than it is."""
        if call.target.pallet_index == self.index:
            name = call.target.name
            if name in ("add_proxy", "remove_proxy") and not kind.is_superset(call.named_arguments["proxy_type"]):
                return False
            if name in ("remove_proxies", "kill_pure") and not kind.is_most_permissive:
                return False
        return kind.admits(call)

    # Accounts without a key

    def pure_account(self, who: AccountId, proxy_type: ProxyKind, index: U16) -> AccountId:
        """The account that `create_pure` makes in the extrinsic that is being applied."""
        height = self.config.block_number_provider.current_block_number()
        return self._pure_account_of(who, proxy_type, index, height, self.config.system.extrinsic_index())

    def _pure_account_of(
        self, who: AccountId, kind: ProxyKind, index: U16, height: BlockNumber, extrinsic: U32
    ) -> AccountId:
        return pure_proxy(who, height, extrinsic, codec_of(self.config.proxy_type).encode(kind), index)

    # Deposits

    def deposit(self, delegates: int) -> Balance:
        """What so many delegates cost."""
        return _price(self.config.proxy_deposit_base, self.config.proxy_deposit_factor, delegates)

    def announcement_deposit(self, pending: int) -> Balance:
        """What so many announcements cost."""
        return _price(self.config.announcement_deposit_base, self.config.announcement_deposit_factor, pending)

    def _set_delegates(self, who: AccountId, delegates: tuple[ProxyDefinition, ...], old: Balance) -> None:
        new = self.deposit(len(delegates))
        change_deposit(self.config.currency, who, old, new)
        if delegates:
            self.proxies.insert(who, (delegates, new))
        else:
            self.proxies.remove(who)

    def _set_announcements(self, who: AccountId, pending: tuple[Announcement, ...], old: Balance) -> None:
        new = self.announcement_deposit(len(pending))
        change_deposit(self.config.currency, who, old, new)
        if pending:
            self.announcements.insert(who, (pending, new))
        else:
            self.announcements.remove(who)

    def _drop(self, delegate: AccountId, is_meant: Callable[[Announcement], bool]) -> None:
        """Forget announcements; raises NotFound where none is meant."""
        pending, deposit = self.announcements.get(delegate)
        kept = tuple(each for each in pending if not is_meant(each))
        ensure(len(kept) < len(pending), NotFound)
        self._set_announcements(delegate, kept, deposit)

    def _tell_poked(self, who: AccountId, kind: DepositKind, old: Balance, new: Balance) -> bool:
        if old != new:
            self.deposit_event(DepositPoked(who, kind, old, new))
        return old != new

    def try_state(self) -> None:
        """Delegates are in order and none stands twice; nobody is charged for nothing."""
        for who, (delegates, _) in self.proxies.iter():
            places = [each.place for each in delegates]
            assert places == sorted(set(places)), f"the delegates of 0x{who.hex()} are out of order"
            assert places, f"0x{who.hex()} has an entry without delegates"
        for who, (pending, _) in self.announcements.iter():
            assert pending, f"0x{who.hex()} has an entry without announcements"


def _price(base: Balance, factor: Balance, count: int) -> Balance:
    return base + factor * count if count else 0


def _place(definition: ProxyDefinition) -> tuple[AccountId, int, BlockNumber]:
    return definition.place
