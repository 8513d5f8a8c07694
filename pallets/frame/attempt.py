"""Calls made inside calls: how they ended, what they used, and what a failing one says of its weight.

tried = attempt(self.config.dispatcher, call, origin)
self.deposit_event(ProxyExecuted(tried.result))
"""

from __future__ import annotations

from typing import TypeVar

from chain.primitives import Err, Ok
from chain.record import record
from pallets.frame.call import RuntimeCall
from pallets.frame.error import DispatchError, DispatchFailure
from pallets.frame.origin import Origin
from pallets.frame.traits import Dispatcher
from pallets.frame.weight import PostDispatchInfo, Weight

DispatchResult = Ok[None] | Err[DispatchFailure]
"""How a call ended, as events tell it."""

E = TypeVar("E", bound=DispatchError)


@record
class Attempt:
    """A call that was made inside another.

    post: what it says it used; of a failed one too
    error: why it failed, None where it succeeded
    """

    call: RuntimeCall
    result: DispatchResult
    post: PostDispatchInfo
    error: DispatchError | None

    @property
    def weight(self) -> Weight:
        """What it used, its declared weight where it does not say (extract_actual_weight)."""
        declared = self.call.info().total_weight
        actual = self.post.actual_weight
        return declared if actual is None else actual.at_most(declared)


def attempt(dispatcher: Dispatcher, call: RuntimeCall, origin: Origin) -> Attempt:
    """Make a call whose failure is not the caller's; it undoes its own writes."""
    try:
        post = dispatcher.dispatch(call, origin)
    except DispatchError as error:
        return Attempt(call, Err(dispatcher.failure_of(error)), error.post_info, error)
    return Attempt(call, Ok(None), post, None)


def with_weight(error: E, weight: Weight) -> E:
    """The error, saying that the call used this much until it failed (DispatchErrorWithPostInfo)."""
    error.post_info = PostDispatchInfo(weight)
    return error


def without_weight(error: E) -> E:
    """The error of a call inside, as that of a call which says nothing of its weight."""
    error.post_info = PostDispatchInfo()
    return error
