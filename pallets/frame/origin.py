"""Origins: in whose name a call is dispatched, and the checks that calls begin with.

A pallet may have origins of its own, as an enum in its module:

    class Motion(PalletOrigin):
        "In whose name passed motions are dispatched."

    class Passed(Motion):
        ayes: U32

    self.host.dispatch(call, self.origin_of(Passed(5)))     # and `Origin` is their outer enum
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from chain.primitives import U8, AccountId, Enumeration
from chain.record import record
from pallets.frame.error import BadOrigin


class Origin:
    """Base of all origins; as a type in storage and calls, the outer enum of them (frame_support::OriginCaller)."""

    __slots__ = ()

    filters: ClassVar[tuple[Callable[..., bool], ...]] = ()
    """What narrows the calls that it may make; `pallets.frame.call_filter` puts more here."""


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


@record
class Authorized(Origin):
    """Nobody, for a call whose pallet authorized it."""


class PalletOrigin(Enumeration, family=True):
    """Base of the origin enums that pallets declare."""


@record
class FromPallet(Origin):
    """A pallet's own origin: the pallet's index, which tells instances apart, and what it says."""

    pallet_index: U8
    origin: PalletOrigin


ROOT = Root()
NO_ORIGIN = NoOrigin()
AUTHORIZED = Authorized()


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


def ensure_authorized(origin: Origin) -> None:
    """Raises BadOrigin unless the call's own `authorize` let it in."""
    if not isinstance(origin, Authorized):
        raise BadOrigin


def ensure_signed_or_root(origin: Origin) -> AccountId | None:
    """The account that signed, None for root; raises BadOrigin for any other origin."""
    if isinstance(origin, Root):
        return None
    return ensure_signed(origin)
