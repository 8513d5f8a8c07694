"""When a node makes blocks: at once for a transaction, at intervals, both, or when it is told to.

    sealer = Sealer(node, LoopTimer(loop), SealingMode.INSTANT)
    sealer.mode = SealingMode.MANUAL            # at any time
    sealer.create_block()

A block is never made within a callback of the pool or of another block, but by the timer just after.
"""

from __future__ import annotations

from enum import StrEnum
from logging import getLogger
from typing import Any, Final

from chain.block import Block
from chain.node.consensus import NotOurTurn
from chain.node.service import Node
from chain.node.timer import Cancel, Timer
from chain.node.transaction_status import StatusChange, TransactionStatus
from chain.primitives import Hash
from chain.validity import InvalidBlock

log = getLogger(__name__)

DEFAULT_INTERVAL_MS: Final = 6000
"""Substrate's usual block time."""


class SealingMode(StrEnum):
    """When blocks are made."""

    INSTANT = "instant"
    """As soon as a transaction is ready."""
    INTERVAL = "interval"
    """At intervals, with whatever is ready."""
    MIXED = "mixed"
    """As soon as a transaction is ready, and after an interval without any."""
    MANUAL = "manual"
    """When the node is told to."""


class NothingToSeal(Exception):
    """A block was to be made of transactions, and none is ready."""

    def __str__(self) -> str:
        return "no transaction is ready: an empty block has to be asked for"


_AT_ONCE: Final = {SealingMode.INSTANT, SealingMode.MIXED}
_AT_INTERVALS: Final = {SealingMode.INTERVAL, SealingMode.MIXED}


class Sealer:
    """Makes a node's blocks; mode and interval may be changed while it runs."""

    def __init__(
        self,
        node: Node[Any],
        timer: Timer,
        mode: SealingMode = SealingMode.MANUAL,
        interval_ms: int = DEFAULT_INTERVAL_MS,
    ) -> None:
        self._node = node
        self._timer = timer
        self._mode = SealingMode.MANUAL
        self._interval_ms = _checked(interval_ms)
        self._soon: Cancel | None = None
        self._at_interval: Cancel | None = None
        self._stop_listening = node.pool.listen(self._on_status)
        self._stop_following = node.on_block(lambda _imported: self._restart_interval())
        self._stop_being_asked = node.on_block_request(self._seal_soon)
        self._is_asked = False
        self.mode = mode

    @property
    def mode(self) -> SealingMode:
        """When blocks are made."""
        return self._mode

    @mode.setter
    def mode(self, mode: SealingMode) -> None:
        self._mode = mode
        self._forget_soon()
        self._restart_interval()
        self._seal_soon_if_ready()

    @property
    def interval_ms(self) -> int:
        """Milliseconds between two blocks, in modes with an interval; counted from the last block."""
        return self._interval_ms

    @interval_ms.setter
    def interval_ms(self, interval_ms: int) -> None:
        self._interval_ms = _checked(interval_ms)
        self._restart_interval()

    def create_block(self, *, empty: bool = True, finalize: bool = False, parent: Hash | None = None) -> Block:
        """Make a block now, in any mode (`engine_createBlock`).

        empty: whether it may have no transaction; raises NothingToSeal otherwise
        Raises InvalidBlock, UnknownBlock, NotOurTurn.
        """
        if not empty and not self._is_ready():
            raise NothingToSeal
        block = self._node.seal(parent)
        if finalize and self._node.chain.finalized.hash != block.hash:
            self._node.finalize(block.hash)
        return block

    def close(self) -> None:
        """Make no more blocks."""
        self.mode = SealingMode.MANUAL
        self._stop_listening()
        self._stop_following()
        self._stop_being_asked()

    def _on_status(self, change: StatusChange) -> None:
        if change.status is TransactionStatus.READY:
            self._seal_soon_if_ready()

    def _seal_soon_if_ready(self) -> None:
        if self._mode in _AT_ONCE and self._soon is None and self._is_ready():
            self._soon = self._timer.call_later(0, self._seal_ready)

    def _seal_soon(self) -> bool:
        """Make a block soon, empty if need be, where blocks are made at once; whether one will come."""
        if self._mode not in _AT_ONCE:
            return False
        self._is_asked = True
        if self._soon is None:
            self._soon = self._timer.call_later(0, self._seal_ready)
        return True

    def _seal_ready(self) -> None:
        """A block of what is ready, and another one soon if this one took some and left some."""
        self._soon = None
        before, is_asked, self._is_asked = self._ready(), self._is_asked, False
        if not before and not is_asked:
            return
        self._seal()
        if self._ready() != before:
            self._seal_soon_if_ready()

    def _seal_at_interval(self) -> None:
        self._at_interval = None
        try:
            self._seal()
        finally:  # also where a runtime that its author is still writing crashes
            if self._at_interval is None:  # the new block began another interval, unless there is no new block
                self._restart_interval()

    def _seal(self) -> None:
        try:
            self._node.seal()
        except (InvalidBlock, NotOurTurn) as error:
            # the edge of the sealer's task: whoever submitted has the answer, the operator reads the log
            log.error("no block was made on %d: %s", self._node.best.number, error)

    def _restart_interval(self) -> None:
        if self._at_interval is not None:
            self._at_interval()
            self._at_interval = None
        if self._mode in _AT_INTERVALS:
            self._at_interval = self._timer.call_later(self._interval_ms, self._seal_at_interval)

    def _forget_soon(self) -> None:
        if self._soon is not None:
            self._soon()
            self._soon = None

    def _is_ready(self) -> bool:
        return self._node.pool.ready_count > 0

    def _ready(self) -> set[Hash]:
        return {transaction.hash for transaction in self._node.pool.ready()}


def _checked(interval_ms: int) -> int:
    if interval_ms < 1:
        raise ValueError(f"an interval lasts at least a millisecond, not {interval_ms}")
    return interval_ms
