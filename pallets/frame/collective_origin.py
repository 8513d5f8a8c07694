"""The origins of a collective, and what share of it stands behind a call (pallet_collective).

A pallet whose members vote imports `CollectiveOrigin` as its enum of origins and dispatches what was agreed with
`self.origin_of(Members(ayes, seats))`.
"""

from __future__ import annotations

from chain.primitives import U32, AccountId
from chain.record import record
from pallets.frame.ensure_origin import EnsureOrigin
from pallets.frame.error import BadOrigin
from pallets.frame.origin import FromPallet, Origin, PalletOrigin


class CollectiveOrigin(PalletOrigin):
    """In whose name a collective acts."""


class Members(CollectiveOrigin, index=0):
    """So many of its members agreed."""

    ayes: U32
    seats: U32


class Member(CollectiveOrigin, index=1):
    """One member alone."""

    who: AccountId


def _said_by(origin: Origin, pallet_index: int) -> PalletOrigin:
    if isinstance(origin, FromPallet) and origin.pallet_index == pallet_index:
        return origin.origin
    raise BadOrigin


@record
class EnsureMember(EnsureOrigin[AccountId]):
    """A single member; the account."""

    pallet_index: int

    def ensure_origin(self, origin: Origin) -> AccountId:
        said = _said_by(origin, self.pallet_index)
        if not isinstance(said, Member):
            raise BadOrigin
        return said.who

    def successful_origin(self) -> Origin | None:
        return FromPallet(self.pallet_index, Member(AccountId(bytes(32))))


@record
class EnsureMembers(EnsureOrigin[tuple[int, int]]):
    """At least so many members; how many of how many."""

    pallet_index: int
    ayes: int

    def ensure_origin(self, origin: Origin) -> tuple[int, int]:
        said = _said_by(origin, self.pallet_index)
        if not isinstance(said, Members) or said.ayes < self.ayes:
            raise BadOrigin
        return said.ayes, said.seats

    def successful_origin(self) -> Origin | None:
        return FromPallet(self.pallet_index, Members(self.ayes, self.ayes))


@record
class EnsureProportionMoreThan(EnsureOrigin[None]):
    """More than a fraction of the members."""

    pallet_index: int
    numerator: int
    denominator: int

    def ensure_origin(self, origin: Origin) -> None:
        said = _said_by(origin, self.pallet_index)
        if not isinstance(said, Members) or said.ayes * self.denominator <= self.numerator * said.seats:
            raise BadOrigin

    def successful_origin(self) -> Origin | None:
        return FromPallet(self.pallet_index, Members(1, 1)) if self.numerator < self.denominator else None


@record
class EnsureProportionAtLeast(EnsureOrigin[None]):
    """A fraction of the members, or more."""

    pallet_index: int
    numerator: int
    denominator: int

    def ensure_origin(self, origin: Origin) -> None:
        said = _said_by(origin, self.pallet_index)
        if not isinstance(said, Members) or said.ayes * self.denominator < self.numerator * said.seats:
            raise BadOrigin

    def successful_origin(self) -> Origin | None:
        return FromPallet(self.pallet_index, Members(1, 1)) if self.numerator <= self.denominator else None
