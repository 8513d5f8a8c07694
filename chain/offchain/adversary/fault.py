"""What can go wrong with a run or with what it submits, and where: plain data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from chain.offchain.hook import Trigger, WorkerHook
from chain.primitives import BlockNumber
from chain.record import record


class FaultKind(StrEnum):
    """What goes wrong."""

    RUN_LOST = "run lost"
    """The block has no run, as where the node was down."""
    RUN_LATE = "run late"
    """The run begins some blocks later, on the state of its own block."""
    RUN_TWICE = "run twice"
    """The run is made again, some blocks later or after all others of the block; a crash hits the first alone."""
    RUN_LAST = "run last"
    """The run comes after those of all other validators."""
    RUN_STALE = "run stale"
    """The run sees a block that is some blocks older, as a node that lags."""
    RUN_PAUSED = "run paused"
    """The run stands still before its `at`-th host call: others go on that are due, or some blocks pass."""
    CRASH = "crash"
    """The run ends when it asks for its `at`-th host call, from 1; what it did before stays."""
    SUBMISSION_LOST = "submission lost"
    """The pool took the `at`-th transaction of the run, from 1, and forgets it."""
    SUBMISSION_LATE = "submission late"
    """No author has the transaction until some blocks later; the validator's own pool has it."""
    SUBMISSION_TWICE = "submission twice"
    """The same bytes arrive again some blocks later."""
    SUBMISSION_LAST = "submission last"
    """The transaction comes after all others that were submitted after the block."""
    FORK = "fork"
    """After the block and its runs a side branch wins, which leaves out the last so many blocks."""
    PARTITION = "partition"
    """From the block on the last `at` validators have blocks of their own; then the branch wins that more are on."""


OF_RUNS: Final = frozenset(
    {FaultKind.RUN_LOST, FaultKind.RUN_LATE, FaultKind.RUN_TWICE, FaultKind.RUN_LAST, FaultKind.RUN_STALE}
)
"""Kinds that hit a run as a whole."""

OF_CHAIN: Final = frozenset({FaultKind.FORK, FaultKind.PARTITION})
"""Kinds that hit the blocks themselves."""

WITHIN_RUNS: Final = frozenset({FaultKind.CRASH, FaultKind.RUN_PAUSED})
"""Kinds that hit a run at a host call."""

WITHOUT_AT: Final = OF_RUNS | {FaultKind.FORK}
"""Kinds that strike nowhere in particular."""

TIMED: Final[Mapping[FaultKind, int]] = {
    FaultKind.RUN_LATE: 1,
    FaultKind.RUN_TWICE: 0,
    FaultKind.RUN_STALE: 1,
    FaultKind.RUN_PAUSED: 0,
    FaultKind.SUBMISSION_LATE: 1,
    FaultKind.SUBMISSION_TWICE: 0,
    FaultKind.FORK: 1,
    FaultKind.PARTITION: 1,
}
"""Kinds that take some blocks, with the fewest."""


class BadFault(ValueError):
    """Data that tells of no fault."""


@record
class Place:
    """One run: that of a validator's worker on a block.

    block: its number; validator: from 0, in the order of the participants; worker: `name_of` its hook
    What is about a block has no worker, and validator 0.
    """

    block: BlockNumber
    validator: int
    worker: str

    def __str__(self) -> str:
        if not self.worker:
            return f"block {self.block}"
        return f"block {self.block}, validator {self.validator}, {self.worker}"


@record
class Fault:
    """One thing that goes wrong.

    at: the host call of a crash or a pause, the transaction of the run where it is about one, from 1; of a partition
        how many validators are cut off; 0 for the run as a whole
    blocks: how many it takes, for kinds of `TIMED`
    """

    kind: FaultKind
    place: Place
    at: int = 0
    blocks: int = 0

    def __str__(self) -> str:
        if self.kind in WITHIN_RUNS:
            which = f" at host call {self.at}"
        elif self.kind is FaultKind.PARTITION:
            which = f" of the last {self.at} validators"
        else:
            which = f" (the {_ordinal(self.at)})"
        by = f", {self.blocks} blocks" if self.kind in TIMED else ""
        return f"{self.place}: {self.kind}{which if self.at else ''}{by}"

    def plain(self) -> dict[str, int | str]:
        """As JSON and MessagePack have it."""
        told: dict[str, int | str] = {
            "kind": self.kind.value,
            "block": self.place.block,
            "validator": self.place.validator,
            "worker": self.place.worker,
        }
        if self.kind not in WITHOUT_AT:
            told["at"] = self.at
        if self.kind in TIMED:
            told["blocks"] = self.blocks
        return told

    @staticmethod
    def of(told: object) -> Fault:
        """The fault that `plain` told of; raises BadFault."""
        if not isinstance(told, dict):
            raise BadFault(f"a fault is a table, not {type(told).__name__}")
        try:
            kind = FaultKind(str(told.get("kind")))
        except ValueError:
            raise BadFault(f"there is no fault {told.get('kind')!r}: {', '.join(FaultKind)}") from None
        fewest = TIMED.get(kind)
        worker = told.get("worker")
        if not isinstance(worker, str):
            raise BadFault(f"{kind}: the worker is a text")
        place = Place(_number(told, kind, "block", 0), _number(told, kind, "validator", 0), worker)
        if kind in OF_CHAIN and place != chain_place(place.block):
            raise BadFault(f"{kind}: it is about a block, so it has no worker, and validator 0")
        at = 0 if kind in WITHOUT_AT else _number(told, kind, "at", 1)
        return Fault(kind, place, at, 0 if fewest is None else _number(told, kind, "blocks", fewest))


def chain_place(number: BlockNumber) -> Place:
    """Of what is about a block, and about no run."""
    return Place(number, 0, "")


def name_of(hook: WorkerHook) -> str:
    """What a fault calls a worker: its pallet, and what triggers it where that is not a new best block."""
    return hook.pallet if hook.trigger is Trigger.BEST else f"{hook.pallet} ({hook.trigger})"


def _number(told: Mapping[object, object], kind: FaultKind, name: str, lowest: int) -> int:
    found = told.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not lowest <= found < 2**32:
        raise BadFault(f"{kind}: {name} is a whole number from {lowest} to {2**32 - 1}")
    return found


def _ordinal(number: int) -> str:
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else endings.get(number % 10, 'th')} transaction"
