"""Calls that let their own transactions in: unsigned in the old sense, general extrinsics in today's.

    @call(0, weight=db(reads=1, writes=1))
    def submit(self, origin: Origin, value: U32) -> None:
        ensure_authorized(origin)
        ...

    @authorize(submit, weight=db(reads=1))
    def authorize_submit(self, source: TransactionSource, value: U32) -> Authorization:
        if value <= self.best.get():
            raise InvalidTransaction(Invalid.STALE)
        return ValidTransaction(provides=(b"best",), longevity=8)

It takes the source and the call's parameters; it returns what a pool should know, and with it the weight that it did
not use, if any; and it raises TransactionInvalid. The runtime asks it by the AuthorizeCall extension.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from chain.record import record
from chain.runtime_api import TransactionSource, ValidTransaction
from pallets.frame.call import RuntimeCall, WeightOf
from pallets.frame.origin import Origin
from pallets.frame.weight import NO_WEIGHT, Weight

P = ParamSpec("P")

Authorization = ValidTransaction | tuple[ValidTransaction, Weight]
"""What a pool should know, and the weight that finding it out did not use."""

Method = TypeVar("Method", bound=Callable[..., Authorization])


@record
class AuthorizeMarks:
    """What `@authorize` says of a method: for which call, and how much it weighs."""

    call: str
    weight: WeightOf


@record
class AuthorizeDefinition:
    """A call's authorization as its pallet declares it."""

    method: str
    weight: WeightOf


class _Authorizer(Protocol[P]):
    def __call__(
        self, method: Callable[Concatenate[Any, TransactionSource, P], Authorization], /
    ) -> Callable[Concatenate[Any, TransactionSource, P], Authorization]: ...


def authorize(call: Callable[Concatenate[Any, Origin, P], object], *, weight: WeightOf = NO_WEIGHT) -> _Authorizer[P]:
    """Make a method say which transactions of `call` may come unsigned; `weight` is as for `@call`."""

    def mark(
        method: Callable[Concatenate[Any, TransactionSource, P], Authorization],
    ) -> Callable[Concatenate[Any, TransactionSource, P], Authorization]:
        cast(Any, method).authorize_marks = AuthorizeMarks(cast(Any, call).__name__, weight)
        return method

    return mark


class Authorizing(Protocol):
    """What is asked of a pallet: its declared authorizations."""

    @property
    def authorizations(self) -> dict[str, AuthorizeDefinition]:
        """By the name of the call."""
        ...


def authorized(pallet: Authorizing, call: RuntimeCall, source: TransactionSource) -> tuple[ValidTransaction, Weight]:
    """What a pool should know of the call and what was not used; raises TransactionInvalid."""
    definition = pallet.authorizations[call.target.name]
    found: Authorization = getattr(pallet, definition.method)(source, *call.arguments)
    return found if isinstance(found, tuple) else (found, NO_WEIGHT)


def weight_of_authorize(pallet: Authorizing, call: RuntimeCall) -> Weight:
    """What asking weighs; nothing for a call that lets no transaction in."""
    definition = pallet.authorizations.get(call.target.name)
    return NO_WEIGHT if definition is None else call.weighed(definition.weight)
