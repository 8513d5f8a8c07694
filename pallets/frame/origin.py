"""Origins: in whose name a call is dispatched, and the checks that calls begin with."""

from __future__ import annotations

from chain.primitives import AccountId
from chain.record import record
from pallets.frame.error import BadOrigin


class Origin:
    """Base of all origins; pallets may add their own subclasses."""

    __slots__ = ()


@record
class Root(Origin):
    """The system itself: governance, sudo."""


@record
class Signed(Origin):
    """An account, proved by a signature."""

    who: AccountId


@record
class NoOrigin(Origin):
    """Nobody: inherents and unsigned transactions."""


ROOT = Root()
NO_ORIGIN = NoOrigin()


def ensure_signed(origin: Origin) -> AccountId:
    """The account that signed; raises BadOrigin for any other origin."""
    if isinstance(origin, Signed):
        return origin.who
    raise BadOrigin


def ensure_root(origin: Origin) -> None:
    """Raises BadOrigin unless the origin is root."""
    if not isinstance(origin, Root):
        raise BadOrigin


def ensure_none(origin: Origin) -> None:
    """Raises BadOrigin unless nobody signed."""
    if not isinstance(origin, NoOrigin):
        raise BadOrigin


def ensure_signed_or_root(origin: Origin) -> AccountId | None:
    """The account that signed, None for root; raises BadOrigin for any other origin."""
    if isinstance(origin, Root):
        return None
    return ensure_signed(origin)
