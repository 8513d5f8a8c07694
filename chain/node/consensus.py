"""Who may make a block, and by what others know it: the part of a consensus engine that a node needs.

`chain.node.aura` is one; here is what chains do without any.
"""

from __future__ import annotations

from typing import Protocol

from chain.block import DigestItem, Header
from chain.node.chain_store import ImportedBlock
from chain.node.clock import TimeSource
from chain.node.inherents import TIMESTAMP, DigestProvider, InherentData, InherentProvider
from chain.record import record
from chain.validity import InvalidBlock


@record
class BlockPlan:
    """What an author tells the runtime of a block besides transactions."""

    inherents: InherentData
    digest: tuple[DigestItem, ...] = ()


class Consensus(Protocol):
    """What makes a header one that others accept."""

    def plan(self, parent: ImportedBlock) -> BlockPlan:
        """How to begin a block on `parent`; raises `NotOurTurn`."""
        ...

    def sealed(self, header: Header, parent: ImportedBlock) -> Header:
        """The header with what shows that its author may have made it."""
        ...

    def verify(self, header: Header, parent: ImportedBlock) -> None:
        """Raises InvalidBlock, naming the rule, where the author may not have made it."""
        ...


class NotOurTurn(Exception):
    """This node has no key of whoever is to make the block, or the slot has its block already."""

    def __init__(self, slot: int, author: bytes) -> None:
        super().__init__(slot, author)
        self.slot = slot
        self.author = author

    def __str__(self) -> str:
        return f"slot {self.slot} is that of 0x{self.author.hex()}, whose key is elsewhere or whose block is there"


class Unsealed:
    """Anybody makes blocks, and nobody signs them; what goes in depends on the block's number."""

    def __init__(self, inherents: InherentProvider, digest: DigestProvider) -> None:
        self._inherents = inherents
        self._digest = digest

    def plan(self, parent: ImportedBlock) -> BlockPlan:
        number = parent.number + 1
        return BlockPlan(self._inherents(number), self._digest(number))

    def sealed(self, header: Header, parent: ImportedBlock) -> Header:
        return header

    def verify(self, header: Header, parent: ImportedBlock) -> None:
        refuse_seals(header)


class Timed:
    """Anybody makes blocks, and nobody signs them; their time is a clock's."""

    def __init__(self, clock: TimeSource) -> None:
        self._clock = clock

    def plan(self, parent: ImportedBlock) -> BlockPlan:
        return BlockPlan(time_inherent(self._clock.time_after(parent)))

    def sealed(self, header: Header, parent: ImportedBlock) -> Header:
        return header

    def verify(self, header: Header, parent: ImportedBlock) -> None:
        refuse_seals(header)


def time_inherent(time: int) -> InherentData:
    """What pallet_timestamp asks of an author: milliseconds, u64."""
    return {TIMESTAMP: time.to_bytes(8, "little")}


def refuse_seals(header: Header) -> None:
    """Raises InvalidBlock for a seal that nobody checks: with another one the same block had another hash."""
    if header.seals:
        raise InvalidBlock("no seal where nobody signs blocks", actual=f"{len(header.seals)}")
