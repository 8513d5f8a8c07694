"""One block as it lies on disk.

    record = since, u64 ‖ state root, 32 ‖ length, u32 ‖ block ‖ difference
    block  = as SCALE has it: header, extrinsics;  difference = `chain.trie.difference`, to its parent's state

An empty record stands for a block that was pruned.
"""

from __future__ import annotations

from struct import Struct
from typing import Final

from chain.block import Block
from chain.primitives import Hash
from chain.record import record
from chain.scale import DecodeError
from chain.trie.difference import Difference

PRUNED: Final = b""

_HEAD: Final = Struct("<Q32sI")


@record
class BlockRecord:
    """What is kept of a block.

    since: bytes of differences on the way from the last state that is kept whole; 0 of a block that has its own
    state_root: of the state after it, which is not the header's where somebody wrote to it by hand
    """

    since: int
    state_root: Hash
    block: Block
    difference: bytes

    @property
    def encoded(self) -> bytes:
        """The bytes, as the module says."""
        block = self.block.encoded
        return b"".join((_HEAD.pack(self.since, self.state_root, len(block)), block, self.difference))

    @classmethod
    def decode(cls, data: bytes) -> BlockRecord:
        """What the whole of `data` says; raises DecodeError. The difference is not looked into."""
        since, root, end = _read_head(data)
        return cls(since, root, Block.decode(data[_HEAD.size : end]), data[end:])

    @property
    def state_version(self) -> int:
        """Of the state after the block."""
        return self.difference[0]


@record
class Step:
    """What leads from the state before a block to that after it, and which block was before."""

    since: int
    parent_hash: Hash
    change: Difference

    @classmethod
    def decode(cls, data: bytes) -> Step:
        """What a record says of it, the block being read no further than that; raises DecodeError."""
        since, _, end = _read_head(data)
        return cls(since, Hash(data[_HEAD.size : _HEAD.size + 32]), Difference.decode(data[end:]))


def _read_head(data: bytes) -> tuple[int, Hash, int]:
    """`since`, the state's root, and where the block ends."""
    if len(data) < _HEAD.size:
        raise DecodeError("a block's record", 0, f"it has {len(data)} bytes")
    since, root, length = _HEAD.unpack_from(data)
    end = _HEAD.size + length
    if end >= len(data):
        raise DecodeError("a block's record", _HEAD.size, "it ends too early")
    return since, Hash(root), end
