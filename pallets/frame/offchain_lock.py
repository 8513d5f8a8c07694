"""A lock between the runs of one node, in its persistent storage (sp_runtime::offchain::storage_lock).

    lock = StorageLock.by_time(node, b"my_pallet/lock")
    with lock.lock():                       # waits, and lets go at the end
        ...
    with lock.try_lock() as guard:          # raises Locked
        guard.forget()                      # stays locked until it expires

What is kept under the key is the deadline, after which whoever comes next takes the lock over: a run that was ended
holds nobody up for long.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Final

from chain.primitives import U32, U64, BlockNumber, Moment
from chain.record import record
from chain.runtime_api import OffchainNode
from pallets.frame.offchain_storage import ConcurrentModification, OffchainValue

DEFAULT_EXPIRY_MS: Final = 20_000
"""STORAGE_LOCK_DEFAULT_EXPIRY_DURATION."""

DEFAULT_EXPIRY_BLOCKS: Final = 4
"""STORAGE_LOCK_DEFAULT_EXPIRY_BLOCKS."""

SHORTEST_SNOOZE_MS: Final = 10
LONGEST_SNOOZE_MS: Final = 100
"""STORAGE_LOCK_PER_CHECK_ITERATION_SNOOZE_MIN and _MAX."""


@record
class TimeDeadline:
    """Until a time."""

    timestamp: U64


@record
class BlockAndTimeDeadline:
    """Until a block and a time, both of them."""

    block_number: U32
    timestamp: U64


class Locked(Exception):
    """Another run has the lock; `until` is its deadline, None where the other came at the same moment."""

    def __init__(self, until: TimeDeadline | BlockAndTimeDeadline | None) -> None:
        super().__init__(until)
        self.until = until

    def __str__(self) -> str:
        return f"another run has the lock until {self.until}"


class StorageLock:
    """A lock under one key; each run makes its own object of it."""

    def __init__(
        self, node: OffchainNode, key: bytes, milliseconds: Moment, at: tuple[BlockNumber, int] | None
    ) -> None:
        self._node = node
        self._milliseconds = milliseconds
        self._at = at
        kind: type[TimeDeadline] | type[BlockAndTimeDeadline] = TimeDeadline if at is None else BlockAndTimeDeadline
        self._value: OffchainValue[TimeDeadline | BlockAndTimeDeadline] = OffchainValue(node, key, kind)

    @classmethod
    def by_time(cls, node: OffchainNode, key: bytes, milliseconds: Moment = DEFAULT_EXPIRY_MS) -> StorageLock:
        """A lock that expires after a time."""
        return cls(node, key, milliseconds, None)

    @classmethod
    def by_block_and_time(
        cls,
        node: OffchainNode,
        key: bytes,
        now: BlockNumber,
        blocks: int = DEFAULT_EXPIRY_BLOCKS,
        milliseconds: Moment = DEFAULT_EXPIRY_MS,
    ) -> StorageLock:
        """A lock that expires after so many blocks, if that time is over as well. now: the run's block"""
        return cls(node, key, milliseconds, (now, blocks))

    def try_lock(self) -> Guard:
        """Take the lock; raises Locked."""
        return Guard(self, self._take())

    def lock(self) -> Guard:
        """Take the lock, waiting for it as long as it takes."""
        while True:
            try:
                return self.try_lock()
            except Locked as locked:
                self._snooze(locked.until)

    def _take(self) -> TimeDeadline | BlockAndTimeDeadline:
        new = self._deadline()

        def if_free(held: TimeDeadline | BlockAndTimeDeadline | None) -> TimeDeadline | BlockAndTimeDeadline:
            if held is not None and not self._is_over(held):
                raise Locked(held)
            return new

        try:
            return self._value.replace(if_free)
        except ConcurrentModification:
            raise Locked(None) from None

    def extend(self) -> TimeDeadline | BlockAndTimeDeadline:
        """Put off the deadline of the lock that is held; raises Locked where it has expired or is another's by now."""
        new = self._deadline()

        def if_held(held: TimeDeadline | BlockAndTimeDeadline | None) -> TimeDeadline | BlockAndTimeDeadline:
            if held is None or self._is_over(held):
                raise Locked(held)
            return new

        try:
            return self._value.replace(if_held)
        except ConcurrentModification:
            raise Locked(None) from None

    def release(self) -> None:
        """Let go of the lock."""
        self._value.clear()

    def _deadline(self) -> TimeDeadline | BlockAndTimeDeadline:
        timestamp = self._node.timestamp() + self._milliseconds
        if self._at is None:
            return TimeDeadline(timestamp)
        now, blocks = self._at
        return BlockAndTimeDeadline(now + blocks, timestamp)

    def _is_over(self, deadline: TimeDeadline | BlockAndTimeDeadline) -> bool:
        is_time_over = self._node.timestamp() > deadline.timestamp
        if isinstance(deadline, TimeDeadline) or self._at is None:
            return is_time_over
        return is_time_over and self._at[0] > deadline.block_number

    def _snooze(self, until: TimeDeadline | BlockAndTimeDeadline | None) -> None:
        now = self._node.timestamp()
        left = 0 if until is None else until.timestamp - now
        self._node.sleep_until(now + max(SHORTEST_SNOOZE_MS, min(left, LONGEST_SNOOZE_MS)))


@dataclass(slots=True)
class Guard:
    """A lock that is held; as a context, until its end."""

    _lock: StorageLock
    deadline: TimeDeadline | BlockAndTimeDeadline
    _is_kept: bool = False

    def forget(self) -> TimeDeadline | BlockAndTimeDeadline:
        """Leave it locked until it expires; its deadline."""
        self._is_kept = True
        return self.deadline

    def extend(self) -> None:
        """Put off the deadline; raises Locked where it has passed."""
        self.deadline = self._lock.extend()

    def __enter__(self) -> Guard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self._is_kept:
            self._lock.release()
