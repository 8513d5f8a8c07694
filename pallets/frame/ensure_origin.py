"""Checks of origins that a runtime chooses and combines (frame_support::traits::EnsureOrigin).

class Config:
    force_origin: EnsureOrigin[object]

self.config.force_origin.ensure_origin(origin)        # in the call: what it grants, or BadOrigin raised

EitherOf(EnsureRoot(), EnsureProportionAtLeast(COUNCIL, 2, 3))    # in the runtime
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Container
from typing import Any, Generic, TypeVar

from chain.primitives import AccountId
from chain.record import record
from pallets.frame.error import BadOrigin
from pallets.frame.origin import (
    AUTHORIZED,
    NO_ORIGIN,
    ROOT,
    FromPallet,
    Origin,
    PalletOrigin,
    Root,
    Signed,
    ensure_authorized,
    ensure_none,
    ensure_root,
    ensure_signed,
)

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)
T = TypeVar("T")
L = TypeVar("L")
R = TypeVar("R")
A = TypeVar("A")
Kind = TypeVar("Kind", bound=PalletOrigin)


class EnsureOrigin(Generic[S_co]):
    """A check that an origin passes with some value, or does not pass."""

    @abstractmethod
    def ensure_origin(self, origin: Origin) -> S_co:
        """What the origin is good for; raises BadOrigin where it does not pass."""

    def ensure_origin_or_root(self, origin: Origin) -> S_co | None:
        """As `ensure_origin`; None for root, which always passes."""
        return None if isinstance(origin, Root) else self.ensure_origin(origin)

    @abstractmethod
    def successful_origin(self) -> Origin | None:
        """An origin that passes, for benchmarks and tests; None where none is known."""


class EnsureOriginWithArg(Generic[S_co, A]):
    """A check that depends on what the call is about, as the creator of an asset on the asset's id."""

    @abstractmethod
    def ensure_origin(self, origin: Origin, argument: A) -> S_co:
        """What the origin is good for; raises BadOrigin where it does not pass."""

    @abstractmethod
    def successful_origin(self, argument: A) -> Origin | None:
        """An origin that passes, for benchmarks and tests; None where none is known."""


# Of System


@record
class EnsureRoot(EnsureOrigin[None]):
    """Root."""

    def ensure_origin(self, origin: Origin) -> None:
        ensure_root(origin)

    def successful_origin(self) -> Origin | None:
        return ROOT


@record
class EnsureNone(EnsureOrigin[None]):
    """Nobody: inherents and unsigned transactions."""

    def ensure_origin(self, origin: Origin) -> None:
        ensure_none(origin)

    def successful_origin(self) -> Origin | None:
        return NO_ORIGIN


@record
class EnsureAuthorized(EnsureOrigin[None]):
    """A transaction that the call's own `authorize` let in."""

    def ensure_origin(self, origin: Origin) -> None:
        ensure_authorized(origin)

    def successful_origin(self) -> Origin | None:
        return AUTHORIZED


@record
class EnsureSigned(EnsureOrigin[AccountId]):
    """Any account; the account."""

    def ensure_origin(self, origin: Origin) -> AccountId:
        return ensure_signed(origin)

    def successful_origin(self) -> Origin | None:
        return Signed(AccountId(bytes(32)))


@record
class EnsureRootWithSuccess(EnsureOrigin[S]):
    """Root; a given value."""

    success: S

    def ensure_origin(self, origin: Origin) -> S:
        ensure_root(origin)
        return self.success

    def successful_origin(self) -> Origin | None:
        return ROOT


@record
class EnsureSignedBy(EnsureOrigin[AccountId]):
    """One of some accounts; the account."""

    who: Container[AccountId]

    def ensure_origin(self, origin: Origin) -> AccountId:
        account = ensure_signed(origin)
        if account not in self.who:
            raise BadOrigin
        return account

    def successful_origin(self) -> Origin | None:
        members = sorted(self.who) if isinstance(self.who, tuple | list | set | frozenset) else []
        return Signed(members[0]) if members else None


@record
class EnsureNever(EnsureOrigin[Any]):
    """No origin at all."""

    def ensure_origin(self, origin: Origin) -> Any:
        raise BadOrigin

    def successful_origin(self) -> Origin | None:
        return None


# Of a pallet


@record
class EnsureFrom(EnsureOrigin[Kind]):
    """An origin of one kind that the pallet at `pallet_index` declares; what it says."""

    pallet_index: int
    kind: type[Kind]

    def ensure_origin(self, origin: Origin) -> Kind:
        if (
            isinstance(origin, FromPallet)
            and origin.pallet_index == self.pallet_index
            and isinstance(origin.origin, self.kind)
        ):
            return origin.origin
        raise BadOrigin

    def successful_origin(self) -> Origin | None:
        return None  # what the pallet says is not known here


# Combinations


@record
class Left(Generic[L]):
    """The first check was passed."""

    value: L


@record
class Right(Generic[R]):
    """The second check was passed."""

    value: R


@record
class EitherOf(EnsureOrigin[S]):
    """Either of two checks that grant the same; the first is tried first."""

    left: EnsureOrigin[S]
    right: EnsureOrigin[S]

    def ensure_origin(self, origin: Origin) -> S:
        try:
            return self.left.ensure_origin(origin)
        except BadOrigin:
            return self.right.ensure_origin(origin)

    def successful_origin(self) -> Origin | None:
        return self.left.successful_origin() or self.right.successful_origin()


@record
class EitherOfDiverse(EnsureOrigin[Left[L] | Right[R]], Generic[L, R]):
    """Either of two checks; what is granted says which was passed."""

    left: EnsureOrigin[L]
    right: EnsureOrigin[R]

    def ensure_origin(self, origin: Origin) -> Left[L] | Right[R]:
        try:
            return Left(self.left.ensure_origin(origin))
        except BadOrigin:
            return Right(self.right.ensure_origin(origin))

    def successful_origin(self) -> Origin | None:
        return self.left.successful_origin() or self.right.successful_origin()


@record
class MapSuccess(EnsureOrigin[T], Generic[S, T]):
    """A check whose grant is turned into something else."""

    original: EnsureOrigin[S]
    change: Callable[[S], T]

    def ensure_origin(self, origin: Origin) -> T:
        return self.change(self.original.ensure_origin(origin))

    def successful_origin(self) -> Origin | None:
        return self.original.successful_origin()


@record
class TryMapSuccess(EnsureOrigin[T], Generic[S, T]):
    """As MapSuccess; where `change` gives None the origin does not pass."""

    original: EnsureOrigin[S]
    change: Callable[[S], T | None]

    def ensure_origin(self, origin: Origin) -> T:
        changed = self.change(self.original.ensure_origin(origin))
        if changed is None:
            raise BadOrigin
        return changed

    def successful_origin(self) -> Origin | None:
        return self.original.successful_origin()


@record
class AsEnsureOriginWithArg(EnsureOriginWithArg[S, Any]):
    """A check that takes the argument and does not look at it."""

    original: EnsureOrigin[S]

    def ensure_origin(self, origin: Origin, argument: Any) -> S:
        return self.original.ensure_origin(origin)

    def successful_origin(self, argument: Any) -> Origin | None:
        return self.original.successful_origin()
