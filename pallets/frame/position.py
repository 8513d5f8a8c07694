"""Where in a chain's life we are, as pallets ask that date what they store."""

from __future__ import annotations

from typing import Protocol

from chain.primitives import U32, BlockNumber


class BlockNumberProvider(Protocol):
    """What counts blocks: System, or whoever knows the relay chain's (sp_runtime::traits::BlockNumberProvider)."""

    def current_block_number(self) -> BlockNumber:
        """The number of the block that is being executed; never less than it was."""
        ...


class ExtrinsicCounter(Protocol):
    """What counts the extrinsics of a block: System."""

    def extrinsic_index(self) -> U32:
        """Position of the extrinsic that is being applied."""
        ...
