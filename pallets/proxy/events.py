"""What happened to delegates and announcements; the order is wire format."""

from __future__ import annotations

from chain.primitives import U16, AccountId, Balance, BlockNumber, Hash
from pallets.frame.attempt import DispatchResult
from pallets.frame.event import PalletEvent
from pallets.proxy.config import ProxyType
from pallets.proxy.types import DepositKind


class Event(PalletEvent):
    """What happened to delegates and announcements."""


class ProxyExecuted(Event):
    """A delegate made a call."""

    result: DispatchResult


class PureCreated(Event):
    """An account without a key was made, with its maker as delegate."""

    pure: AccountId
    who: AccountId
    proxy_type: ProxyType
    disambiguation_index: U16


class PureKilled(Event):
    """An account without a key was given up for ever."""

    pure: AccountId
    spawner: AccountId
    proxy_type: ProxyType
    disambiguation_index: U16


class Announced(Event):
    """A delegate gave notice of a call."""

    real: AccountId
    proxy: AccountId
    call_hash: Hash


class ProxyAdded(Event):
    """An account has one more delegate."""

    delegator: AccountId
    delegatee: AccountId
    proxy_type: ProxyType
    delay: BlockNumber


class ProxyRemoved(Event):
    """An account has one delegate less."""

    delegator: AccountId
    delegatee: AccountId
    proxy_type: ProxyType
    delay: BlockNumber


class DepositPoked(Event):
    """A deposit was brought to what it costs now."""

    who: AccountId
    kind: DepositKind
    old_deposit: Balance
    new_deposit: Balance
