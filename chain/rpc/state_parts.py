"""States that are too large for one message, in parts."""

from __future__ import annotations

from typing import Final

from chain.node.control import Control, ControlError
from chain.primitives import Hash
from chain.rpc.context import ServedRuntime
from chain.rpc.turns import Turns

PART: Final = 4 * 2**20
"""Bytes of a part; its digits are twice as many, which any server takes in a message (RpcLimits)."""

LARGEST: Final = 2**30
"""Bytes that a node keeps of a state whose parts are still coming."""


class StateParts:
    """The dump that was asked for last, and what has come of the state that is to be loaded."""

    def __init__(self) -> None:
        self._dumped: tuple[tuple[Hash, bytes, bool], bytes] | None = None
        self._coming = bytearray()
        self._count = 0

    def dumped(
        self, control: Control[ServedRuntime], block_hash: Hash | None, part: int, *, is_text: bool
    ) -> Turns[bytes]:
        """A part of the state after a block, empty after the last; raises StateFileError, UnknownBlock."""
        block = control.node.best if block_hash is None else control.node.chain[block_hash]
        name = block.hash, block.state.root, is_text
        if self._dumped is None or self._dumped[0] != name:
            whole = yield from control.dumping(block.hash, is_text=is_text)
            self._dumped = name, whole
        found = self._dumped[1][part * PART : (part + 1) * PART]
        if not found:
            self._dumped = None
        return found

    def come(self, data: bytes, part: int, parts: int) -> bytes | None:
        """Keep a part of a state; all of it with the last part, of which none is kept then. Raises ControlError.

        part: from 0 on, in order; the first one begins anew
        """
        if part == 0:
            self._coming, self._count = bytearray(), 0
        if part != self._count or part >= parts:
            raise ControlError(f"part {part} of {parts} does not follow {self._count} parts: begin again with part 0")
        if len(self._coming) + len(data) > LARGEST:
            raise ControlError(f"a state of more than {LARGEST} bytes is loaded in the node's own process only")
        self._coming += data
        self._count += 1
        if self._count < parts:
            return None
        whole, self._coming, self._count = bytes(self._coming), bytearray(), 0
        return whole
