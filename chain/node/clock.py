"""The time of new blocks: made from the chain and from what was asked for, never from the machine's clock.

A block comes one slot after its parent, or later where somebody has moved the clock. So the time goes back with the
chain, and two chains with the same blocks have the same time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from chain.node.chain_store import ImportedBlock
from chain.primitives import Moment
from chain.trie.trie import Trie

TimeOf = Callable[[Trie], Moment]
"""The time that a state tells, in milliseconds since 1970; 0 where it tells none."""

LATEST: Final[Moment] = 2**63 - 1
"""Milliseconds: enough for any date, and sums with it still fit 64 bits."""


class TimeSource(Protocol):
    """Who says when a block is made."""

    def time_after(self, parent: ImportedBlock) -> Moment:
        """The time of a block on top of `parent`."""
        ...


class TimeRefused(ValueError):
    """The clock cannot be moved to that time."""

    def __init__(self, asked: Moment, earliest: Moment) -> None:
        super().__init__(asked, earliest)
        self.asked = asked
        self.earliest = earliest

    def __str__(self) -> str:
        if self.asked > LATEST:
            return f"the time {self.asked} ms is beyond the latest that there is, {LATEST} ms"
        return (
            f"the time {self.asked} ms is not after {self.earliest - 1} ms, which the chain has reached: "
            "time goes forward only; revert to a snapshot to go back"
        )


class BlockClock:
    """Says when the next block is made; can be moved forward.

    genesis_ms: the time of block zero, where its state tells none
    slot_duration_ms: how long after its parent a block comes
    """

    def __init__(self, genesis_ms: Moment, slot_duration_ms: Moment, time_of: TimeOf) -> None:
        if slot_duration_ms < 1:
            raise ValueError(f"a slot lasts at least a millisecond, not {slot_duration_ms}")
        self.genesis_ms = genesis_ms
        self.slot_duration_ms = slot_duration_ms
        self.not_before: Moment = 0
        """No block is made before this time."""
        self._time_of = time_of

    def time_of(self, block: ImportedBlock) -> Moment:
        """The time of a block that is there."""
        return self._time_of(block.state) or self.genesis_ms

    def time_after(self, parent: ImportedBlock) -> Moment:
        """The time of a block on top of `parent`."""
        return max(self.time_of(parent) + self.slot_duration_ms, self.not_before)

    def travel(self, to: Moment, best: ImportedBlock) -> Moment:
        """Let the next block on `best` have the time `to`; its time, which is a slot after `best` at least.

        Raises TimeRefused where the chain is there or beyond.
        """
        earliest = self.time_of(best) + 1
        if not earliest <= to <= LATEST:
            raise TimeRefused(to, earliest)
        self.not_before = to
        return self.time_after(best)
