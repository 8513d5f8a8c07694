"""Records of the Proxy pallet, in the layout of their stored form."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from chain.primitives import AccountId, Balance, BlockNumber, Hash, MaxLen, RustType
from chain.record import record
from pallets.proxy.config import Config, ProxyType


@record
class ProxyDefinition:
    """A delegate: what it may do, and after how many blocks of notice; 0 needs none."""

    __rust__ = RustType(
        "pallet_proxy::ProxyDefinition",
        parameters=(("AccountId", AccountId), ("ProxyType", "proxy_type"), ("BlockNumber", BlockNumber)),
    )

    delegate: AccountId
    proxy_type: ProxyType
    delay: BlockNumber

    @property
    def place(self) -> tuple[AccountId, int, BlockNumber]:
        """By what the delegates of an account are ordered."""
        return self.delegate, self.proxy_type, self.delay


@record
class Announcement:
    """A call that a delegate gave notice of."""

    __rust__ = RustType(
        "pallet_proxy::Announcement",
        parameters=(("AccountId", AccountId), ("Hash", Hash), ("BlockNumber", BlockNumber)),
    )

    real: AccountId
    call_hash: Hash
    height: BlockNumber


class DepositKind(IntEnum):
    """What a deposit is for."""

    __rust__ = RustType("pallet_proxy::DepositKind")

    PROXIES = 0
    ANNOUNCEMENTS = 1


Delegates = tuple[Annotated[tuple[ProxyDefinition, ...], MaxLen(Config.max_proxies)], Balance]
"""Those of one account, in order, and what is reserved for them."""

Announcements = tuple[Annotated[tuple[Announcement, ...], MaxLen(Config.max_pending)], Balance]
"""Those of one delegate, oldest first, and what is reserved for them."""
