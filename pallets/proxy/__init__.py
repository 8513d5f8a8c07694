"""Proxy: accounts that act for others (pallet_proxy).

A delegate may do what its kind admits, at once or some blocks after it announced the call, so that the account itself
can refuse. An account may also be made that has no key and only delegates.

`kind` (what a runtime's kinds of proxy say), `config`, `types`, `events`, `errors`, `weights`, `pallet` (storage and
calls).
"""

from pallets.proxy.config import Config
from pallets.proxy.errors import (
    Duplicate,
    Error,
    NoPermission,
    NoSelfProxy,
    NotFound,
    NotProxy,
    TooMany,
    Unannounced,
    Unproxyable,
)
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
from pallets.proxy.pallet import Proxy
from pallets.proxy.types import Announcement, DepositKind, ProxyDefinition

__all__ = [
    "Announced",
    "Announcement",
    "Config",
    "DepositKind",
    "DepositPoked",
    "Duplicate",
    "Error",
    "Event",
    "NoPermission",
    "NoSelfProxy",
    "NotFound",
    "NotProxy",
    "Proxy",
    "ProxyAdded",
    "ProxyDefinition",
    "ProxyExecuted",
    "ProxyKind",
    "ProxyRemoved",
    "PureCreated",
    "PureKilled",
    "TooMany",
    "Unannounced",
    "Unproxyable",
]
