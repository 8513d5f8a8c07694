"""What something would do to a state, or did: keys and values before and after, for any runtime; nothing is kept.

found = try_extrinsic(node, extrinsic)
found.refused, found.before, found.after
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from chain.block import Block
from chain.crypto.hashing import twox_128
from chain.node.author import begin_block
from chain.node.service import Node
from chain.primitives import Hash
from chain.record import record
from chain.runtime_api import RuntimeApi
from chain.state.overlay import Overlay
from chain.validity import InvalidBlock, TransactionInvalid

Values = Mapping[bytes, bytes | None]
"""Storage keys and their values, None where there is none."""

EVENTS: Final = twox_128(b"System") + twox_128(b"Events")

_OF_ONE_BLOCK: Final = tuple(
    twox_128(b"System") + twox_128(name)
    for name in (
        b"AllExtrinsicsLen",
        b"BlockWeight",
        b"EventCount",
        b"EventTopics",
        b"Events",
        b"ExecutionPhase",
        b"ExtrinsicCount",
        b"ExtrinsicData",
        b"ExtrinsicWeightReclaimed",
        b"InherentsApplied",
    )
)
"""What System writes down for the sake of the block alone, besides `:extrinsic_index`."""

_EXTRINSIC_INDEX: Final = b":extrinsic_index"


class NothingToReplay(ValueError):
    """Block zero is not executed: its state is given."""

    def __str__(self) -> str:
        return "block zero is not executed: its state is given; replay a block on top of it"


@record
class Trial:
    """What something would do.

    refused: why an extrinsic may not stand in the block at all; then it does nothing
    before, after: of the keys that it writes, in ascending order
    """

    refused: TransactionInvalid | None
    before: Values
    after: Values


@record
class Execution:
    """What a block did.

    refused: the rule that it breaks, None where it comes out as its header says
    state_root: after it, as far as execution came
    before, after: of the keys that it wrote, in ascending order
    """

    refused: InvalidBlock | None
    state_root: Hash
    before: Values
    after: Values


def try_extrinsic(node: Node[RuntimeApi], extrinsic: bytes, at: Hash | None = None) -> Trial:
    """Apply an extrinsic, without its length, as the first one after the inherents of a block on `at`.

    Raises InvalidBlock where no block can be made there, UnknownBlock, NotOurTurn.
    """
    on = node.best if at is None else node.chain[at]
    plan, overlay = node.consensus.plan(on), Overlay(on.state)
    runtime = node.runtime_factory(overlay)
    begin_block(runtime, on, plan.inherents, plan.digest)
    return trial(overlay, lambda: runtime.apply_extrinsic(extrinsic))


def trial(storage: Overlay, act: Callable[[], object]) -> Trial:
    """What `act` writes to a storage, which is as before then."""
    storage.begin()
    refused = None
    try:
        act()
    except TransactionInvalid as error:
        refused = error
    after = {key: storage.get(key) for key in sorted(storage.written())}
    storage.rollback()
    return Trial(refused, {key: storage.get(key) for key in after}, after)


def execute_again(node: Node[RuntimeApi], block_hash: Hash) -> Execution:
    """Execute a block of the node on the state of its parent; raises UnknownBlock, NothingToReplay."""
    block = node.chain[block_hash]
    parent = block if block.number == 0 else node.chain[block.header.parent_hash]
    storage = Overlay(parent.state)
    return execution(node.runtime_factory(storage), storage, block.block)


def execution(runtime: RuntimeApi, storage: Overlay, block: Block) -> Execution:
    """Execute a block by a runtime whose storage is on the state of the block's parent; the storage keeps it.

    Raises NothingToReplay.
    """
    if block.header.number == 0:
        raise NothingToReplay
    refused = None
    try:
        runtime.execute_block(block)
    except InvalidBlock as error:
        refused = error
    after = dict(sorted(storage.changes.items()))
    return Execution(refused, Hash(storage.root()), {key: storage.base.get(key) for key in after}, after)


def is_of_one_block(key: bytes) -> bool:
    """Whether a storage key is of what System notes for the sake of one block."""
    return key == _EXTRINSIC_INDEX or key.startswith(_OF_ONE_BLOCK)
