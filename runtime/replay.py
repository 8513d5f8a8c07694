"""A block executed again on the state of its parent: what it did, and whether it comes out as its header says."""

from __future__ import annotations

from typing import TypeVar

from chain.node.service import Node
from chain.primitives import Hash
from chain.record import record
from chain.validity import InvalidBlock
from pallets.frame.event import EventRecord
from pallets.frame.state_diff import Change, state_diff
from runtime.construct import Runtime

R = TypeVar("R", bound=Runtime)


class NothingToReplay(ValueError):
    """Block zero is not executed: its state is given."""

    def __str__(self) -> str:
        return "block zero is not executed: its state is given; replay a block on top of it"


@record
class Replay:
    """What a block did.

    refused: the rule that it breaks, None where it comes out as its header says
    state_root: after it, as far as execution came
    """

    refused: InvalidBlock | None
    state_root: Hash
    events: tuple[EventRecord, ...]
    changes: tuple[Change, ...]


def replay_block(node: Node[R], block_hash: Hash) -> Replay:
    """Execute a block of the node again; raises UnknownBlock, NothingToReplay."""
    block = node.chain[block_hash]
    if block.number == 0:
        raise NothingToReplay
    runtime = node.runtime_at(block.header.parent_hash)
    storage, refused = runtime.storage, None
    try:
        runtime.execute_block(block.block)
    except InvalidBlock as error:
        refused = error
    written = storage.changes
    changes = state_diff(runtime, written, storage.base.get, written.get)
    return Replay(refused, Hash(storage.root()), tuple(runtime.system.events.get()), changes)
