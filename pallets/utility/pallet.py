"""The Utility pallet: its calls. It has no storage."""

from __future__ import annotations

from typing import Annotated

from chain.crypto.derived import derivative
from chain.primitives import U16, U32, Err, Ok
from pallets.frame.attempt import attempt, with_weight, without_weight
from pallets.frame.call import RuntimeCall, call
from pallets.frame.call_filter import Bypassing, filtered, signed_like
from pallets.frame.constants import ConstantName
from pallets.frame.error import BadOrigin, DispatchError, ensure
from pallets.frame.origin import ROOT, NoOrigin, Origin, Root, ensure_root, ensure_signed
from pallets.frame.pallet import Pallet, config
from pallets.frame.traits import Dispatcher
from pallets.frame.weight import NO_WEIGHT, PostDispatchInfo, Weight
from pallets.frame.weight_info import WeightInfo
from pallets.utility import weights
from pallets.utility.events import (
    BatchCompleted,
    BatchCompletedWithErrors,
    BatchInterrupted,
    DispatchedAs,
    Error,
    Event,
    IfElseFallbackCalled,
    IfElseMainSuccess,
    ItemCompleted,
    ItemFailed,
    TooManyCalls,
)

__all__ = ["Config", "Error", "Event", "Utility"]


@config
class Config:
    """What the runtime supplies."""

    dispatcher: Dispatcher
    # 32 MiB, the largest allocation, by 3 for the growth of a vector and 1024 bytes a call
    batched_calls_limit: Annotated[U32, ConstantName("batched_calls_limit")] = 10_922
    weights: WeightInfo = weights.WEIGHTS


class Utility(Pallet[Config]):
    """Calls of calls: in batches, as another account, as another origin."""

    @call(0, weight=weights.batch_weight)
    def batch(self, origin: Origin, calls: list[RuntimeCall]) -> PostDispatchInfo:
        """Make calls until one fails; those before it stand, and this call succeeds all the same."""
        self._ensure_batchable(origin, calls)
        used = NO_WEIGHT
        for position, each in enumerate(calls):
            tried = attempt(self.config.dispatcher, each, origin)
            used = used + tried.weight
            if isinstance(tried.result, Err):
                self.deposit_event(BatchInterrupted(position, tried.result.error))
                return PostDispatchInfo(used + self._base("batch", position + 1))
            self.deposit_event(ItemCompleted())
        self.deposit_event(BatchCompleted())
        return PostDispatchInfo(used + self._base("batch", len(calls)))

    @call(1, weight=weights.as_derivative_weight)
    def as_derivative(self, origin: Origin, index: U16, call: RuntimeCall) -> PostDispatchInfo:
        """Make a call in the name of an account derived from the signer's; the signer's filters stay."""
        derived = derivative(ensure_signed(origin), index)
        tried = attempt(self.config.dispatcher, call, signed_like(origin, derived))
        used = weights.derivative_base(self.config) + tried.weight
        if tried.error is not None:
            raise with_weight(tried.error, used)
        return PostDispatchInfo(used)

    @call(2, weight=weights.batch_all_weight)
    def batch_all(self, origin: Origin, calls: list[RuntimeCall]) -> PostDispatchInfo:
        """Make all calls or none: the first failure is this call's, and undoes the others.

        A batch_all inside is refused, at any depth, unless root makes it.
        """
        self._ensure_batchable(origin, calls)
        inner = origin if isinstance(origin, Root) else filtered(origin, self._is_no_batch_all)
        used = NO_WEIGHT
        for position, each in enumerate(calls):
            tried = attempt(self.config.dispatcher, each, inner)
            used = used + tried.weight
            if tried.error is not None:
                raise with_weight(tried.error, used + self._base("batch_all", position + 1))
            self.deposit_event(ItemCompleted())
        self.deposit_event(BatchCompleted())
        return PostDispatchInfo(used + self._base("batch_all", len(calls)))

    @call(3, weight=weights.dispatch_as_weight)
    def dispatch_as(self, origin: Origin, as_origin: Origin, call: RuntimeCall) -> None:
        """Make a call in the name of any origin, whatever filters say; root only. Its failure is told by the event."""
        ensure_root(origin)
        self.deposit_event(DispatchedAs(attempt(self.config.dispatcher, call, Bypassing(as_origin)).result))

    @call(4, weight=weights.force_batch_weight)
    def force_batch(self, origin: Origin, calls: list[RuntimeCall]) -> PostDispatchInfo:
        """Make all calls, whether or not some fail."""
        self._ensure_batchable(origin, calls)
        used, failed = NO_WEIGHT, False
        for each in calls:
            tried = attempt(self.config.dispatcher, each, origin)
            used = used + tried.weight
            if isinstance(tried.result, Err):
                failed = True
                self.deposit_event(ItemFailed(tried.result.error))
            else:
                self.deposit_event(ItemCompleted())
        self.deposit_event(BatchCompletedWithErrors() if failed else BatchCompleted())
        return PostDispatchInfo(used + self._base("batch", len(calls)))  # not "force_batch", as in polkadot-sdk

    @call(5, weight=weights.given_weight)
    def with_weight(self, origin: Origin, call: RuntimeCall, weight: Weight) -> None:
        """Make a call as root for as much weight as root says."""
        ensure_root(origin)
        self._forward(call, ROOT)

    @call(6, weight=weights.if_else_weight)
    def if_else(self, origin: Origin, main: RuntimeCall, fallback: RuntimeCall) -> PostDispatchInfo:
        """Make a call, and another one if it fails; where both fail, the second failure is this call's."""
        _refuse_nobody(origin)
        tried = attempt(self.config.dispatcher, main, origin)
        used = self.config.weights.of("if_else") + tried.weight
        if not isinstance(tried.result, Err):
            self.deposit_event(IfElseMainSuccess())
            return PostDispatchInfo(used)
        second = attempt(self.config.dispatcher, fallback, origin)
        used = used + second.weight
        if second.error is not None:
            raise with_weight(second.error, used)
        self.deposit_event(IfElseFallbackCalled(tried.result.error))
        return PostDispatchInfo(used)

    @call(7, weight=weights.dispatch_as_fallible_weight)
    def dispatch_as_fallible(self, origin: Origin, as_origin: Origin, call: RuntimeCall) -> None:
        """As `dispatch_as`, but the inner call's failure is this call's."""
        ensure_root(origin)
        self.deposit_event(DispatchedAs(self._forward(call, Bypassing(as_origin))))

    def _forward(self, call: RuntimeCall, origin: Origin) -> Ok[None]:
        """Make a call whose failure is the caller's, at the caller's declared weight."""
        try:
            self.config.dispatcher.dispatch(call, origin)
        except DispatchError as error:
            raise without_weight(error) from None
        return Ok(None)

    def _ensure_batchable(self, origin: Origin, calls: list[RuntimeCall]) -> None:
        _refuse_nobody(origin)
        ensure(len(calls) <= self.config.batched_calls_limit, TooManyCalls)

    def _base(self, name: str, count: int) -> Weight:
        return self.config.weights.of(name, c=count)

    def _is_no_batch_all(self, call: RuntimeCall) -> bool:
        return call.target.pallet_index != self.index or call.target.name != "batch_all"


def _refuse_nobody(origin: Origin) -> None:
    if isinstance(origin, NoOrigin):
        raise BadOrigin
