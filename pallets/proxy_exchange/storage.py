"""Where exchanges of proxies keep what they know, until they are closed."""

from __future__ import annotations

from enum import IntEnum

from chain.primitives import U32, AccountId, Hash
from pallets.frame.pallet import Pallet
from pallets.frame.storage import Identity, StorageDoubleMap, StorageMap, StorageNMap, StorageValue, Twox64
from pallets.frame.traits import RuntimeHoldReason, hold_reason
from pallets.ml_registry.artifact import Artifact
from pallets.proxy_exchange.config import Config
from pallets.proxy_exchange.errors import UnknownExchange
from pallets.proxy_exchange.types import Exchange, ExchangeId, Heard, Member, Ring

RoundKey = tuple[Twox64[ExchangeId], Twox64[U32], AccountId]


class HoldReason(IntEnum):
    """Why funds are held."""

    EXCHANGE = 0


class ExchangeStorage(Pallet[Config]):
    """The pallet's storage, and the questions that need no more than a look at it."""

    exchanges: StorageMap[Twox64[ExchangeId], Exchange | None]
    """Exchanges that are not closed."""

    exchange_count: StorageValue[U32]
    """The id of the next exchange."""

    members: StorageDoubleMap[Twox64[ExchangeId], AccountId, Member | None]
    """Who takes part."""

    rings: StorageDoubleMap[Twox64[ExchangeId], Twox64[U32], Ring | None]
    """The order of the members in each round."""

    pushes: StorageNMap[RoundKey, Artifact | None]
    """The proxies that members showed."""

    heard: StorageNMap[RoundKey, Heard | None]
    """Whose proxies members have mixed with theirs."""

    learnt: StorageDoubleMap[Twox64[ExchangeId], Identity[Hash], bool]
    """Roots of the data that proxies which were shown in an exchange have learnt from."""

    erased: StorageMap[Identity[Hash], bool]
    """Roots of erased data, which nobody learns from again."""

    named_by: StorageMap[Identity[Hash], AccountId | None]
    """The account that first joined with each root: nobody else can register it, and so erase what it names."""

    def exchange(self, exchange: ExchangeId) -> Exchange:
        """The exchange, as it was left; raises UnknownExchange."""
        found = self.exchanges.get(exchange)
        if found is None:
            raise UnknownExchange
        return found

    def members_of(self, exchange: ExchangeId) -> dict[AccountId, Member]:
        """Who takes part, in ascending order of accounts."""
        found = {key[1]: member for key, member in self.members.iter(prefix=(exchange,)) if member is not None}
        return dict(sorted(found.items()))

    def pushed_in(self, exchange: ExchangeId, number: U32) -> dict[AccountId, Artifact]:
        """The proxies of a round by whose they are, in ascending order."""
        found = {key[2]: proxy for key, proxy in self.pushes.iter(prefix=(exchange, number)) if proxy is not None}
        return dict(sorted(found.items()))

    def source_for(self, exchange: ExchangeId, number: U32, who: AccountId) -> AccountId | None:
        """Whose proxy the ring brings to a member in a round; None where it brings none."""
        from pallets.learning.proxy_exchange.ring import source_of  # what a chain without exchanges never loads

        ring = self.rings.get((exchange, number)) or ()
        return source_of(ring, self.pushed_in(exchange, number), who, number) if who in ring else None

    def may_train(self, purpose: Hash | None, who: AccountId, root: Hash) -> bool:
        """Whether an account may use the data of a root: by a permit for the purpose, or as nobody else's."""
        permits = self.config.permits
        if self.erased.get(root):
            return False
        if purpose is None:
            return permits is None or permits.owner_of(root) in (None, who)
        return permits is not None and permits.permits_use(root, who, purpose)

    def reason(self) -> RuntimeHoldReason:
        """Why deposits are on hold."""
        return hold_reason(self, HoldReason.EXCHANGE)
