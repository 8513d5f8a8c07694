"""Our side of the cold start: from nothing to one transfer in a block, then its state root.

Run as a process of its own; the time from its start to its end is the figure. Prints the block in hexadecimal and, of
the packages that cost a second to import, those that it imported.
"""

from __future__ import annotations

import sys

from chain.block import Block, Header
from chain.crypto import development
from chain.extrinsic import Id
from chain.node.inherents import slot_clock, timestamp_inherents
from chain.primitives import Hash
from chain.state.overlay import Overlay
from pallets.frame.call import call_of
from runtime.dev import GENESIS_TIME_MS, SLOT_DURATION_MS, UNIT, DevRuntime, genesis_state
from runtime.genesis import genesis_header
from runtime.signing import signed

AMOUNT = UNIT
HEAVY = ("numpy", "scipy", "sklearn")


def main() -> None:
    """One transfer in a block of a fresh chain, its outcome and the receiver's balance checked."""
    state = genesis_state()
    overlay = Overlay(state)
    runtime = DevRuntime(overlay)
    receiver = development.account("Bob")
    before = runtime.system.account.get(receiver).data.free
    unknown = Hash(bytes(32))
    runtime.initialize_block(Header(genesis_header(state).hash, 1, unknown, unknown, ()))
    inherents = runtime.inherent_extrinsics(timestamp_inherents(slot_clock(GENESIS_TIME_MS, SLOT_DURATION_MS))(1))
    transfer = call_of(runtime.balances.transfer_keep_alive, dest=Id(receiver), value=AMOUNT)
    extrinsics = (*inherents, signed(runtime, development.pair("Alice"), transfer))
    for extrinsic in extrinsics:
        failure = runtime.apply_extrinsic(extrinsic)
        if failure is not None:
            raise RuntimeError(f"an extrinsic failed: {failure}")
    header = runtime.finalize_block()
    if runtime.system.account.get(receiver).data.free != before + AMOUNT:
        raise RuntimeError("our transfer did not arrive")
    print(Block(header, extrinsics).encoded.hex())
    print(*(package for package in HEAVY if package in sys.modules))


if __name__ == "__main__":
    main()
