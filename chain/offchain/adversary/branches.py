"""Blocks that not everybody is on: side branches that win, and validators who are cut off for a while.

Those who are cut off have a node of their own, with the same blocks and the same pool at first; content is everybody's.
While nobody hears all, nothing is finalized. Then the branch wins that more validators are on, the near one among
equals, and what the others had waits again in the pool.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final

from chain.block import Header, PreRuntime
from chain.node.consensus import BlockPlan, Consensus
from chain.node.importer import import_block
from chain.node.pool_errors import PoolError
from chain.node.service import Node
from chain.offchain.adversary.execution import Side
from chain.offchain.adversary.fault import Fault, Place
from chain.offchain.adversary.transit import Transit
from chain.offchain.bound import BoundRuntime
from chain.offchain.settings import WorkerSettings
from chain.primitives import BlockNumber, Hash
from chain.runtime_api import TransactionSource
from chain.store.block_store import ImportedBlock
from chain.validity import TransactionInvalid

ENGINE: Final = b"side"
"""What a block of another branch has in its digest."""

MakeNode = Callable[[WorkerSettings], Node[Any]]
"""Makes a node over the same block zero, with the same participants."""


class Branches:
    """Who is on which blocks. near: the node that is attacked; far: that of those who are cut off, if any are."""

    def __init__(self, near: Side, make: MakeNode | None, settings: Callable[[], WorkerSettings]) -> None:
        self.near = near
        self.far: Side | None = None
        self._make = make
        self._settings = settings
        self._everybody = near.validators
        self._apart_from: BlockNumber = 0
        self._apart_until: BlockNumber = 0
        self._lag: int | None = None
        self._has_run: set[tuple[int, str, Hash]] = set()
        """Of those who are cut off: they do not run again where their branch wins."""

    @property
    def sides(self) -> tuple[Side, ...]:
        """Those who make blocks."""
        return (self.near,) if self.far is None else (self.near, self.far)

    @property
    def has_parted_long_enough(self) -> bool:
        """Whether those who are cut off hear of the others again."""
        return self.far is not None and self.far.node.best.number >= self._apart_until

    def side_of(self, bound: BoundRuntime) -> Side:
        """Whose workers have that runtime."""
        return next(side for side in self.sides if side.node.workers.bound is bound)

    def has_run(self, side: Side, place: Place, block: Hash) -> bool:
        """Whether the validator hears of the block there, and has not run on it before."""
        run = (place.validator, place.worker, block)
        if place.validator not in side.validators or run in self._has_run:
            return False
        if side is self.far:
            self._has_run.add(run)
        return True

    # A side branch

    def fork(self, blocks: int) -> bool:
        """Have a branch win that leaves out so many of the last blocks, those that are not final; whether one did."""
        node, transit = self.near.node, self.near.transit
        before = node.best
        depth = min(blocks, before.number - node.chain.finalized.number)
        if self.far is not None or depth < 1:
            return False
        head = before
        for _ in range(depth):
            head = node.chain[head.header.parent_hash]
        transit.before_block(before.number)
        on, author = head.hash, node.consensus
        node.consensus = _AnotherAuthor(author)
        try:
            for _ in range(depth + 1):
                on = node.seal(parent=on).hash
        finally:
            node.consensus = author
        transit.after_block()
        return node.chain.hash_of(before.number) != before.hash

    # Two halves

    def split(self, fault: Fault) -> bool:
        """Cut the last `fault.at` validators off for some blocks; whether that can be."""
        if self._make is None or self.far is not None or len(self._everybody) < 2:
            return False
        near = self.near.node
        self._lag, near.finality_lag = near.finality_lag, None
        self._apart_from, self._apart_until = near.best.number, near.best.number + fault.blocks
        node = self._make(self._settings())
        node.consensus = _AnotherAuthor(node.consensus)
        for block in _blocks(near, after=0):
            import_block(node.chain, node.runtime_factory, block.block, block.state)
        if near.chain.finalized.number:
            node.chain.finalize(near.chain.finalized.hash)
        node.pool.revert(near.pool.snapshot())
        stay = len(self._everybody) - min(fault.at, len(self._everybody) - 1)
        self.near.validators = frozenset(each for each in self._everybody if each < stay)
        self.far = Side(node, Transit(node.pool), self._everybody - self.near.validators)
        return True

    def close_far(self) -> None:
        """The last block of those who are cut off, which decides where there are more of them."""
        far = self.far
        if far is not None and len(far.validators) > len(self.near.validators):
            far.transit.before_block(far.node.best.number)
            far.node.seal()
            far.transit.after_block()

    def heal(self) -> None:
        """Everybody hears of everything; raises InvalidBlock where one side does not take the other's blocks."""
        far, near = self.far, self.near
        if far is None:
            return
        self.far, near.validators = None, self._everybody
        theirs = tuple(_blocks(far.node, after=self._apart_from))
        for block in theirs:
            near.node.import_block(block.block)
        sent = [extrinsic for block in theirs for extrinsic in block.block.extrinsics]
        for extrinsic in (*sent, *(transaction.extrinsic for transaction in far.node.pool.ready())):
            with suppress(PoolError, TransactionInvalid):  # where the branch that won has it, or has no use for it
                near.node.submit(extrinsic, TransactionSource.EXTERNAL)
        near.transit.join(far.transit)
        far.node.workers.close()
        self._has_run.clear()
        near.node.finality_lag = self._lag


class _AnotherAuthor:
    """The consensus of a chain, where an author says who it is: two empty blocks of one height are two blocks."""

    def __init__(self, consensus: Consensus) -> None:
        self._consensus = consensus

    def plan(self, parent: ImportedBlock) -> BlockPlan:
        plan = self._consensus.plan(parent)
        return BlockPlan(plan.inherents, (*plan.digest, PreRuntime(ENGINE, b"")))

    def sealed(self, header: Header, parent: ImportedBlock) -> Header:
        return self._consensus.sealed(header, parent)

    def verify(self, header: Header, parent: ImportedBlock) -> None:
        self._consensus.verify(header, parent)


def _blocks(node: Node[Any], after: BlockNumber) -> Iterator[ImportedBlock]:
    """Those of the best chain above a number, oldest first."""
    for number in range(after + 1, node.best.number + 1):
        block = node.chain.at(number)
        if block is not None:
            yield block
