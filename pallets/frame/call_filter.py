"""Filters: which calls an origin may make (frame_support::traits::OriginTrait, InstanceFilter).

A runtime may refuse calls altogether (`Composition.call_filter`, frame_system's BaseCallFilter), and whoever lets
others act in a name may narrow what they do:

    self.config.dispatcher.dispatch(call, filtered(Signed(real), proxy_type.admits))

A filter travels with its origin: the callee passes both on to the calls that it makes in turn, and an origin that is
made anew has none. Root passes every filter.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar, TypeVar, cast

from chain.primitives import AccountId
from chain.record import record
from pallets.frame.call import RuntimeCall
from pallets.frame.origin import Origin, Root, Signed

CallFilter = Callable[[RuntimeCall], bool]
"""Whether a call is let through."""

AnyOrigin = TypeVar("AnyOrigin", bound=Origin)


def _nothing(_call: RuntimeCall) -> bool:
    return False


@record
class Bypassing(Origin):
    """An origin whose next call no filter looks at; what it calls in turn is filtered again."""

    caller: Origin

    filters: ClassVar[tuple[CallFilter, ...]] = (_nothing,)
    """There is something to look at: who dispatches finds the caller."""


def filtered(origin: AnyOrigin, call_filter: CallFilter) -> AnyOrigin:
    """The same origin, with one more filter on its calls."""
    return _with_filters(origin, (*origin.filters, call_filter))


def signed_like(origin: Origin, who: AccountId) -> Signed:
    """An account as origin, with the filters of another origin (`set_caller_from`)."""
    return _with_filters(Signed(who), origin.filters) if origin.filters else Signed(who)


def admitted(call: RuntimeCall, origin: Origin, base: CallFilter | None) -> Origin | None:
    """The origin that the call is made with, None where a filter stands in its way.

    base: the runtime's own filter
    """
    if isinstance(origin, Bypassing):
        return origin.caller
    if isinstance(origin, Root):
        return origin
    lets_through = (base is None or base(call)) and all(admits(call) for admits in origin.filters)
    return origin if lets_through else None


def _with_filters(origin: AnyOrigin, filters: tuple[CallFilter, ...]) -> AnyOrigin:
    """A copy that is equal to the origin: filters are no part of its value."""
    kind = type(origin)
    plain: Any = vars(kind).get("unfiltered", kind)
    made = object.__new__(_filtered_class(plain))
    for field in dataclasses.fields(plain):
        object.__setattr__(made, field.name, getattr(origin, field.name))
    object.__setattr__(made, "filters", filters)
    return cast("AnyOrigin", made)


@cache
def _filtered_class(plain: Any) -> type[Origin]:
    """A subclass whose objects carry filters besides."""

    def equal(self: Any, other: object) -> bool:
        kinds = {type(other), vars(type(other)).get("unfiltered")}
        return plain in kinds and all(getattr(self, name) == getattr(other, name) for name in names)

    def hashed(self: Any) -> int:
        return hash(tuple(getattr(self, name) for name in names))

    names = [field.name for field in dataclasses.fields(plain)]
    members = {"__slots__": ("filters",), "unfiltered": plain, "__eq__": equal, "__hash__": hashed}
    return type(f"Filtered{plain.__name__}", (plain,), members)
