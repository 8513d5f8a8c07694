"""Going on to a later block without transactions, with every pallet's state checked in between."""

from __future__ import annotations

from chain.primitives import BlockNumber, Hash
from pallets.frame.pallet import Host
from pallets.frame.testing.mock import composition_of, system_of


def run_to_block(runtime: Host, number: BlockNumber) -> None:
    """End the block, and begin and end blocks up to the beginning of block `number`; checks every pallet's state."""
    composition = composition_of(runtime)
    own_system = system_of(runtime)
    while (now := own_system.number.get()) < number:
        composition.on_finalize(now)
        composition.try_state()
        own_system.reset_events()
        own_system.initialize(now + 1, Hash(now.to_bytes(32, "big")), [])
        composition.on_initialize(now + 1)
        own_system.note_finished_initialize()
