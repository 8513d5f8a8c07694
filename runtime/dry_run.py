"""What an extrinsic or a call would do in the next block, decoded; nothing of it is kept.

found = dry_run(node, extrinsic)
found.failure, found.fee, found.events, found.changes
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from chain.node.service import Node
from chain.node.trial import is_of_one_block, trial
from chain.primitives import Balance, Hash
from chain.record import record
from chain.validity import TransactionInvalid
from pallets.frame.call import RuntimeCall
from pallets.frame.error import DispatchError, DispatchFailure
from pallets.frame.event import RuntimeEvent
from pallets.frame.origin import Origin
from pallets.frame.state_diff import Change, state_diff
from pallets.transaction_payment import TransactionFeePaid
from runtime.construct import Runtime

R = TypeVar("R", bound=Runtime)


@record
class DryRun:
    """What an extrinsic or a call would do.

    refused: why it may not stand in the block at all; then it does nothing
    failure: why its call fails, whose changes are taken back then, while the fee stays paid
    fee: what the sender pays, the tip included; None where nobody pays
    changes: of the state, without what System notes for the block alone
    """

    refused: TransactionInvalid | None
    failure: DispatchFailure | None
    fee: Balance | None
    events: tuple[RuntimeEvent, ...]
    changes: tuple[Change, ...]

    @property
    def succeeds(self) -> bool:
        """Whether it is neither refused nor fails."""
        return self.refused is None and self.failure is None


def dry_run(node: Node[R], extrinsic: bytes, at: Hash | None = None) -> DryRun:
    """Apply an extrinsic, without its length, as the first one after the inherents of a block on `at`.

    Raises InvalidBlock where no block can be made there, UnknownBlock, NotOurTurn.
    """
    runtime = node.begin_block(at)
    return _tried(runtime, lambda: runtime.apply_extrinsic(extrinsic))


def dry_run_call(node: Node[R], call: RuntimeCall, origin: Origin, at: Hash | None = None) -> DryRun:
    """Dispatch a call from an origin, which nobody pays for, where `dry_run` would apply an extrinsic."""
    runtime = node.begin_block(at)

    def dispatch() -> DispatchFailure | None:
        try:
            runtime.dispatch(call, origin)
        except DispatchError as error:
            return runtime.failure_of(error)
        return None

    return _tried(runtime, dispatch)


def _tried(runtime: Runtime, act: Callable[[], DispatchFailure | None]) -> DryRun:
    known, failures, events = len(runtime.system.events.get()), list[DispatchFailure | None](), list[RuntimeEvent]()

    def attempt() -> None:
        failures.append(act())
        events.extend(record.event for record in runtime.system.events.get()[known:])

    found = trial(runtime.storage, attempt)
    written = [key for key in found.after if not is_of_one_block(key)]
    changes = state_diff(runtime, written, found.before.get, found.after.get)
    return DryRun(found.refused, failures[0] if failures else None, _fee(events), tuple(events), changes)


def _fee(events: Iterable[RuntimeEvent]) -> Balance | None:
    return next((each.event.actual_fee for each in events if isinstance(each.event, TransactionFeePaid)), None)
